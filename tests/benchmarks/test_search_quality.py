"""`python -m benchmarks.search_quality`: the tables of docs/search-quality.md come of the real search."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from conftest import ROOT, TEST_INDEX

from benchmarks.search_quality import PAGE, PARTS, filled

NAMES = ("arms", "parts", "languages", "types", "strength")


def measured(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.search_quality", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.model
def test_every_part_is_measured_with_and_without(base: object) -> None:
    assert base is not None
    done = measured("--print", "--every", "25", "--index", str(TEST_INDEX))
    assert done.returncode == 0, done.stderr
    parts = re.split(rf"^({'|'.join(NAMES)})$", done.stdout, flags=re.MULTILINE)[1:]
    tables = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    assert tuple(tables) == NAMES
    for name in PARTS:
        row = "language left in" if name == "centring" else f"without {name}"
        assert re.search(rf"^\| {row} \|( (\.\d{{3}}|1\.000|–) \|)+$", tables["parts"], flags=re.MULTILINE)
    page = filled(PAGE.read_text(encoding="utf-8"), tables)
    assert all(table in page for table in tables.values())


def test_a_page_without_a_place_for_a_table_is_told_of() -> None:
    with pytest.raises(SystemExit, match="no place for the table arms"):
        filled("# Search", {"arms": "| |"})


def test_the_page_tells_of_every_question() -> None:
    done = measured("--every", "25")
    assert (done.returncode, "--every goes with --print" in done.stderr) == (2, True)
