"""docs/trust.md: a table for each part, and what it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from trust.kept import Occasion
from trust.rows import Row, Told

PAGE = PurePosixPath("docs/trust.md")
LIBRARIES = ("faiss-cpu", "tantivy", "openvino", "streamlit", "markdown-it-py", "pyyaml", "numpy", "hypothesis")
"""What most of it stands on."""
HEAD = "| What was tried | Times | Lost | Wrong | Executed | Seconds | Measured | Again |"
RULE = "|---|--:|--:|--:|--:|--:|---|---|"
START = """# What was tried, and what was lost

Praksis is meant to be left alone for years. This page says what was done to it on purpose, how often, and what came
of it. *Lost* is something that somebody had written or made, and that was gone. *Wrong* is no answer, a false one, or
one that came later than its row allows. *Executed* is something that ran, or was let in, and must not. The
page is made whole by one command, which fails if any of them is more than nought; a part that is run again by itself
takes its place in it:

```console
$ make trust
```
"""


def page(said: Sequence[tuple[Told, Occasion]], run: Occasion) -> str:
    """The whole page: what each part said last, and the last run of all."""
    told = [one for one, _ in said]
    parts = (line for one in told for line in _part(one))
    return "\n".join((START, *_measured_on(told, run), *_again(said, run), "", *parts, *_left(told)))


def _again(said: Sequence[tuple[Told, Occasion]], run: Occasion) -> Iterator[str]:
    """The parts that were run once more by themselves."""
    for told, own in said:
        if own != run:
            yield f"- *{told.part.title}* again: {own.when}, {own.seconds / 60:.0f} minutes, at commit {own.commit}"


def _measured_on(told: Sequence[Told], run: Occasion) -> Iterator[str]:
    rows = [row for one in told for row in one.rows]
    yield (
        f"**In all:** {_number(sum(row.times for row in rows))} trials in {len(rows)} rows;"
        f" {_number(sum(row.lost for row in rows))} lost, {_number(sum(row.wrong for row in rows))} wrong,"
        f" {_number(sum(row.executed for row in rows))} executed.\n"
    )
    yield f"- When: {run.when}, in {run.seconds / 60:.0f} minutes, at commit {run.commit}"
    yield f"- Machine: {_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.system()} {platform.release()}"
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    yield f"- Versions: Python {platform.python_version()}, {libraries}"


def _part(told: Told) -> Iterator[str]:
    yield f"## {told.part.title}\n"
    yield f"{told.part.about}\n"
    yield HEAD
    yield RULE
    for row in told.rows:
        yield _row(row, f"make trust PART={told.part.name}")
    yield ""
    for row in told.rows:
        for example in row.examples:
            yield f"- **{_cell(row.tried)}**: `{example.replace('`', ' ')}`"
    if any(row.examples for row in told.rows):
        yield ""


def _row(row: Row, command: str) -> str:
    counts = (row.times, row.lost, row.wrong, row.executed)
    cells = (
        _cell(row.tried),
        *(_number(count) for count in counts),
        f"{row.seconds:.1f}",
        _cell(row.measured),
        f"`{row.command or command}`",
    )
    return f"| {' | '.join(cells)} |"


def _left(told: Sequence[Told]) -> Iterator[str]:
    yield "## What could not be tried here\n"
    left = [f"- {item.what} ({one.part.title.lower()}): {item.why}" for one in told for item in one.untried]
    yield "\n".join(left or ["Everything above could be tried."])
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _number(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def commit() -> str:
    """The commit that is tried."""

    def git(*arguments: str) -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, encoding="utf-8", check=False)
        return done.stdout.strip()

    name = git("rev-parse", "--short", "HEAD")
    return f"{name or 'unknown'}{' with changes' if git('status', '--porcelain', '--untracked-files=no') else ''}"


def _processor() -> str:
    """The processor's own name, where the system tells."""
    lines = Path("/proc/cpuinfo")
    named = [line for line in lines.read_text().splitlines() if line.startswith("model name")] if lines.exists() else []
    return named[0].partition(":")[2].strip() if named else platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
