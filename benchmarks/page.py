"""docs/performance.md, made from what was measured: the aims first, then every row with its command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from benchmarks.measure import Measurement, Row
from benchmarks.results import Result

_HEAD = """# How fast it is

Made by the command below from what it measures, and not to be edited. Every figure is a median, with the half of the
samples that lies around it, how many there are, and the command that takes it again; the same rows are in
[benchmarks/results](../benchmarks/results) for programs. Times drift with the machine. Ratios (×) are of things
measured in turns in the same run, and hold.

```console
$ make bench QUICK=1
$ make bench
$ python -m benchmarks
```

The first takes three minutes and writes to `build/bench`, the second forty and writes this page, the larger
collections that it makes included; the third lists every row.

Collections beyond the shipped practices are synthetic: [the generator](../benchmarks/synthetic) puts sections of the
shipped ones together anew, and moves their vectors as far as was measured that encoding would. The first 10,000 have
cards in the other languages as the shipped ones have, the rest only their own: 100,000 practices are a million
passages. That size is real and meaning is not: how well Praksis finds is measured on real practices alone, in
[search-quality.md](search-quality.md).
"""


def page(measurements: Sequence[Measurement], results: Mapping[str, Result]) -> str:
    """The whole page."""
    parts = [_HEAD, *_aims([row for result in results.values() for row in result.rows])]
    for measurement in measurements:
        if result := results.get(measurement.name):
            parts += _section(measurement, result)
    return "\n".join(parts)


def _aims(rows: Sequence[Row]) -> Iterator[str]:
    aimed = [row for row in rows if row.met is not None]
    if not aimed:
        return
    yield "## What was aimed for\n"
    yield "| | aim | measured | |\n|---|---|---|---|"
    for row in aimed:
        aim = f"≤ {row.at_most:g}" if row.at_most is not None else f"≥ {row.at_least:g}"
        told = "met" if row.met else f"**missed** {row.why}".strip()
        yield f"| {row.case} | {aim} {row.unit} | {_number(row.spread.p50)} | {told} |"
    yield ""


def _section(measurement: Measurement, result: Result) -> Iterator[str]:
    yield f"## {measurement.title}\n"
    yield f"{measurement.about}\n"
    for repeat, rows in groupby(result.rows, key=lambda row: row.repeat):
        several = list(rows)
        yield f"`{repeat}`{_sizes(several)}\n"
        yield "| | p50 | half of them | p95 | p99 | samples |\n|---|---|---|---|---|---|"
        yield from (_row(row) for row in several)
        yield ""
    on = result.occasion
    versions = ", ".join(f"{name} {version}" for name, version in on.versions.items())
    yield (
        f"<sub>{on.when[:16].replace('T', ' ')} UTC, commit {on.commit}; {on.processor}, {on.cores} cores, "
        f"{on.memory_gb} GB, {on.system}, load {on.load:g} at the start; {versions}. "
        f"Took {result.seconds / 60:.1f} minutes.</sub>\n"
    )


def _row(row: Row) -> str:
    found = row.spread
    if found.samples == 1:
        return f"| {row.case} | {_number(found.p50)} {row.unit} | | | | 1 |"
    half = f"{_number(found.p25)}–{_number(found.p75)}"
    # A ninety-ninth of a few samples is only their largest.
    p99 = _number(found.p99) if found.samples >= 100 else ""
    p95 = _number(found.p95) if found.samples >= 20 else ""
    return f"| {row.case} | {_number(found.p50)} {row.unit} | {half} | {p95} | {p99} | {found.samples} |"


def _sizes(rows: Sequence[Row]) -> str:
    """What is the same in all rows, in words."""
    first = rows[0].sizes
    same = {key: value for key, value in first.items() if all(row.sizes.get(key) == value for row in rows) and value}
    return " · " + ", ".join(f"{value:,} {key}" for key, value in same.items()) if same else ""


def _number(value: float) -> str:
    """Three digits, as far as they mean something."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
