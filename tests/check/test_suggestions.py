"""A finding names the value that is wrong and the nearest one that is allowed."""

from __future__ import annotations

import pytest
from cases import cases, report_of

VALID = dict(next(iter(cases("valid.md"))).files)
PATH, TEXT = next(iter(VALID.items()))


@pytest.mark.parametrize(
    ("old", "new", "named", "suggested"),
    [
        ("title: Faste", "tittel: Faste", "`tittel`", "`title`"),
        ("status: in-use", "status: in use", "`in use`", "`in-use`"),
        ("status: in-use", "status: Används", "`Används`", "`in-use`"),
        ("place: no/oslo/nordstrand", "place: Nordstrand", "`Nordstrand`", "`no/oslo/nordstrand`"),
        ("  - helse-omsorg", "  - Vård och omsorg", "`Vård och omsorg`", "`helse-omsorg`"),
        ("language: nb", "language: da-DK", "`da-DK`", "da, en, nb, sv"),
        ("evidence: experience", "evidence: forsking", "`forsking`", "none, experience, own-evaluation"),
        ("title: Årsrapport", "titel: Årsrapport", "`sources[1].titel`", "`title`"),
        ("## Utfordringen", "## Utfordringer", "`Utfordringer`", "`Utfordringen`"),
    ],
)
def test_the_nearest_allowed_value_is_suggested(old: str, new: str, named: str, suggested: str) -> None:
    report = report_of({PATH: TEXT.replace(old, new, 1)})
    assert any(named in item.message and suggested in item.hint for item in report.findings)


def test_a_file_name_is_suggested_as_places_and_drafts_are_spelled() -> None:
    report = report_of({PATH.replace(PATH.rsplit("/", 1)[-1], "Bydelsmødre på Ås.md"): TEXT})
    assert any("`bydelsmodre-pa-as.md`" in item.hint for item in report.findings if item.code == "id-form")


def test_a_value_is_shown_short_and_without_control_characters() -> None:
    report = report_of({PATH: TEXT.replace("status: in-use", 'status: "\\e[31m' + "x" * 500 + '"')})
    finding = next(item for item in report.findings if item.code == "unknown-value")
    assert "\x1b" not in finding.message
    assert len(finding.message) < 150
