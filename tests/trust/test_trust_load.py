"""A few readers for a few seconds, by the same code as fifty for ten minutes; and what it would find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trust.parts.load import Plan, rows
from trust.parts.load.judge import GRACE, judge_one
from trust.parts.load.readers import Told

FEW = Plan(readers=8, windows=2, seconds=6, rebuilds=(0.3,), pause=(0.05, 0.3), model="none", practices=20)
AT_REST = [{"a": "one"}, {"a": "two"}, {"a": "two"}]
SWAPS = [100.0, 200.0]
ASKED = Told("open", "a", 50.0, 0.1, "one")


def test_readers_get_whole_answers_while_the_practices_change(tmp_path: Path) -> None:
    found = {row.tried: row for row in rows(tmp_path, FEW)}
    assert len(found) == 4
    for tried, row in found.items():
        # Six seconds after its start a server still loads what it needs.
        assert row.sound or "memory" in tried, row
        assert row.times, row
    plain = next(row for tried, row in found.items() if "plain pages" in tried)
    assert plain.times > 2 * FEW.readers


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        (ASKED, ""),
        (replace(ASKED, at=SWAPS[0] + GRACE / 2), ""),
        (replace(ASKED, said="two", at=150.0), ""),
        (replace(ASKED, said="two", at=250.0), ""),
        (replace(ASKED, at=150.0), "it is of generation 1"),
        (replace(ASKED, said="half of one"), "it is of no generation"),
        (replace(ASKED, path="b"), "it is of no generation"),
        (replace(ASKED, said="TimeoutError: timed out", failed=True), "TimeoutError"),
    ],
)
def test_what_is_torn_late_or_missing_is_told_from_what_is_right(told: Told, wrong: str) -> None:
    said, _ = judge_one(told, AT_REST, SWAPS)
    assert said.startswith(wrong)
    assert bool(said) == bool(wrong)
