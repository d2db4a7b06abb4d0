"""Locks that a dead process cannot leave behind: the kernel drops them with its owner.

`fcntl.flock` on a small file: exclusive for one writer, shared for many readers.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Locked(Exception):
    """Somebody else holds the lock."""


@contextlib.contextmanager
def exclusive(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock alone while the block runs.

    Raises:
        Locked: it is held elsewhere and `wait` is false.
    """
    handle = _take(path, fcntl.LOCK_EX, wait=wait)
    try:
        # Who holds it is told as far as the disk has room: it is held all the same.
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def share(path: Path) -> int:
    """Take the lock together with other readers; give it back with `os.close(handle)`.

    Raises:
        Locked: a writer holds it alone.
        FileNotFoundError: the file is gone.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Locked(str(path)) from None
    return handle


def owner(path: Path) -> str:
    """The process number that last took the lock, as text; empty if unknown."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _take(path: Path, mode: int, *, wait: bool) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(handle, mode if wait else mode | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Locked(str(path)) from None
    except BaseException:
        os.close(handle)
        raise
    return handle
