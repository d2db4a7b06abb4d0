"""`make trust` tells of everything that was tried, and fails where anything was lost, hung or died."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trust import run as runner
from trust.rows import Row, Tally, from_line, to_line

START = 'from trust.rows import *\nORDER, TITLE, ABOUT, LIMIT = 99, "Prøve", "Hva som prøves.", 30\n'
TRIAL = (
    'def trial(folder):\n    yield Row("Åpne | lukke", 3, lost=0)\n    yield Untried("Tørrlegging", "ingen pumpe")\n'
)
LOSS = TRIAL.replace("lost=0", "lost=2")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The runner with no parts but those that a test writes."""
    shutil.copytree(runner.ROOT / "trust", tmp_path / "trust", ignore=shutil.ignore_patterns("__pycache__", "parts"))
    (tmp_path / "trust" / "parts").mkdir()
    (tmp_path / "trust" / "parts" / "__init__.py").touch()
    return tmp_path


def run(copy: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `make trust` does, with one part."""
    (copy / "trust" / "parts" / "waterworks.py").write_text(START + text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "trust", *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": f"{copy}:{runner.ROOT}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_everything_that_is_said_stands_on_the_page(copy: Path) -> None:
    done = run(copy, TRIAL)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (copy / "docs" / "trust.md").read_text(encoding="utf-8")
    assert "## Prøve\n\nHva som prøves.\n" in page
    assert "| Åpne \\| lukke | 3 | 0 | 0 | 0 |" in page
    assert "`make trust PART=waterworks`" in page
    assert "- Tørrlegging (prøve): ingen pumpe" in page
    assert "3 trials in 1 rows; 0 lost, 0 wrong, 0 executed" in page


def test_a_loss_fails_and_stands_on_the_page(copy: Path) -> None:
    assert run(copy, LOSS).returncode == 1
    assert "| 3 | 2 | 0 | 0 |" in (copy / "docs" / "trust.md").read_text(encoding="utf-8")


def test_a_part_alone_makes_no_page(copy: Path) -> None:
    done = run(copy, TRIAL, "waterworks")
    assert (done.returncode, (copy / "docs").exists()) == (0, False)
    assert "ok  Åpne | lukke: 3 times, 0 lost" in done.stdout
    assert run(copy, LOSS, "waterworks").returncode == 1
    assert run(copy, TRIAL, "borte").returncode == 2


def test_a_part_that_is_run_again_takes_its_place_on_the_page(copy: Path) -> None:
    page = copy / "docs" / "trust.md"
    assert run(copy, LOSS).returncode == 1
    assert " again: " not in page.read_text(encoding="utf-8")
    assert run(copy, TRIAL, "waterworks").returncode == 0
    assert "| Åpne \\| lukke | 3 | 0 | 0 | 0 |" in page.read_text(encoding="utf-8")
    assert "- *Prøve* again: " in page.read_text(encoding="utf-8")


def test_a_part_that_dies_keeps_what_it_said_and_fails(copy: Path) -> None:
    done = run(copy, TRIAL + "    import os; os._exit(7)\n", "waterworks")
    assert done.returncode == 1
    assert "Åpne | lukke: 3 times" in done.stdout
    assert "It ended with exit code 7." in done.stdout


def test_a_part_that_hangs_is_stopped_and_fails(copy: Path) -> None:
    done = run(copy, "LIMIT = 1\n" + TRIAL + "    import threading; threading.Event().wait()\n", "waterworks")
    assert done.returncode == 1
    assert "had not ended after 1 s" in done.stdout


def test_a_part_that_says_nothing_proves_nothing(copy: Path) -> None:
    assert run(copy, "def trial(folder):\n    yield from ()\n", "waterworks").returncode == 1


def test_a_tally_counts_what_raises_and_what_is_late() -> None:
    tally = Tally("To ting")
    with tally.once("feil", 10):
        raise ValueError("nei")
    with tally.once("sent", -1):
        pass
    row = tally.row()
    assert (row.times, row.wrong) == (2, 2)
    assert row.examples[0] == "feil: ValueError: nei"


def test_a_row_is_read_back_as_it_was_said() -> None:
    row = Row("Æ\n", 1, executed=1, examples=("a", "b"), command="x")
    assert from_line(to_line(row)) == row


def test_the_parts_that_come_with_praksis_say_what_they_are() -> None:
    known = runner.parts()
    assert "queries" in {part.name for part in known}
    assert all(part.title and part.about.endswith(".") and part.limit > 0 for part in known)
    assert len({part.order for part in known}) == len(known)
