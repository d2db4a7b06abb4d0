"""Files and folders that are broken, that mean harm, or that were never written for Praksis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trust.parts.input import alone, fuzzed, guided, modelled, sizes, styles, together
from trust.rows import Row, Untried

ORDER = 3
TITLE = "Bad input"
ABOUT = """Every file of [a list of files that are broken or mean harm](../trust/corpus/README.md) goes through
everything that reads practices, alone and in one folder with good ones; then texts that nobody thought of, made by
[hypothesis](https://hypothesis.readthedocs.io/) and, guided by what they reach, by
[atheris](https://github.com/google/atheris). An exception, a step that takes longer than its limit, a finding that is
due and not made, and a good practice that is not found beside the broken ones are wrong; a character that a mend takes
away with what it means is lost; a file from outside of the folder that is read, or a command in a file that runs, is
executed."""
LIMIT = 2400


def trial(folder: Path) -> Iterator[Row | Untried]:
    """All of it."""
    for module in (alone, together, modelled, sizes, styles, guided):
        work = folder / module.__name__.rpartition(".")[2]
        work.mkdir()
        yield from module.rows(work)
    yield from fuzzed.rows()
