"""Every measurement of speed and size: list them, run them, take one figure again.

python -m benchmarks                        every measurement, and every row with the command that repeats it
python -m benchmarks run [NAME …] [--quick] measure, and write docs/performance.md; --at-most 10000 leaves out larger
python -m benchmarks again "ROW"            measure one row again, beside what was kept of it
python -m benchmarks prepare                make and index the collections that a full run needs
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.machine import occasion
from benchmarks.measure import ROOT, Measurement, Row, Scale, line
from benchmarks.page import page
from benchmarks.results import KEPT, QUICK, Result, read, write
from kb.files import write_whole

NAMES = (
    # First, as it makes the collections that the others measure.
    "full_index",
    "cold",
    "encode",
    "query",
    "recall",
    "peers",
    "readers",
    "app_rerun",
    "plain_pages",
    # Last, as it leaves an index that is one change behind.
    "reindex",
)
PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb")
    run_ = verbs.add_parser("run", help="measure and write the page")
    run_.add_argument("names", nargs="*", metavar="NAME", help="all by default")
    run_.add_argument("--quick", action="store_true", help="three minutes, into build/bench")
    run_.add_argument("--at-most", type=int, metavar="PRACTICES", help="leave larger collections out")
    again_ = verbs.add_parser("again", help="measure one row again")
    again_.add_argument("row", help="its name, as listed")
    verbs.add_parser("prepare", help="make and index the collections")
    verbs.add_parser("page", help="write the page again")
    options = parser.parse_args(arguments)
    if options.verb == "again":
        return again(options.row)
    if options.verb == "run":
        run(options.names or NAMES, quick=options.quick, at_most=options.at_most)
    elif options.verb == "prepare":
        prepare()
    elif options.verb == "page":
        write_page(KEPT, PAGE)
    else:
        listing()
    return 0


def measurement(name: str) -> Measurement:
    found: Measurement = importlib.import_module(f"benchmarks.{name}").MEASUREMENT
    return found


def run(names: Iterable[str], *, quick: bool, at_most: int | None = None) -> None:
    """Measure, keep the rows, and write the page of everything that is kept."""
    folder = QUICK if quick else KEPT
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        one = measurement(name)
        print(f"── {one.title}", flush=True)
        here, start = occasion(), time.perf_counter()
        scale = one.quick if quick else one.full
        if at_most is not None:
            scale = replace(scale, sizes=tuple(size for size in scale.sizes if size <= at_most))
        rows = list(_told(one.run(scale)))
        write(folder, name, Result(here, time.perf_counter() - start, rows))
    write_page(folder, QUICK / PAGE.name if quick else PAGE)


def write_page(folder: Path, target: Path) -> None:
    """The page of everything that is kept in a folder."""
    results = {name: result for name in NAMES if (result := read(folder, name))}
    write_whole(target, page([measurement(name) for name in results], results))
    print(f"Written: {target.relative_to(ROOT)}, of the rows in {folder.relative_to(ROOT)}/")


def prepare(names: Iterable[str] = NAMES) -> None:
    """Make and index every collection that a full run of these measures, smallest first."""
    from benchmarks.prepared import indexed, under_git

    for size in sorted({size for name in names for size in measurement(name).full.sizes if size}):
        start = time.perf_counter()
        under_git(indexed(size))
        print(f"{size:,} practices ready after {time.perf_counter() - start:.0f} s", flush=True)


def again(name: str) -> int:
    """Measure a row's size again with its measurement; 1 where there is no such row."""
    known = {row.name: row for _, row in kept()}
    if name not in known:
        print(f"There is no row {name!r}; python -m benchmarks lists them.", file=sys.stderr)
        return 1
    old = known[name]
    one = measurement(old.measure)
    sizes = (old.sizes["practices"],) if one.full.sizes else ()
    print(f"kept  {line(old)}")
    for row in one.run(Scale(sizes, one.full.rounds)):
        if row.name == name:
            print(f"now   {line(row)}", flush=True)
    return 0


def kept() -> list[tuple[Measurement, Row]]:
    """Every row on disk."""
    return [(measurement(name), row) for name in NAMES if (result := read(KEPT, name)) for row in result.rows]


def listing() -> None:
    """Print every measurement, and its rows with the command of each."""
    for name in NAMES:
        one, result = measurement(name), read(KEPT, name)
        print(f"{name}: {one.title}. {one.about}\n  python -m benchmarks.{name}")
        for row in result.rows if result else ():
            print(f"    {row.name}\n      {line(row)}\n      {row.repeat}")


def _told(rows: Iterable[Row]) -> Iterable[Row]:
    for row in rows:
        print(line(row), flush=True)
        yield row


if __name__ == "__main__":
    sys.exit(main())
