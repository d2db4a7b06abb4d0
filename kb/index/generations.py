"""One pointer, whole generations, one writer, many readers.

A writer fills a folder that nobody knows of, makes it durable and swaps `CURRENT`. A reader locks
the generation it opened, so that it is not removed under it; the kernel drops the lock with its
owner, so that a killed process leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from kb.errors import IndexBusy, IndexFault, NoIndex
from kb.files import sync_folder, sync_tree, write_whole
from kb.index.layout import GenerationLayout, IndexLayout
from kb.index.whole import is_whole, relinking
from kb.locks import Locked, exclusive, owner, share

KEEP = 2
"""The current generation and the one before, to go back to; with those that share their files, one that does not."""

_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Held:
    """A generation that a reader has open; `os.close(handle)` lets it go."""

    name: str
    layout: GenerationLayout
    handle: int


@contextlib.contextmanager
def writing(index: IndexLayout) -> Iterator[None]:
    """Be the one writer while the block runs; leftovers of a killed writer are cleared first.

    Raises:
        IndexBusy: another process is writing.
    """
    index.generations.mkdir(parents=True, exist_ok=True)
    try:
        with exclusive(index.writer_lock, wait=False):
            if old := leftovers(index):
                with linking(index):
                    for leftover in old:
                        _remove(leftover)
            # Whether the last ones are whole is looked at when there is another: a run with nothing to do is quick.
            found = names(index)
            if len(_kept(index, found, found)) < len(found):
                clear_old(index)
            yield
    except Locked:
        process = owner(index.writer_lock)
        raise IndexBusy(
            f"Another process{f' ({process})' if process else ''} is writing the index now.",
            hint="Wait until it is done, then run kb index again.",
        ) from None


def linking(index: IndexLayout) -> AbstractContextManager[None]:
    """Have generations stay known as whole while links to their files come and go."""
    return relinking([index.generation(name) for name in names(index)])


def leftovers(index: IndexLayout) -> list[Path]:
    """What a killed writer left; while nobody writes, nobody needs it."""
    return [*index.generations.glob(f"{_BUILDING}*"), *index.folder.glob(f".{index.current.name}.*")]


def current(index: IndexLayout) -> str:
    """The name of the current generation, or an empty string."""
    try:
        return index.current.read_text(encoding="utf-8", errors="replace").strip(" \r\n\0")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def pointer(index: IndexLayout) -> tuple[str, int]:
    """The current generation's name and when it became current: an index that is made anew uses names again."""
    try:
        return current(index), index.current.stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return "", 0


def new_folder(index: IndexLayout) -> tuple[str, GenerationLayout]:
    """A name for the next generation and the folder to build it in, unseen by readers."""
    name = f"{max(map(int, names(index)), default=0) + 1:06d}"
    folder = index.generations / f"{_BUILDING}{name}"
    folder.mkdir(parents=True)
    return name, GenerationLayout(folder)


def names(index: IndexLayout) -> list[str]:
    """The generations on disk, oldest first."""
    try:
        found = [path.name for path in index.generations.iterdir() if path.name.isdigit()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(found, key=int)


@contextlib.contextmanager
def filling(built: GenerationLayout) -> Iterator[None]:
    """Fill a new generation's folder; it is taken away again if that fails, so that a full disk is not kept full.

    Raises:
        IndexFault: it cannot be written, and why.
    """
    try:
        with told(built.folder.parent):
            yield
    except BaseException:
        shutil.rmtree(built.folder, ignore_errors=True)
        raise


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say why something cannot be written in a folder, while the block runs.

    Raises:
        IndexFault: it cannot.
    """
    try:
        yield
    except (OSError, sqlite3.Error, RuntimeError, ValueError) as error:
        # SQLite, FAISS and tantivy each have their own way to say that a disk is full.
        why = str(error).partition("\n")[0]
        hint = "Check that the disk has room and that you may write there; the index is as it was."
        raise IndexFault(f"The index cannot be written in {folder}: {why}", hint=hint) from error


def publish(index: IndexLayout, name: str, built: GenerationLayout) -> GenerationLayout:
    """Make a built generation the current one: durable first, then one rename of the pointer."""
    built.in_use.touch()
    sync_tree(built.folder)
    target = index.generation(name)
    built.folder.rename(target.folder)
    sync_folder(index.generations)
    write_whole(index.current, name + "\n")
    return target


def hold(index: IndexLayout, earlier: str = "") -> Held:
    """Open the current generation for reading, or an earlier one that is named.

    Raises:
        NoIndex: nothing has been indexed yet.
        IndexFault: the pointer names a generation that is not there.
    """
    for _ in range(10):
        name = earlier or current(index)
        if not name:
            raise NoIndex("There is no index yet.", hint="Run kb index.")
        layout = index.generation(name)
        try:
            handle = share(layout.in_use)
            if layout.in_use.exists():
                return Held(name, layout, handle)
            # Removed between opening the lock and getting it.
            os.close(handle)
        except (FileNotFoundError, Locked):
            # Replaced and removed between the two reads: the pointer now names a newer one.
            if earlier or (current(index) == name and not layout.in_use.exists()):
                break
    raise IndexFault(f"The index names a generation that is not there: {name}.", hint="Run kb index --rebuild.")


def clear_old(index: IndexLayout, known: Collection[str] = ()) -> list[str]:
    """Remove generations that are no longer wanted and that nobody reads; returns the names removed.

    `known` are some that are whole.
    """
    found = names(index)
    kept = {*_kept(index, found, known), current(index)}
    with relinking([index.generation(name) for name in kept]):
        return [name for name in found if name not in kept and _remove_unread(index.generation(name))]


def _kept(index: IndexLayout, found: Sequence[str], known: Collection[str]) -> list[str]:
    """The last KEEP whole ones; and where they have the same files below them, the last one that has others."""
    kept: list[str] = []
    bases: set[object] = set()
    for name in reversed(found):
        if len(kept) >= KEEP and len(bases) >= KEEP:
            break
        layout = index.generation(name)
        base = _base(layout)
        if (len(kept) < KEEP or base not in bases) and (name in known or is_whole(layout)):
            kept.append(name)
            bases.add(base)
    return kept


def _base(layout: GenerationLayout) -> object:
    """What a generation's largest file is known by, whatever its names; None where it is lost."""
    try:
        found = layout.whole.store.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _remove_unread(layout: GenerationLayout) -> bool:
    """Remove a generation, unless somebody reads it."""
    try:
        with exclusive(layout.in_use, wait=False):
            doomed = layout.folder.with_name(f"{_BUILDING}old-{layout.folder.name}")
            layout.folder.rename(doomed)
    except Locked:
        return False
    _remove(doomed)
    return True


def _remove(path: Path) -> None:
    """Take a file or a folder away, as far as that can be done."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def size(folder: Path) -> int:
    """Bytes below a folder; a file with several names counts once."""
    sizes: dict[tuple[int, int], int] = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            # A writer may remove an old generation meanwhile.
            with contextlib.suppress(FileNotFoundError):
                found = os.stat(Path(parent, name))
                sizes[found.st_dev, found.st_ino] = found.st_size
    return sum(sizes.values())
