"""What lies in a folder of practices, seen without opening any of it; of many folders two processes see half each.

Nothing else of Praksis is imported here: `kb.index.idle` answers before anything is.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property

SETTLED = 2 * 10**9
"""Nanoseconds, coarser than any disk's clock: what was written since may be written again unseen."""

HIDDEN, NOBODYS = ".", "node_modules"
"""How names begin that are left alone: of files and folders, and of folders."""

ENOUGH = 32
"""From so many folders on they are shared out; a second process takes longer to begin than a few take to see."""

Numbers = tuple[int, int, int]
"""Of a file: its size, and when it was last written to and last changed in any way, in nanoseconds."""


class Tree:
    """Every file below a folder, by its path from there, with its stat; what is hidden is left alone."""

    def __init__(self, asked: int, names: list[str], stats: array[int]) -> None:
        """`asked`: when looking began, in nanoseconds; `stats`: of each name size, mtime, ctime and mode."""
        self.asked = asked
        self._names = names
        self._stats = stats

    @cached_property
    def newest(self) -> int:
        """When a file was last written to, or changed in any way, in nanoseconds; 0 where there are none."""
        return max(max(self._stats[part::4], default=0) for part in (1, 2))

    @cached_property
    def sum(self) -> str:
        """Another one for another tree; empty where a file was written to just now."""
        if self.newest > self.asked - SETTLED:
            return ""
        return hashlib.sha256(_bytes(self._names) + self._stats.tobytes()).hexdigest()

    def files(self) -> Mapping[str, Numbers] | None:
        """Path to numbers, where every one is an ordinary file; None where somebody must look more closely."""
        if not all(map(stat.S_ISREG, self._stats[3::4])):
            return None
        return dict(zip(self._names, zip(*(self._stats[part::4] for part in range(3)), strict=True), strict=True))


def tree(folder: str, *, shared: bool = False) -> Tree | None:
    """What is in a folder now; None where something of it cannot be seen.

    Args:
        folder: where it is.
        shared: let another process see half of it. Only where this one has no other threads.
    """
    asked = time.time_ns()
    try:
        names, stats, folders = _seen(folder, [""], ENOUGH)
        own, other = folders[::2], folders[1::2]
        # Whoever looks, they come in the same order.
        for more, others in _together(folder, own, other) if shared and other else _one_by_one(folder, own, other):
            names += more
            stats += others
    except OSError:
        return None
    return Tree(asked, names, stats)


Part = tuple[list[str], "array[int]"]
"""Names, and their stats."""


def _seen(folder: str, pending: list[str], enough: int = 0) -> tuple[list[str], array[int], list[str]]:
    """The files below some folders; and the folders that were left, as soon as there are enough of them."""
    names: list[str] = []
    stats = array("q")
    while pending and not 0 < enough <= len(pending):
        parent = pending.pop(0 if enough else -1)
        with os.scandir(f"{folder}/{parent}") as entries:
            for entry in entries:
                if entry.name.startswith(HIDDEN):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(NOBODYS):
                        pending.append(f"{parent}{entry.name}/")
                    continue
                found = entry.stat()
                names.append(parent + entry.name)
                stats.extend((found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_mode))
    return names, stats, pending


def _one_by_one(folder: str, own: list[str], other: list[str]) -> list[Part]:
    return [_seen(folder, own)[:2], _seen(folder, other)[:2]]


def _together(folder: str, own: list[str], other: list[str]) -> list[Part]:
    """What is below two lots of folders; another process looks at one of them meanwhile."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        # Whatever happens here, nothing after it may run twice.
        try:
            _send(writing, *_seen(folder, other)[:2])
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as stream:
            seen = _seen(folder, own)[:2]
            told = stream.read()
    finally:
        _, status = os.waitpid(child, 0)
    if status:
        raise OSError(errno.EIO, "another process could not see all of it")
    return [seen, _received(told)]


def _send(writing: int, names: list[str], stats: array[int]) -> None:
    with os.fdopen(writing, "wb") as stream:
        stream.write(len(names).to_bytes(8, "little") + stats.tobytes() + _bytes(names))


def _received(told: bytes) -> Part:
    stats = array("q")
    end = 8 + int.from_bytes(told[:8], "little") * stats.itemsize * 4
    stats.frombytes(told[8:end])
    return os.fsdecode(told[end:]).split("\0") if stats else [], stats


def _bytes(names: Sequence[str]) -> bytes:
    return os.fsencode("\0".join(names))
