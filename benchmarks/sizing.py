"""The tables of docs/scaling.md: what was measured at each size, and what follows from it for sizes that were not.

Run: python -m benchmarks.sizing          writes the tables anew, of the rows that make bench kept
     python -m benchmarks.sizing --check  says whether they are as they should be
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.measure import ROOT, Row
from benchmarks.results import KEPT, read
from kb.files import write_whole

PAGE = ROOT / "docs" / "scaling.md"
PASSAGES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
"""Sizes of the second table."""
GPU_RATE = 2000
"""Passages a second. Assumed: a passage needs some 5 GFLOP, a card of recent years does 100 TFLOP/s, a tenth of it
is used. Nothing was run on one."""
PER_MINUTE = 2.0
"""Questions that a reader who is at work asks in a minute. Assumed."""
BUSY = 0.5
"""How much of a replica's answers are used, so that nobody waits behind many. Assumed."""


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured of one collection; None where a row is missing."""

    practices: int
    passages: int
    markdown_mb: float | None
    generation_mb: float | None
    vectors_mb: float | None
    seconds: float | None
    peak_mb: float | None
    search_ms: float | None
    search_p95_ms: float | None
    answers: float | None
    app_mb: float | None


def main() -> int:
    old = PAGE.read_text(encoding="utf-8")
    new = written(old)
    if "--check" in sys.argv[1:]:
        print(
            "The tables are as measured." if old == new else "The tables are not as measured: run it without --check."
        )
        return int(old != new)
    write_whole(PAGE, new)
    return 0


def written(page: str) -> str:
    """The page with its tables made anew."""
    found = sizes()
    for name, lines in (("measured", measured(found)), ("beyond", beyond(found))):
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        page = marks.sub(partial(_between, "\n".join(lines)), page)
    return page


def _between(table: str, marks: re.Match[str]) -> str:
    return f"{marks[1]}\n{table}\n\n{marks[2]}"


def sizes() -> list[Size]:
    """Every synthetic collection that something was measured of, smallest first."""
    found = rows("full_index", "query", "readers")
    numbers = sorted({row.sizes["practices"] for row in found} - {0})
    return [_size(found, number) for number in numbers]


def rows(*names: str) -> list[Row]:
    """The kept rows of some measurements."""
    return [row for name in names if (result := read(KEPT, name)) for row in result.rows]


def rate() -> float | None:
    """Passages embedded a second."""
    return next((row.spread.p50 for row in rows("encode") if row.unit == "passages/s" and "Praksis" in row.case), None)


def _size(found: Sequence[Row], practices: int) -> Size:
    of = {row.case.partition(": ")[2]: row for row in found if row.sizes["practices"] == practices}
    passages = max(row.sizes.get("passages", 0) for row in of.values())

    def middle(case: str) -> float | None:
        return of[case].spread.p50 if case in of else None

    answers = [row.spread.p50 for row in found if row.sizes["practices"] == practices and row.unit == "per s"]
    search = of.get("whole search")
    return Size(
        practices=practices,
        passages=passages,
        markdown_mb=middle("Markdown and cards on disk"),
        generation_mb=middle("one generation on disk"),
        vectors_mb=middle("vectors kept between generations"),
        seconds=middle("whole index"),
        peak_mb=middle("peak memory"),
        search_ms=search.spread.p50 if search else None,
        search_p95_ms=search.spread.p95 if search else None,
        answers=max(answers, default=None),
        app_mb=middle("memory of the app"),
    )


def measured(found: Sequence[Size]) -> Iterator[str]:
    """A row for each collection, nothing in it that was not measured."""
    yield (
        "| Practices | Passages | Markdown | Index on disk | Vectors kept | Whole index, vectors given"
        " | Its peak memory | Search p50 / p95 | Answers a second | Memory of the app |"
    )
    yield "|--:" * 10 + "|"
    for one in found:
        both = f"{_number(one.search_ms, 'ms')} / {_number(one.search_p95_ms, 'ms')}" if one.search_ms else "–"
        cells = (
            f"{one.practices:,}",
            f"{one.passages:,}" if one.passages else "–",
            _number(one.markdown_mb, "MB"),
            _number(one.generation_mb, "MB"),
            _number(one.vectors_mb, "MB"),
            _number(one.seconds, "s"),
            _number(one.peak_mb, "MB"),
            both,
            _number(one.answers, ""),
            _number(one.app_mb, "MB"),
        )
        yield f"| {' | '.join(cells)} |"
    if speed := rate():
        yield ""
        yield f"Embedding, once for each text: {speed:.0f} passages a second on both processors."


def beyond(found: Sequence[Size]) -> Iterator[str]:
    """A row for each round number of passages, all of it reckoned."""
    indexed = [one for one in found if one.generation_mb and one.vectors_mb and one.markdown_mb and one.passages]
    asked = [one for one in found if one.answers and one.passages]
    speed = rate()
    if not (indexed and asked and speed):
        yield "Nothing was measured yet: `make bench`."
        return
    largest, busiest = indexed[-1], asked[-1]
    each = 1 / largest.passages
    yield (
        "| Passages | Practices | Markdown | Index on disk, two generations | Vectors kept | Embedding on these two"
        " processors | On a graphics card | Memory that answers quickly |"
    )
    yield "|--:" * 8 + "|"
    for size in PASSAGES:
        generation = (largest.generation_mb or 0) * each * size
        cells = (
            f"{size:,}",
            f"{round(size * largest.practices * each):,}",
            _size_of((largest.markdown_mb or 0) * each * size),
            _size_of(2 * generation),
            _size_of((largest.vectors_mb or 0) * each * size),
            _time_of(size / speed),
            _time_of(size / GPU_RATE),
            _size_of(generation + (busiest.app_mb or 0)),
        )
        yield f"| {' | '.join(cells)} |"
    answers = busiest.answers or 0
    readers = answers * 60 / PER_MINUTE * BUSY
    yield ""
    yield (
        f"One replica on two processors carries some {round(readers, -1):.0f} readers at work at once:"
        f" {answers:.0f} answers a second at {busiest.practices:,} practices, {PER_MINUTE:g} questions a minute"
        f" from each, and {BUSY:.0%} of what it can do."
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    text = f"{value:,.0f}" if value >= 20 else f"{value:.1f}"
    return f"{text} {unit}".rstrip()


def _size_of(megabytes: float) -> str:
    for unit, factor in (("TB", 1e6), ("GB", 1e3)):
        if megabytes >= factor:
            return f"{megabytes / factor:.1f} {unit}"
    return f"{megabytes:.0f} MB"


def _time_of(seconds: float) -> str:
    for unit, factor in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * factor:
            return f"{seconds / factor:.0f} {unit}"
    return f"{seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
