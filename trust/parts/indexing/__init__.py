"""Whatever happens while the index is made, the last whole generation answers and the next run succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trust.parts.indexing import damage, disk, kills, many, moving
from trust.rows import Row, Untried

ORDER = 1
TITLE = "Faults while indexing"
ABOUT = """The indexer is killed, starved of disk, shut out, overtaken and lied to. An answer that is of no whole
generation, a run after it that fails, something left behind that grows, and an error that is no sentence are wrong; a
practice that is in its file and no longer found is lost."""
LIMIT = 2000


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Each kind of fault in a folder of its own."""
    for module in (kills, damage, disk, moving, many):
        own = folder / module.__name__.rpartition(".")[2]
        own.mkdir()
        yield from module.trial(own)
    yield Untried(
        "The same faults with an index in a database",
        "its own tests stop, replace and fill a server while it is asked: tests/postgres",
    )
