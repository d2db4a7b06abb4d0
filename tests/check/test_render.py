"""A report for people, for programs and for GitHub."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from kb.check import Finding, Report, Severity, render

PATH = PurePosixPath("no/oslo/a,b:c.md")
REPORT = Report(
    (
        Finding(PATH, 3, 5, Severity.ERROR, "unknown-key", "The key `50 %` is not known.", "Did you mean\n`x`?"),
        Finding(PATH, 0, 0, Severity.WARNING, "missing-card", "No card.", "Add it."),
    ),
    files=7,
)
EMPTY = Report((), files=1)


def test_text_has_a_line_for_each_finding_and_a_count() -> None:
    assert render(REPORT, "text").splitlines() == [
        "no/oslo/a,b:c.md:3:5: error unknown-key The key `50 %` is not known. → Did you mean�`x`?",
        "no/oslo/a,b:c.md:0:0: warning missing-card No card. → Add it.",
        "7 files checked: 1 error, 1 warning.",
    ]
    assert render(EMPTY) == "1 file checked: 0 errors, 0 warnings.\n"


def test_json_has_the_findings_and_the_counts() -> None:
    whole = json.loads(render(REPORT, "json", prefix="practices"))
    assert {key: whole[key] for key in ("errors", "warnings", "files")} == {"errors": 1, "warnings": 1, "files": 7}
    assert whole["findings"][1] == {
        "path": "practices/no/oslo/a,b:c.md",
        "line": 0,
        "column": 0,
        "severity": "warning",
        "code": "missing-card",
        "message": "No card.",
        "hint": "Add it.",
    }


def test_github_annotations_are_escaped_and_carry_the_path_in_the_repository() -> None:
    assert render(REPORT, "github", prefix="practices").splitlines() == [
        (
            "::error file=practices/no/oslo/a%2Cb%3Ac.md,line=3,col=5,title=unknown-key::"
            "The key `50 %25` is not known. Did you mean%0A`x`?"
        ),
        "::warning file=practices/no/oslo/a%2Cb%3Ac.md,title=missing-card::No card. Add it.",
        "7 files checked: 1 error, 1 warning.",
    ]


def test_a_file_name_cannot_write_to_the_terminal_or_break_the_encoding() -> None:
    path = PurePosixPath("no/\x1b[2J\udcff\n::error::x.md")
    report = Report((Finding(path, 0, 0, Severity.ERROR, "id-form", "Bad.", "Rename it."),), 1)
    for text in (render(report, "text"), render(report, "json"), render(report, "github")):
        text.encode()
        assert "\x1b" not in text
        assert "\n::error::x" not in text
