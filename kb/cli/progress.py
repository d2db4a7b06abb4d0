"""How far a command has come, on standard error: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.index.embed import Progress

STEPS = {
    "model": "Preparing the model (once)",
    "read": "Reading practices",
    "embed": "Embedding passages",
    "write": "Writing the index",
    "rank": "Ranking for each query",
    "tune": "Teaching the encoder",
}

LONG = 500
"""From so many on, each tenth is told."""
SLOW = {"tune"}
"""Steps of which each takes seconds: told from fewer on."""
MINUTE = 60


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Bars on a terminal, a line a step elsewhere."""
    if quiet:
        yield lambda _step, _done, _total: None
    elif sys.stderr.isatty():
        with _bars() as tell:
            yield tell
    else:
        yield _lines()


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(STEPS[step], total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell


def _lines() -> Progress:
    """A line when a step starts and at each tenth of a long one."""
    told: dict[str, int] = {}
    began: dict[str, float] = {}

    def tell(step: str, done: int, total: int) -> None:
        began.setdefault(step, time.monotonic())
        tenth = 10 * done // total if total >= LONG or step in SLOW else 0
        if told.get(step, -1) < tenth:
            told[step] = tenth
            count = f": {done} of {total}" if total > 1 else ""
            sys.stderr.write(f"{STEPS[step]}{count}{_left(time.monotonic() - began[step], done, total)} …\n")
            sys.stderr.flush()

    return tell


def _left(seconds: float, done: int, total: int) -> str:
    """How long the rest takes at the pace so far, where that is worth saying."""
    left = seconds / done * (total - done) if done else 0
    return f", some {left / MINUTE:.0f} min left" if left >= MINUTE else ""
