"""Whatever somebody types or pastes in a field, the file can be read back as it was meant."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache

import pytest
from borrow_helpers import DAY, PRACTICES, SVARTEDALEN, full
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.borrow.draft import draft
from kb.borrow.loan import Benefit, Condition, Lesson, Loan
from kb.borrow.memo import memo
from kb.borrow.memo_render import as_html, as_markdown
from kb.markdown import chapters
from kb.practice import parse_practice
from kb.repository import Repository, load
from kb.typed import clean, line

UNREADABLE = {
    "yaml",
    "yaml-reference",
    "not-a-mapping",
    "bad-key",
    "duplicate-key",
    "tab",
    "front-matter-open",
    "no-front-matter",
    "wrong-kind",
    "unknown-key",
    "crlf",
    "bom",
    "binary",
    "not-utf8",
    "id-form",
    "wrong-folder",
    "duplicate-id",
}
"""Findings that say that the file itself is broken, not that an answer is."""
PIECES = (
    *"--- # ## === ``` ~~~ <!-- <b> | |---| + - * \\ ` _a_ **b** &amp; & no ~ ' \" { } !tag &anker *alias % @".split(),
    *("\n---\n", "# Overskrift", "## Lærdommer", "[a]: b", "[x](y)", "- punkt", "1. ett", "2020. år", "> sitat"),
    *("    kode", ": ", " #", "😀", "\r\n", "\n\n", "\t", "\u2028", "\ufeff", "\0", "\ud800", "\x85"),
    *("Sykefravær", "12 %", "Hva gjør vi?", "æøå"),
)
MARKER = re.compile(r"^(?:[-*+•–]|[0-9]{1,2}[.)])\s+(?=\S)")
RULE = re.compile(r"[-=|:\s]+")
anything = st.one_of(
    st.text(st.characters(), max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join),
)
TEXTS = [
    item.name
    for item in fields(Loan)
    if item.name not in {"source", "place", "country", "conditions", "lessons", "benefits", "status", "language"}
]


@cache
def shipped() -> Repository:
    return load(PRACTICES)


@settings(max_examples=120)
@given(st.fixed_dictionaries(dict.fromkeys(TEXTS, anything)), st.lists(anything, min_size=11, max_size=11))
def test_any_text_in_any_field_reads_back_as_it_was(answers: dict[str, str], more: list[str]) -> None:
    source, words = shipped().by_id[SVARTEDALEN], shipped().vocabulary
    loan = full(
        source,
        **answers,
        conditions=(Condition(more[0], "plan", more[1]),),
        lessons=(Lesson(more[2], more[3]),),
        benefits=(Benefit(*more[4:10]),),
    )
    drafted = draft(loan, source, words, PRACTICES, today=DAY)
    assert {finding.code for finding in drafted.findings} & UNREADABLE == set()
    assert drafted.text.encode().decode() == drafted.text
    practice = parse_practice(drafted.text, drafted.path, words)
    assert practice.problems == ()
    assert practice.title == (line(loan.title) or practice.title)
    assert practice.contact == line(loan.owner)
    assert [(found.statement, found.indicator, found.value, found.period) for found in practice.results] == [
        (line(item.statement), line(item.indicator), line(item.target), line(item.date))
        for item in loan.benefits
        if line(item.statement)
    ]
    headings = {section.heading for section in practice.sections}
    assert headings <= {*(words.heading(key) for key in words.headings), "Feil vi vil unngå", "Eier og neste steg"}
    note = memo(loan, source, words, today=DAY)
    assert as_html(note).encode()
    assert next(chapter.heading for chapter in chapters(as_markdown(note)) if chapter.level == 2) == "Saken"


@settings(max_examples=300)
@given(anything)
@example("Først:\n- a\n- - -\n# b\n1. c\n===\n<!-- d\n```\ne")
@example("- 2020. var et godt år\n2020. ja\n12) nei")
@example("a\\\nb & c &amp; d _e_ f_g *h*")
def test_prose_reads_back_sign_for_sign(typed: str) -> None:
    """What is shown is what was typed; only line breaks and the signs of lists may differ."""
    source, words = shipped().by_id[SVARTEDALEN], shipped().vocabulary
    drafted = draft(full(source, problem=typed), source, words, PRACTICES, today=DAY)
    [section] = parse_practice(drafted.text, drafted.path, words).section("problem")
    lines = [raw.strip() for raw in clean(typed).split("\n")]
    shown = (raw if RULE.fullmatch(raw) else MARKER.sub("", raw) for raw in lines)
    assert "".join(section.text.split()) == "".join("".join(shown).split())


@pytest.mark.parametrize("typed", ["no", "1.10", "2017", "~", "null", "ja: nei", "- a", "@b", "'", '"c"', "#d", "e: #"])
def test_what_yaml_would_guess_at_stays_text(typed: str) -> None:
    source, words = shipped().by_id[SVARTEDALEN], shipped().vocabulary
    drafted = draft(full(source, title=typed, owner=typed), source, words, PRACTICES, today=DAY)
    practice = parse_practice(drafted.text, drafted.path, words)
    assert (practice.title, practice.contact) == (typed, typed)
    assert drafted.errors == ()
