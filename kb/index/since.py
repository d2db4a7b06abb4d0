"""What has happened to practices since they were indexed: told by their stamps, or by what is in them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from kb.errors import UnreadableFile
from kb.index.layout import Indexed
from kb.repository import Stamp, Unreadable, read_source, stamps_by_name, stamps_of
from kb.tree import Tree

NO_STAMP = Stamp(0, 0)
"""Of what is no file, and of one whose stamp tells nothing."""


def stamps_now(folder: Path, missed: list[Unreadable], seen: Tree | None = None) -> Mapping[str, Stamp]:
    """The stamp of every practice, by its path as text; as it was seen, where that was a moment ago.

    A file that was written to just now may be written to again without a new time, or so where the clock was set
    back: it has no stamp, and is looked at next time.
    """
    files = seen.files() if seen else None
    asked = seen.asked if seen and files is not None else time.time_ns()
    found = stamps_by_name(folder, missed) if files is None else stamps_of(files)
    return {name: stamp if stamp.is_settled(asked) else NO_STAMP for name, stamp in found.items()}


def same_stamp(before: Indexed | None, stamp: Stamp) -> bool:
    """Whether a file need not be opened: its stamp tells that nothing was written to it."""
    return before is not None and before.stamp == stamp != NO_STAMP


def is_as_indexed(folder: Path, name: str, stamp: Stamp, before: Indexed | None) -> bool:
    """Whether a file says what it said."""
    if before is None or same_stamp(before, stamp):
        return before is not None
    try:
        return read_source(folder, PurePosixPath(name)).digest == before.digest
    except UnreadableFile:
        return False
