"""The folder of practices: which files are practices, reading them all, and their links."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kb.errors import UnreadableFile
from kb.files import sha256
from kb.language.text import fold
from kb.practice import Practice, cards_path, parse_practice, read_file
from kb.tree import HIDDEN, NOBODYS, SETTLED, Numbers
from kb.vocabulary import VOCABULARY_FILE, Vocabulary, load_vocabulary

SUFFIXES = (".md", ".markdown")
NOT_PRACTICES = frozenset({"readme.md", "contributing.md", "code_of_conduct.md"})
"""Files at the top of a Praksis repository that are about it, not in it."""


class Stamp(NamedTuple):
    """What a file and its cards looked like on disk: equal stamps mean that nothing was written.

    A tuple, for a hundred thousand of them are made, compared and written at once.
    """

    size: int
    mtime_ns: int
    ctime_ns: int = 0
    """A copy or a backup brings its old time along; when it came here nobody can set."""
    cards_size: int = -1
    cards_mtime_ns: int = -1
    cards_ctime_ns: int = -1

    def is_settled(self, at: int) -> bool:
        """Whether a write after `at`, in nanoseconds, would give another stamp, however coarse the disk's clock is."""
        return max(self.mtime_ns, self.ctime_ns, self.cards_mtime_ns, self.cards_ctime_ns) < at - SETTLED


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or folder that could not be read, and why."""

    path: PurePosixPath
    """Its name can be shown and written: bytes that are no UTF-8 stand as �."""
    reason: str
    hint: str = ""
    line: int = 0
    """One-based; 0 where the whole file is meant."""

    @property
    def where(self) -> str:
        """The file, and the line where it is known."""
        return f"{self.path}:{self.line}" if self.line else str(self.path)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", PurePosixPath(os.fsencode(self.path).decode("utf-8", "replace")))


@dataclass(frozen=True)
class Repository:
    """The practices of a folder, in order of id, with what could not be read."""

    folder: Path
    vocabulary: Vocabulary
    practices: tuple[Practice, ...]
    unreadable: tuple[Unreadable, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Practice]:
        return {practice.id: practice for practice in self.practices}

    @cached_property
    def borrowers(self) -> Mapping[str, tuple[str, ...]]:
        """Id of a practice to the ids of those that say they borrowed it."""
        found: dict[str, list[str]] = {}
        for practice in self.practices:
            for borrowing in practice.borrowed_from:
                if borrowing.practice:
                    found.setdefault(borrowing.practice, []).append(practice.id)
        return {key: tuple(ids) for key, ids in found.items()}


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: its text, its cards' text, and the digest of both."""

    path: PurePosixPath
    text: str
    cards: str

    @property
    def digest(self) -> str:
        return sha256(f"{self.text}\0{self.cards}")


def scan(folder: Path, missed: list[Unreadable] | None = None) -> dict[PurePosixPath, Stamp]:
    """Every practice file below `folder` with its stamp, sorted; no file is opened.

    Folders below it that cannot be listed, and what is called as a practice is and is no file, are added to `missed`.

    Raises:
        UnreadableFile: the folder itself cannot be listed; one that is not there has no practices.
    """
    return {PurePosixPath(name): stamp for name, stamp in stamps_by_name(folder, missed).items()}


def stamps_by_name(folder: Path, missed: list[Unreadable] | None = None) -> dict[str, Stamp]:
    """What `scan` gives, with paths as text: making thousands of them one by one takes longer than the disk does.

    Raises:
        UnreadableFile: as in `scan`.
    """
    files: dict[str, Numbers] = {}
    missed = [] if missed is None else missed
    for parent, entries in walk(folder, missed):
        inside = f"{parent}/" if parent else ""
        for entry in entries:
            if (found := _regular(entry)) is not None:
                files[inside + entry.name] = found.st_size, found.st_mtime_ns, found.st_ctime_ns
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES and (reason := _no_file(entry)):
                missed.append(Unreadable(PurePosixPath(inside + entry.name), reason, "Put the file itself here."))
    return stamps_of(files)


def stamps_of(files: Mapping[str, Numbers]) -> dict[str, Stamp]:
    """Of all files in a folder, by their paths in it, those that are practices with their stamps, sorted."""
    ours = VOCABULARY_FILE in files
    stamps: dict[str, Stamp] = {}
    for name in sorted(name for name in files if name[name.rfind(".") :].lower() in SUFFIXES):
        if ours and name.lower() in NOT_PRACTICES:
            continue
        cards = f"{name[: name.rfind('.')]}.i18n.yaml"
        stamps[name] = Stamp(*files[name], *files.get(cards, _NO_CARDS))
    return stamps


_NO_CARDS = (-1, -1, -1)


def read_source(folder: Path, path: PurePosixPath) -> Source:
    """Read a practice and its cards; cards that cannot be read count as none.

    Raises:
        UnreadableFile: the practice itself cannot be read.
    """
    text = _read_inside(folder, folder / path)
    try:
        cards = _read_inside(folder, cards_path(folder / path))
    except UnreadableFile:
        cards = ""
    return Source(path, text, cards)


def _read_inside(folder: Path, path: Path) -> str:
    """The text of a file whose name can be shown, and that is no way out of the folder."""
    if not _is_text(str(path.relative_to(folder))):
        raise UnreadableFile("The file's name is not UTF-8.", path=path, hint="Give it another name.")
    if leads_out(folder, path):
        raise UnreadableFile(LEADS_OUT, path=path, hint="Put the file itself here.")
    return read_file(path)


LEADS_OUT = "The file is a link to outside of the practices."


def leads_out(folder: Path, path: Path) -> bool:
    """Whether a file is a link that leads out of the folder of practices, to what nobody meant to publish."""
    # Unlike Path.resolve, realpath takes a link in a circle as it stands.
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def ids_of(paths: Iterator[PurePosixPath] | list[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Each file's id: its stem, its whole path where several share a stem, or that with a digest."""
    names = {path: _slug(path.stem) for path in paths}
    for longer in (_path_slug, _path_slug_with_digest):
        count = Counter(names.values())
        names = {path: name if count[name] == 1 else longer(path) for path, name in names.items()}
    return names


def load(folder: Path, vocabulary: Vocabulary | None = None) -> Repository:
    """Read every practice below `folder`; a broken one never stops the others."""
    words = load_vocabulary(folder) if vocabulary is None else vocabulary
    practices: list[Practice] = []
    unreadable: list[Unreadable] = []
    for path, practice_id in ids_of(list(scan(folder, unreadable))).items():
        try:
            source = read_source(folder, path)
        except UnreadableFile as error:
            unreadable.append(Unreadable(path, error.reason, error.hint, error.line))
            continue
        practices.append(parse_practice(source.text, path, words, cards=source.cards, practice_id=practice_id))
    practices.sort(key=lambda practice: practice.id)
    return Repository(folder, words, tuple(practices), tuple(unreadable))


def walk(folder: Path, missed: list[Unreadable]) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Every folder, relative to the first, with what is in it; hidden ones and links to folders are left alone."""
    pending = [""]
    while pending:
        parent = pending.pop()
        try:
            entries = sorted(os.scandir(within(folder, parent)), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError as error:
            reason, hint = f"The folder cannot be opened: {error.strerror}.", "Check its permissions."
            if not parent:
                raise UnreadableFile(reason, path=folder, hint=hint) from error
            missed.append(Unreadable(PurePosixPath(parent), reason, hint))
            continue
        folders = [
            e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith((HIDDEN, NOBODYS))
        ]
        yield parent, [entry for entry in entries if not entry.name.startswith(HIDDEN)]
        pending += [f"{parent}/{name}" if parent else name for name in reversed(folders)]


def within(folder: Path, parent: str) -> str:
    """A folder that `walk` gave, from where one stands."""
    return f"{folder}/{parent}" if parent else str(folder)


def _regular(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The stat of an ordinary file; None for anything else, for a link in a circle, and for what just vanished."""
    try:
        found = entry.stat()
    except OSError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _no_file(entry: os.DirEntry[str]) -> str:
    """Why what stands here is no file; empty for a folder, and for what just vanished."""
    if entry.is_symlink():
        return "This is a link to a folder." if os.path.isdir(entry.path) else "This is a link that leads to no file."
    try:
        return "" if stat.S_ISDIR(entry.stat().st_mode) else "This is a pipe, a socket or a device, not a file."
    except OSError:
        return ""


def _is_text(name: str) -> bool:
    """Whether a name can be written; one in another encoding comes with half a character for each byte."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


_RUNS = re.compile("[0-9A-Za-z]+").findall


def _slug(stem: str) -> str:
    """A stem as an id: lower-case ASCII, digits and hyphens."""
    return "-".join(_RUNS(fold(stem))) or sha256(os.fsencode(stem))[:12]


def _path_slug(path: PurePosixPath) -> str:
    return _slug(path.with_suffix("").as_posix())


def _path_slug_with_digest(path: PurePosixPath) -> str:
    """Where even whole paths make one slug: `a/b.md` and `a-b.md`, `a.md` and `a.markdown`."""
    return f"{_path_slug(path)}-{sha256(os.fsencode(path))[:8]}"
