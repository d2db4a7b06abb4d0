"""Fifty readers for ten minutes while the practices change: nobody gets an error, or an answer that is not whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trust.parts.load.judge import AtRest, Verdict, at_rest, judge
from trust.parts.load.readers import Seen, read
from trust.parts.load.site import Site
from trust.rows import Row, Untried

ORDER = 7
TITLE = "Load"
ABOUT = """Readers search, narrow, open and compare at the same time, each with a pause between two questions, at the
real `kb serve` with the real model, on two processor cores that they share with it; some have windows of the app open
by web socket. Meanwhile practices are changed, added and taken away, and `kb index` runs. Each answer is compared, byte
for byte, with what a server at rest says from the same generation of the index: one that is of none of them, or of one
that was replaced when the question was asked, is wrong, and so is an error."""
LIMIT = 1500
ALONE = True

CORES = 2
FLAT = 1.15
"""Times as much memory as early on that the server may have at the end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is tried."""

    readers: int = 44
    windows: int = 6
    """Readers who have a window of the app open; the others ask for plain pages and the API."""
    seconds: float = 600
    rebuilds: tuple[float, ...] = (0.25, 0.55)
    """When the practices change and the index is made anew, in shares of the time."""
    pause: tuple[float, float] = (1.0, 4.0)
    """Seconds between two questions of a reader, from and to."""
    model: str = "packaged"
    practices: int = 0
    """How many practices there are at first; 0 for all that come with Praksis."""


def trial(folder: Path) -> Iterator[Row | Untried]:
    """The whole trial."""
    held = os.sched_getaffinity(0)
    if len(held) < CORES:
        yield Untried("Fifty readers on two cores", f"this machine gives {len(held)} core")
        return
    os.sched_setaffinity(0, sorted(held)[:CORES])
    try:
        yield from rows(folder, Plan())
    finally:
        os.sched_setaffinity(0, held)


def rows(folder: Path, plan: Plan) -> Iterator[Row]:
    """What came of a plan."""
    site = Site(folder, plan.model, plan.practices)
    with site.serving() as server:
        seen = read(site, server, plan.readers, plan.windows, plan.seconds, plan.rebuilds, plan.pause)
        restarted = server.restart()
        last = at_rest(server, seen)
    generations = [*_earlier(site, seen), last]
    verdict = judge(site, seen, generations)
    yield _answers(plan, seen, verdict)
    yield _windows(plan, seen, verdict)
    yield _memory(seen)
    yield Row(
        "The server is told to stop and started again, until it answers a search",
        1,
        wrong=int(not restarted.answered),
        seconds=restarted.seconds,
        measured=f"{restarted.stopped:.1f} s to stop, {restarted.answering:.1f} s more to the first answer",
    )


def _earlier(site: Site, seen: Seen) -> Iterator[AtRest]:
    """What each generation but the last says, from a copy of the installation as it was then."""
    for number in range(site.made - 1):
        with site.serving(site.generation(number)) as server:
            yield at_rest(server, seen)


def _answers(plan: Plan, seen: Seen, verdict: Verdict) -> Row:
    told = seen.plain
    kinds = ", ".join(f"{name} {_p95(seen.of(name)):.2f} s" for name in sorted({one.kind for one in told}))
    return Row(
        f"{plan.readers} readers, {len(plan.rebuilds)} rebuilds: plain pages and the API",
        len(told),
        wrong=len(verdict.plain),
        seconds=seen.seconds,
        measured=f"{len(told) / seen.seconds:.1f} answers a second; 95 of 100 came within: {kinds};"
        f" by generation {verdict.by_generation}",
        examples=tuple(verdict.plain[:5]),
    )


def _windows(plan: Plan, seen: Seen, verdict: Verdict) -> Row:
    drawn = seen.windows
    return Row(
        f"{plan.windows} windows of the app at the same time, a page drawn by each visit",
        len(drawn),
        wrong=len(verdict.windows),
        seconds=seen.seconds,
        measured=f"95 of 100 were drawn within {_p95([one.seconds for one in drawn]):.2f} s" if drawn else "",
        examples=tuple(verdict.windows[:5]),
    )


def _memory(seen: Seen) -> Row:
    early, late = seen.memory_early, seen.memory_late
    return Row(
        "The server's memory stays as it was",
        len(seen.memory),
        wrong=int(late > FLAT * early),
        seconds=seen.seconds,
        measured=f"{early / 2**20:.0f} MB in the second fifth of the time, {late / 2**20:.0f} MB in the last;"
        f" at most {max(seen.memory) / 2**20:.0f} MB",
    )


def _p95(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0
