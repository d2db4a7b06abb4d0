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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import IndexBusy, IndexFault, NoIndex
from kb.files import sync_folder, sync_tree, write_whole
from kb.index.layout import GenerationLayout, IndexLayout
from kb.index.whole import is_whole
from kb.locks import Locked, exclusive, owner, share

KEEP = 2
"""The current generation and the one before, to go back to."""

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
            for leftover in leftovers(index):
                _remove(leftover)
            # Whether the last ones are whole is looked at when there is another: a run with nothing to do is quick.
            if len(names(index)) > KEEP:
                clear_old(index)
            yield
    except Locked:
        process = owner(index.writer_lock)
        raise IndexBusy(
            f"Another process{f' ({process})' if process else ''} is writing the index now.",
            hint="Wait until it is done, then run kb index again.",
        ) from None


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


def clear_old(index: IndexLayout) -> list[str]:
    """Remove generations beyond the last KEEP whole ones that nobody reads; returns the names removed."""
    found = names(index)
    kept = [name for name in found if is_whole(index.generation(name))][-KEEP:]
    removed = []
    for name in found:
        if name in {*kept, current(index)}:
            continue
        layout = index.generation(name)
        try:
            with exclusive(layout.in_use, wait=False):
                doomed = layout.folder.with_name(f"{_BUILDING}old-{name}")
                layout.folder.rename(doomed)
        except Locked:
            continue
        _remove(doomed)
        removed.append(name)
    return removed


def _remove(path: Path) -> None:
    """Take a file or a folder away, as far as that can be done."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def size(folder: Path) -> int:
    """Bytes below a folder."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # A writer may remove an old generation meanwhile.
            with contextlib.suppress(FileNotFoundError):
                total += os.stat(Path(parent, name)).st_size
    return total
