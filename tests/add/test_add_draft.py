"""Answers become a file that the checker accepts, and what it finds is told of the answer it is about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from add_helpers import DAY, ENOUGH, PRACTICES, SVARTEDALEN, WHOLE, words

from kb import schema
from kb.add.answers import Answers, as_date
from kb.add.draft import SECTION, by_answer, draft
from kb.check import check
from kb.frontmatter import Path as At
from kb.listing import listed
from kb.practice import Borrowing, Practice, Result, Source, parse_practice
from kb.propose.draft import Draft, place_key


def made(answers: Answers) -> Draft:
    return draft(answers, words(), PRACTICES, today=DAY)


def read(answers: Answers) -> Practice:
    drafted = made(answers)
    return parse_practice(drafted.text, drafted.path, words())


def told(answers: Answers) -> dict[At, set[str]]:
    found = by_answer(made(answers), words())
    return {at: {finding.code for finding in findings} for at, findings in found.items()}


def test_nothing_answered_asks_for_what_the_format_requires_and_for_nothing_else() -> None:
    missing = {at for at, codes in told(Answers()).items() if codes & {"missing-key", "required-section-empty"}}
    required = {(field.name,) for field in schema.FRONT_MATTER if field.required} - {("language",)}
    assert missing == required | {(SECTION, key) for key in schema.REQUIRED_SECTIONS}


@pytest.mark.parametrize("answers", [ENOUGH, WHOLE], ids=["enough", "whole"])
def test_the_file_is_one_that_the_checker_accepts_where_it_belongs(answers: Answers, tmp_path: Path) -> None:
    shutil.copytree(PRACTICES, tmp_path / "practices")
    drafted = made(answers)
    file = tmp_path / "practices" / drafted.path
    file.write_text(drafted.text, encoding="utf-8")
    assert drafted.path.as_posix() == "no/oslo/oslo-nordstrand-kjokkenet-veier-matrestene.md"
    report = check(tmp_path / "practices", [file], today=DAY)
    assert report.errors == 0
    assert {finding.code for finding in report.findings} == {finding.code for finding in drafted.findings}


def test_every_answer_is_read_back_from_the_file() -> None:
    practice = read(WHOLE)
    assert practice.places == ("no/oslo/nordstrand", "no/bergen")
    assert (practice.started, practice.ended) == ("2023-08", "2025-06")
    assert practice.results == WHOLE.results
    assert practice.borrowed_from == WHOLE.borrowed_from
    assert practice.sources == WHOLE.sources
    assert practice.questions == WHOLE.questions
    assert {section.key for section in practice.sections if section.blocks} == set(schema.SECTIONS)


def test_every_key_of_the_format_that_a_place_can_answer_has_an_answer() -> None:
    decided_by_others = {"related", "reviewed", "assessment"}
    assert {field.name for field in schema.FRONT_MATTER if not hasattr(WHOLE, field.name)} == decided_by_others


def test_what_is_not_answered_is_left_out() -> None:
    drafted = made(replace(ENOUGH, results=(Result("realised", " "),), sources=(Source(""),), questions=("", " ")))
    assert "results" not in drafted.text
    assert "sources" not in drafted.text
    assert "questions" not in drafted.text
    assert drafted.text.count("## ") == len(schema.REQUIRED_SECTIONS)


def wrong() -> Iterator[tuple[Answers, At, str]]:
    yield replace(ENOUGH, title="x" * 121), ("title",), "too-long"
    yield replace(ENOUGH, status_as_of="i fjor"), ("status_as_of",), "bad-date"
    yield replace(ENOUGH, status_as_of="2026-13"), ("status_as_of",), "impossible-date"
    yield replace(ENOUGH, status_as_of="2030"), ("status_as_of",), "future-date"
    yield replace(ENOUGH, started="2024", ended="2023"), ("ended",), "date-order"
    yield replace(ENOUGH, contact=""), ("sources",), "missing-sources"
    yield replace(ENOUGH, contact="", status="idea"), ("sources",), "own-practice-unsourced"
    yield replace(ENOUGH, contact="ola.nordmann@oslo.kommune.no"), ("contact",), "private-email"
    yield (
        replace(ENOUGH, sources=(Source("a", "https://a.no"), Source("b", "www.b.no"))),
        ("sources", 1, "url"),
        "bad-url",
    )
    yield replace(ENOUGH, sources=(Source("", "https://a.no"),)), ("sources", 0, "title"), "missing-key"
    yield replace(ENOUGH, results=(Result("realised", "", "svinn"),)), ("results", 0, "statement"), "missing-key"
    realised = (Result("expected", "a"), Result("realised", "b"))
    yield replace(ENOUGH, evidence="none", results=realised), ("results", 1), "results-without-evidence"
    yield replace(ENOUGH, borrowed_from=(Borrowing(note="a"),)), ("borrowed_from", 0), "borrowed-from-nothing"
    yield replace(ENOUGH, borrowed_from=(Borrowing(where="a"),)), (SECTION, "adaptation"), "required-section-empty"
    gone = Borrowing(practice="finnes-ikke")
    yield replace(ENOUGH, borrowed_from=(gone,)), ("borrowed_from", 0, "practice"), "unknown-practice"
    yield replace(ENOUGH, status="stopped"), (SECTION, "lessons"), "stopped-without-lessons"
    yield replace(ENOUGH, questions=("a", "ring kari på 912 34 567")), ("questions", 1), "private-phone"
    yield replace(ENOUGH, questions=("a", "A")), ("questions", 1), "repeated-value"
    lessons = {**ENOUGH.sections, "lessons": "Først\n\nSpør 01010150074"}
    yield replace(ENOUGH, sections=lessons), (SECTION, "lessons"), "identity-number"
    yield replace(ENOUGH, sections={**ENOUGH.sections, "problem": "TODO"}), (SECTION, "problem"), "template-text"


@pytest.mark.parametrize(("answers", "at", "code"), [pytest.param(*case, id=case[2]) for case in wrong()])
def test_what_is_wrong_is_told_of_the_answer_it_is_about(answers: Answers, at: At, code: str) -> None:
    found = told(answers)
    assert code in found.get(at, set()), found


def test_a_new_place_gets_its_entry_and_its_folder(tmp_path: Path) -> None:
    shutil.copytree(PRACTICES, tmp_path / "practices")
    drafted = made(replace(ENOUGH, place_known="", place_new="Vadsø", country="no"))
    file = tmp_path / "practices" / drafted.path
    file.parent.mkdir()
    file.write_text(drafted.text, encoding="utf-8")
    with (tmp_path / "practices" / "places.yaml").open("a", encoding="utf-8") as places:
        places.write(drafted.place_entry)
    assert drafted.path.parent.as_posix() == "no/vadso"
    assert check(tmp_path / "practices", [file, tmp_path / "practices" / "places.yaml"], today=DAY).errors == 0


def test_a_new_place_is_named_as_those_that_are_there() -> None:
    places = words().places.values()
    own = [place for place in places if place.kind == "municipality"]
    assert [place.key for place in own if place_key(place.name, place.country) != place.key] == []


def test_two_practices_of_one_name_get_an_id_each() -> None:
    taken = draft(ENOUGH, words(), PRACTICES, today=DAY, listed=listed([made(ENOUGH).path]))
    assert taken.id == f"{made(ENOUGH).id}-2"


def test_a_borrowed_practice_must_say_how_it_was_made_ones_own() -> None:
    borrowed = replace(ENOUGH, borrowed_from=(Borrowing(practice=SVARTEDALEN),))
    assert made(borrowed).errors
    assert not made(replace(borrowed, sections={**ENOUGH.sections, "adaptation": "Bare én avdeling."})).errors


@pytest.mark.parametrize("language", ["nb", "nn", "da", "sv", "en"])
def test_headings_are_those_of_the_language_that_is_written_in(language: str) -> None:
    assert not made(replace(WHOLE, language=language)).errors
    assert f"## {words().heading('problem', language)}\n" in made(replace(WHOLE, language=language)).text


@pytest.mark.parametrize(
    ("typed", "written"),
    [("15.3.2024", "2024-03-15"), ("3/2024", "2024-03"), ("2024", "2024"), (" 2024-03 ", "2024-03"), ("vår", "vår")],
)
def test_a_date_may_be_written_as_one_says_it(typed: str, written: str) -> None:
    assert as_date(typed) == written


def test_too_little_is_told_to_look_for_others_by() -> None:
    assert replace(ENOUGH, sections={"problem": "Mat kastes."}).gist == ""
    assert replace(ENOUGH, title="").gist == ""
    assert ENOUGH.gist.startswith("Mye mat ble kastet.")
