"""Whatever somebody types or pastes in a field, the file can be read back as it was meant."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from add_helpers import DAY, PRACTICES, WHOLE, words
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import schema
from kb.add.answers import Answers, as_date
from kb.add.draft import by_answer, draft
from kb.practice import Borrowing, Result, Source, parse_practice
from kb.propose.draft import Draft
from kb.typed import line
from kb.web.add.fields import MOST
from kb.web.forms.told import ASKED_FOR
from kb.web.forms.values import LONG
from kb.web.texts import table

BROKEN = {
    *("yaml", "yaml-reference", "not-a-mapping", "bad-key", "duplicate-key", "tab", "front-matter-open"),
    *("no-front-matter", "wrong-kind", "unknown-key", "crlf", "bom", "binary", "not-utf8", "too-large"),
    *("id-form", "wrong-folder", "duplicate-id", "missing-section", "heading-typo", "repeated-heading"),
}
"""Findings that say that the file itself is broken, not that an answer is."""
SAID = {key.removeprefix("form.finding.") for key in table() if key.startswith("form.finding.")}
"""Findings that the app has words of its own for."""
PIECES = (
    *"--- # ## === ``` ~~~ <!-- <b> | |---| + - * \\ ` _a_ **b** &amp; & no ~ ' \" { } !tag &anker *alias % @".split(),
    *("\n---\n", "# Overskrift", "## Lærdommer", "[a]: b", "[x](javascript:alert(1))", "- punkt", "1. ett", "> sitat"),
    *("    kode", ": ", " #", "😀", "\r\n", "\n\n", "\t", "\u2028", "\ufeff", "\0", "\ud800", "\x85", "\x1b[31m"),
    *("Sykefravær", "12 %", "Hva gjør vi?", "æøå", "<script>alert(1)</script>", ":red[nå]", "$x$", "a" * 300),
)
anything = st.one_of(
    st.text(st.characters(), max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join),
)
TEXTS = [
    field.name
    for field in fields(Answers)
    if isinstance(getattr(WHOLE, field.name), str)
    and field.name not in {"place_known", "place_new", "country", "language", "status", "evidence"}
]


def made(answers: Answers) -> Draft:
    return draft(answers, words(), PRACTICES, today=DAY)


@settings(max_examples=120)
@given(
    st.fixed_dictionaries(dict.fromkeys(TEXTS, anything)),
    st.fixed_dictionaries(dict.fromkeys(schema.SECTIONS, anything)),
    st.lists(anything, min_size=18, max_size=18),
)
def test_any_text_in_any_field_reads_back_as_it_was(
    texts: dict[str, str], sections: dict[str, str], more: list[str]
) -> None:
    answers = replace(
        WHOLE,
        **texts,  # type: ignore[arg-type]
        sections=sections,
        results=(Result("expected", *more[:5]),),
        sources=(Source(*more[5:9]),),
        borrowed_from=(Borrowing(where=more[9], title=more[10], url=more[11], note=more[12]),),
        questions=tuple(more[13:]),
    )
    drafted = made(answers)
    assert {finding.code for finding in drafted.findings} & BROKEN == set()
    assert drafted.text.encode().decode() == drafted.text
    practice = parse_practice(drafted.text, drafted.path, words())
    assert practice.problems == ()
    dates = {"status_as_of", "started", "ended"}
    for name in set(TEXTS) - {"title"}:
        assert getattr(practice, name) == (as_date if name in dates else line)(getattr(answers, name))
    assert practice.title == (line(answers.title) or practice.title)
    assert practice.questions == tuple(filter(None, map(line, answers.questions)))
    assert [found.statement for found in practice.results] == [line(more[0])] * bool(practice.results)
    assert {section.heading for section in practice.sections} <= {words().heading(key) for key in schema.SECTIONS}
    # Every finding is about something that was answered, or about the whole.
    assert [one.code for one in drafted.findings if one.code not in ASKED_FOR | SAID] == []
    told = by_answer(drafted, words())
    assert {at[0] for at in told if at} <= {"section", *(field.name for field in schema.FRONT_MATTER)}


@pytest.mark.parametrize("typed", ["no", "1.10", "2017", "~", "null", "ja: nei", "- a", "@b", "'", '"c"', "#d", "e: #"])
def test_what_yaml_would_guess_at_stays_text(typed: str) -> None:
    answers = replace(WHOLE, title=typed, summary=typed, contact=typed, questions=(typed, "b"))
    practice = parse_practice(made(answers).text, made(answers).path, words())
    assert (practice.title, practice.summary, practice.contact, practice.questions[0]) == (typed,) * 4
    assert made(answers).errors == ()


def test_a_form_that_is_full_to_the_brim_is_no_larger_than_a_file_may_be() -> None:
    long, short = "å" * LONG, "å" * 300
    answers = replace(
        WHOLE,
        results=tuple(Result(kind, *[short] * 5) for kind in schema.RESULT_KINDS for _ in range(MOST[kind])),
        sources=(Source(*[short] * 4),) * MOST["sources"],
        borrowed_from=(Borrowing("", "", *[short] * 4),) * MOST["borrowed"],
        questions=(short,) * MOST["questions"],
        evidence_note=short,
        contact=short,
        sections=dict.fromkeys(schema.SECTIONS, long),
    )
    assert len(made(answers).text.encode()) <= schema.MAX_FILE_BYTES
