"""Every case in tests/fixtures/check gives the findings that it lists, and no others."""

from __future__ import annotations

import re

import pytest
from cases import FIXTURES, Case, cases, report_of, run_case

from kb.check import RULES

FILES = sorted(path.name for path in FIXTURES.glob("*.md"))
CASES = [pytest.param(case, id=f"{name}: {case.title}") for name in FILES for case in cases(name)]
OF_BYTES = {"unreadable", "binary", "not-utf8", "bom", "crlf", "too-large"}
"""Rules about what a text file cannot show; test_files.py has them."""


@pytest.mark.parametrize("case", CASES)
def test_a_case_gives_the_findings_it_lists(case: Case) -> None:
    assert run_case(case) == list(case.findings)


@pytest.mark.parametrize("name", FILES)
def test_no_case_in_a_file_is_overlooked(name: str) -> None:
    text = (FIXTURES / name).read_text(encoding="utf-8")
    outside = re.sub(r"^~~~~ .*?^~~~~$", "", text, flags=re.MULTILINE | re.DOTALL)
    found = list(cases(name))
    assert [case.title for case in found] == re.findall(r"^## (.+)$", outside, re.MULTILINE)
    assert sum(len(case.files) for case in found) == len(re.findall(r"^~~~~ ", text, re.MULTILINE))
    assert sum(len(case.findings) for case in found) == len(re.findall(r"^- ", outside, re.MULTILINE))


def test_every_rule_has_a_case() -> None:
    shown = {finding.split()[-1] for name in FILES for case in cases(name) for finding in case.findings}
    assert set(RULES) - shown - OF_BYTES - {"no-vocabulary"} == set()


@pytest.mark.parametrize("case", list(cases("persons.md")), ids=lambda case: case.title)
def test_a_finding_never_repeats_the_number_or_address(case: Case) -> None:
    for finding in report_of(dict(case.files)).findings:
        said = f"{finding.message} {finding.hint}"
        assert not re.search(r"\d[\d .-]{3,}\d", said)
        assert not re.search(r"\w{2,}@[\w-]+\.", said)


@pytest.mark.parametrize("name", FILES)
def test_every_finding_says_what_to_do_in_a_sentence(name: str) -> None:
    for case in cases(name):
        for finding in report_of(dict(case.files)).findings:
            assert finding.message[-1] in ".?"
            assert finding.hint[-1] in ".?"
            assert "\n" not in finding.message + finding.hint
