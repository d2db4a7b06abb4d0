"""The folder of practices: which files are practices, reading them all, and their links."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from kb.errors import UnreadableFile
from kb.files import sha256
from kb.language.text import fold
from kb.practice import Practice, cards_path, parse_practice, read_file
from kb.vocabulary import VOCABULARY_FILE, Vocabulary, load_vocabulary

SUFFIXES = (".md", ".markdown")
NOT_PRACTICES = frozenset({"readme.md", "contributing.md", "code_of_conduct.md"})
"""Files at the top of a Praksis repository that are about it, not in it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file and its cards looked like on disk: equal stamps mean that nothing was written."""

    size: int
    mtime_ns: int
    cards_size: int = -1
    cards_mtime_ns: int = -1


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read, and why."""

    path: PurePosixPath
    reason: str
    hint: str = ""


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


def scan(folder: Path) -> dict[PurePosixPath, Stamp]:
    """Every practice file below `folder` with its stamp, sorted; nothing is opened."""
    files: dict[str, os.stat_result] = {}
    for parent, names, entries in _walk(folder):
        names.sort()
        for entry in entries:
            files[PurePosixPath(Path(parent, entry.name).relative_to(folder).as_posix()).as_posix()] = entry.stat()
    ours = VOCABULARY_FILE in files
    stamps: dict[PurePosixPath, Stamp] = {}
    for name in sorted(files):
        path = PurePosixPath(name)
        if path.suffix.lower() not in SUFFIXES or (ours and name.lower() in NOT_PRACTICES):
            continue
        cards = files.get(path.with_name(f"{path.stem}.i18n.yaml").as_posix())
        stat = files[name]
        stamps[path] = Stamp(
            stat.st_size,
            stat.st_mtime_ns,
            cards.st_size if cards else -1,
            cards.st_mtime_ns if cards else -1,
        )
    return stamps


def read_source(folder: Path, path: PurePosixPath) -> Source:
    """Read a practice and its cards; cards that cannot be read count as none.

    Raises:
        UnreadableFile: the practice itself cannot be read.
    """
    text = read_file(folder / path)
    try:
        cards = read_file(cards_path(folder / path))
    except UnreadableFile:
        cards = ""
    return Source(path, text, cards)


def ids_of(paths: Iterator[PurePosixPath] | list[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Each file's id: its stem, or its whole path where several share a stem."""
    ordered = list(paths)
    count = Counter(_slug(path.stem) for path in ordered)
    return {
        path: _slug(path.stem) if count[_slug(path.stem)] == 1 else _slug(path.with_suffix("").as_posix())
        for path in ordered
    }


def load(folder: Path, vocabulary: Vocabulary | None = None) -> Repository:
    """Read every practice below `folder`; a broken one never stops the others."""
    words = load_vocabulary(folder) if vocabulary is None else vocabulary
    practices: list[Practice] = []
    unreadable: list[Unreadable] = []
    for path, practice_id in ids_of(list(scan(folder))).items():
        try:
            source = read_source(folder, path)
        except UnreadableFile as error:
            unreadable.append(Unreadable(path, error.reason, error.hint))
            continue
        practices.append(parse_practice(source.text, path, words, cards=source.cards, practice_id=practice_id))
    practices.sort(key=lambda practice: practice.id)
    return Repository(folder, words, tuple(practices), tuple(unreadable))


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[os.DirEntry[str]]]]:
    """Like os.walk, with entries; hidden folders and links out of the tree are left alone."""
    pending = [str(folder)]
    while pending:
        parent = pending.pop()
        try:
            entries = sorted(os.scandir(parent), key=lambda entry: entry.name)
        except OSError:
            continue
        folders = [
            e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith((".", "node_modules"))
        ]
        yield parent, folders, [e for e in entries if e.is_file() and not e.name.startswith(".")]
        pending += [str(Path(parent, name)) for name in reversed(folders)]


def _slug(stem: str) -> str:
    """A stem as an id: lower-case ASCII, digits and hyphens."""
    kept = "".join(char if char.isalnum() and char.isascii() else "-" for char in fold(stem))
    return "-".join(part for part in kept.split("-") if part) or sha256(stem)[:12]
