"""kill -9 while practices are written: a file is whole or untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trust.parts.writing import commands, drafts
from trust.rows import Row, Untried

ORDER = 2
TITLE = "Faults while writing"
ABOUT = """Every command that writes practices is killed before each of the times that it touches them, and at random
moments; the app, and the browser that keeps its drafts, while somebody types. A file or draft that is neither as it was
nor as it should become is lost; a file of another name that is still there after the next run, and a next run that
fails, are wrong."""
LIMIT = 1200


def trial(folder: Path) -> Iterator[Row | Untried]:
    """The commands, and the drafts of the app."""
    yield from commands.trial(folder)
    yield from drafts.trial(folder / "drafts")
