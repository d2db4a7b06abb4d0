"""One pointer, whole generations, one writer, many readers.

A writer fills a folder that nobody knows of, makes it durable and swaps `CURRENT`. A reader locks
the generation it opened, so that it is not removed under it; the kernel drops the lock with its
owner, so that a killed process leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import IndexBusy, IndexFault, NoIndex
from kb.files import sync_folder, sync_tree, write_whole
from kb.index.layout import GenerationLayout, IndexLayout
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
            for leftover in index.generations.glob(f"{_BUILDING}*"):
                shutil.rmtree(leftover, ignore_errors=True)
            clear_old(index)
            yield
    except Locked:
        process = owner(index.writer_lock)
        raise IndexBusy(
            f"Another process{f' ({process})' if process else ''} is writing the index now.",
            hint="Wait until it is done, then run kb index again.",
        ) from None


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
    numbers = [int(path.name) for path in index.generations.iterdir() if path.name.isdigit()]
    name = f"{max(numbers, default=0) + 1:06d}"
    folder = index.generations / f"{_BUILDING}{name}"
    folder.mkdir(parents=True)
    return name, GenerationLayout(folder)


def publish(index: IndexLayout, name: str, built: GenerationLayout) -> GenerationLayout:
    """Make a built generation the current one: durable first, then one rename of the pointer."""
    built.in_use.touch()
    sync_tree(built.folder)
    target = index.generation(name)
    built.folder.rename(target.folder)
    sync_folder(index.generations)
    write_whole(index.current, name + "\n")
    return target


def hold(index: IndexLayout) -> Held:
    """Open the current generation for reading.

    Raises:
        NoIndex: nothing has been indexed yet.
        IndexFault: the pointer names a generation that is not there.
    """
    for _ in range(10):
        name = current(index)
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
            if current(index) == name and not layout.in_use.exists():
                break
    raise IndexFault(f"The index names a generation that is not there: {name}.", hint="Run kb index --rebuild.")


def clear_old(index: IndexLayout) -> list[str]:
    """Remove generations beyond the last KEEP that nobody reads; returns the names removed."""
    names = sorted((path.name for path in index.generations.iterdir() if path.name.isdigit()), key=int)
    live = current(index)
    removed = []
    for name in names[:-KEEP]:
        if name == live:
            continue
        layout = index.generation(name)
        try:
            with exclusive(layout.in_use, wait=False):
                doomed = layout.folder.with_name(f"{_BUILDING}old-{name}")
                layout.folder.rename(doomed)
        except Locked:
            continue
        shutil.rmtree(doomed, ignore_errors=True)
        removed.append(name)
    return removed


def size(folder: Path) -> int:
    """Bytes below a folder."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # A writer may remove an old generation meanwhile.
            with contextlib.suppress(FileNotFoundError):
                total += os.stat(Path(parent, name)).st_size
    return total
