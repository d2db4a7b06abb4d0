"""What a part says: a row for what was tried, and a line for what could not be."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from types import FrameType
from typing import Literal

Loss = Literal["lost", "wrong", "executed"]
MAX_EXAMPLES = 5
WAITING = 20
"""How many times as long as it may work something may wait, before it counts as hung."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was tried, and what came of it."""

    tried: str
    """What was done, in a line."""
    times: int
    """How often."""
    lost: int = 0
    """How often something that somebody had written or made was gone."""
    wrong: int = 0
    """How often there was no answer, a false one, or one too late."""
    executed: int = 0
    """How often something ran, or was let in, that must not."""
    seconds: float = 0.0
    """How long it took in all."""
    measured: str = ""
    """What else was measured, such as the slowest time."""
    examples: tuple[str, ...] = ()
    """The first things that went wrong, each in a line."""
    command: str = ""
    """What repeats it, where that is not the part itself."""

    @property
    def sound(self) -> bool:
        return not (self.lost or self.wrong or self.executed)


@dataclass(frozen=True, slots=True)
class Untried:
    """Something that could not be tried on this machine."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part, as it says itself what it is."""

    name: str
    order: int
    title: str
    about: str
    limit: float
    alone: bool = False
    """Nothing else is run beside it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a part said."""

    part: Part
    rows: tuple[Row, ...]
    untried: tuple[Untried, ...]

    @property
    def sound(self) -> bool:
        return bool(self.rows or self.untried) and all(row.sound for row in self.rows)


@dataclass(slots=True)
class Tally:
    """Counts while a trial goes on, and becomes its row."""

    tried: str
    times: int = 0
    slowest: float = 0.0
    """Seconds of the processor that the slowest single time took."""
    counts: dict[Loss, int] = field(default_factory=lambda: {"lost": 0, "wrong": 0, "executed": 0})
    examples: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    @contextmanager
    def once(self, what: str, limit: float) -> Iterator[None]:
        """Do it once more: an exception is wrong, and so is taking more than `limit` seconds of the processor.

        The processor's time is counted, of what is started too, so that a machine that does other things as well
        does not count. What waits for ever is stopped after WAITING times as long on the clock.
        """
        self.times += 1
        start = spent()
        try:
            with _alarm(limit * WAITING):
                yield
        except Exception as error:  # noqa: BLE001  whatever is raised is what is being looked for
            self.bad("wrong", f"{what}: {type(error).__name__}: {error}")
        took = spent() - start
        self.slowest = max(self.slowest, took)
        if took > limit:
            self.bad("wrong", f"{what}: took {took:.1f} s, more than {limit:g}")

    def bad(self, loss: Loss, what: str) -> None:
        """Count something that must not be."""
        self.counts[loss] += 1
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(" ".join(what.split())[:300])

    def row(self, measured: str = "", command: str = "") -> Row:
        """What came of it."""
        seconds = time.perf_counter() - self.started
        return Row(
            self.tried,
            self.times,
            **self.counts,
            seconds=seconds,
            measured=measured,
            examples=tuple(self.examples),
            command=command,
        )


def spent() -> float:
    """Seconds of the processor that this process and those it has started have had."""
    return sum(os.times()[:4])


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise a TimeoutError after so long on the clock; only a main thread can be told."""
    if threading.current_thread() is not threading.main_thread() or seconds <= 0:
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"nothing came of it in {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def to_line(said: Row | Untried) -> str:
    """A row as a line of JSON."""
    return json.dumps(asdict(said)) + "\n"


def from_line(line: str) -> Row | Untried:
    """What `to_line` wrote."""
    data = json.loads(line)
    return Untried(**data) if "why" in data else Row(**{**data, "examples": tuple(data["examples"])})
