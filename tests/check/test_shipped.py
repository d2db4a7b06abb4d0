"""The practices that come with Praksis are as they should be."""

from __future__ import annotations

from pathlib import Path

from kb.check import check, render

PRACTICES = Path(__file__).parents[2] / "practices"


def test_the_shipped_practices_have_no_errors() -> None:
    report = check(PRACTICES)
    assert report.files > 300
    assert report.errors == 0, render(report)
