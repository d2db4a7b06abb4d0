"""Lines that are added to a file one at a time, each whole, by any number of processes."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from kb.locks import Locked, exclusive

PATIENCE = 2.0
"""Seconds to wait for others who write."""


def append(path: Path, event: Mapping[str, Any], *, sure: bool = False) -> None:
    """Add one line of JSON to a file that only the account that runs this may read.

    Args:
        path: The file; its folder is made.
        event: What the line says.
        sure: Wait until a power cut cannot take the line away.

    Raises:
        OSError: it cannot be written, or somebody else has been writing for too long.
    """
    line = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A line that a crash cut short must not swallow the next.
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            whole = b"\n" + line if torn else line
            if os.write(handle, whole) < len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if sure:
                os.fsync(handle)
        finally:
            os.close(handle)


def lock_of(path: Path) -> Path:
    """What is held while a file is written to."""
    return path.with_suffix(".lock")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Be the only one who writes while the block runs; a lock that is never let go must not hold up for ever.

    Raises:
        TimeoutError: somebody else has been writing for too long.
    """
    end = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(exclusive(lock_of(path), wait=False))
                break
            except Locked:
                if time.monotonic() > end:
                    raise TimeoutError("another process is writing to it") from None
                time.sleep(0.005)
        yield
