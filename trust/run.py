"""Runs the parts, each in a process of its own and two at a time, and tells what came of them."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import trust.parts
from kb.files import write_whole
from trust import kept
from trust.page import PAGE, commit, page
from trust.rows import Part, Row, Told, Untried, from_line, to_line

ROOT = Path(__file__).parents[1]
ROWS = "rows.jsonl"
AT_ONCE = 2
"""Parts; most have one process that works and some that wait."""
GRACE = 10
"""Seconds between asking a part that hangs to stop and stopping it."""


def main() -> int:
    """Run what is asked for; 1 where anything was lost, wrong or executed."""
    parser = argparse.ArgumentParser(prog="python -m trust", description=trust.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("parts", nargs="*", help="which to run; all where none is named")
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    known = {part.name: part for part in parts()}
    if unknown := [name for name in options.parts if name not in known]:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(known)}")
    if options.folder:
        say(options.parts[0], options.folder)
        return 0
    start = time.perf_counter()
    told = everything([known[name] for name in options.parts or known])
    occasion = kept.Occasion(kept.now(), commit(), time.perf_counter() - start)
    if not options.parts:
        kept.keep_run(occasion)
    for one in told:
        kept.keep(one, occasion)
    if run_of_all := kept.last_run():
        write_whole(ROOT / PAGE, page([kept.last(part) for part in known.values()], run_of_all))
        print(f"\nWritten to {PAGE}.")
    return 0 if all(one.sound for one in told) else 1


def everything(wanted: Sequence[Part]) -> list[Told]:
    """Run parts two at a time, and then those that want the machine for themselves; in the order that was asked for."""
    told: dict[str, Told] = {}
    together = [part for part in wanted if not part.alone]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for one in pool.map(run, together):
            told[one.part.name] = tell(one)
    for part in wanted:
        if part.alone:
            told[part.name] = tell(run(part))
    return [told[part.name] for part in wanted]


def parts() -> list[Part]:
    """Every part, in the order of the page."""
    names = [found.name for found in pkgutil.iter_modules(trust.parts.__path__)]
    return sorted((_part(name) for name in names), key=lambda part: part.order)


def say(name: str, folder: Path) -> None:
    """Run a part here, and write each row the moment it is known."""
    (folder / "work").mkdir()
    with (folder / ROWS).open("a", encoding="utf-8") as lines:
        for said in _module(name).trial(folder / "work"):
            lines.write(to_line(said))
            lines.flush()


def run(part: Part) -> Told:
    """Run a part in a process of its own; that it died or hung is a row."""
    print(f"{part.title}: begun, at most {part.limit:.0f} s", flush=True)
    with tempfile.TemporaryDirectory(prefix="trust-", ignore_cleanup_errors=True) as folder:
        rows_file = Path(folder, ROWS)
        rows_file.touch()
        command = [sys.executable, "-m", "trust", part.name, "--in", folder]
        with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
            end = _wait(process, part.limit)
        said = [from_line(line) for line in rows_file.read_text(encoding="utf-8").splitlines()]
    rows = [item for item in said if isinstance(item, Row)]
    if end:
        rows.append(Row("The part itself comes to its end", 1, wrong=1, examples=(end,)))
    return Told(part, tuple(rows), tuple(item for item in said if isinstance(item, Untried)))


def tell(told: Told) -> Told:
    """What a part said, in the terminal."""
    print(f"\n{told.part.title}")
    for row in told.rows:
        mark = "ok " if row.sound else "BAD"
        counts = f"{row.times} times, {row.lost} lost, {row.wrong} wrong, {row.executed} executed"
        print(f"  {mark} {row.tried}: {counts}, {row.seconds:.1f} s. {row.measured}".rstrip())
        for example in row.examples:
            print(f"        {example}")
    for item in told.untried:
        print(f"  --  {item.what} could not be tried here: {item.why}")
    return told


def _part(name: str) -> Part:
    said = _module(name)
    alone = getattr(said, "ALONE", False)
    return Part(name, said.ORDER, said.TITLE, " ".join(said.ABOUT.split()), said.LIMIT, alone=alone)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"trust.parts.{name}")


def _wait(process: subprocess.Popen[bytes], limit: float) -> str:
    """How a part ended, if not as it should."""
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        for sign in _stops():
            # What the part started is in its session, and ends with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        return f"It had not ended after {limit:.0f} s, and was stopped."
    return f"It ended with exit code {code}." if code else ""


def _stops() -> Iterator[signal.Signals]:
    yield signal.SIGTERM
    yield signal.SIGKILL
