"""A table of practices: each row a draft, in the words of the table, with nothing added and nothing lost."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from import_helpers import codes, imported, one, practice, texts

from kb.errors import CannotImport
from kb.importing.draft import Imported
from kb.typed import clean, line

ROWS = (
    ("Navn", "Kommune", "Bydel", "Bakgrunn", "Tiltak", "Status", "Status per", "Budsjett"),
    ("Faste team", "Oslo", "Nordstrand", "Mange ulike ansatte; hver dag", "Vi delte opp", "I bruk", "15.3.2024", "1"),
    ("Leksehjelp på nett", "Lillevik kommune", "", "Barn falt fra", "Vi ringte", "Aktiv", "", ""),
)


def table(rows: tuple[tuple[str, ...], ...], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(rows)
    return made.getvalue().encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_reads_the_same_however_it_was_saved(delimiter: str, encoding: str) -> None:
    first, second = imported(table(ROWS, delimiter, encoding), ".csv")
    assert isinstance(first, Imported)
    assert isinstance(second, Imported)
    found = practice(first)
    assert found.title == "Faste team"
    assert found.places == ("no/oslo/nordstrand",)
    assert found.status == "in-use"
    assert found.status_as_of == "2024-03-15"
    assert texts(found) == {
        "Utfordringen": "Mange ulike ansatte; hver dag",
        "Slik gjør vi det": "Vi delte opp",
        "Budsjett": "1",
    }
    assert first.draft.path.as_posix() == "no/oslo/oslo-nordstrand-faste-team.md"
    assert practice(second).title == "Leksehjelp på nett"


def test_what_is_missing_is_an_error_where_it_is_missing_and_nothing_is_guessed() -> None:
    made, _ = imported(table(ROWS), ".csv")
    assert isinstance(made, Imported)
    assert codes(made) == {"missing-key": ["summary", "language", "areas", "evidence"], "missing-sources": ["sources"]}
    found = practice(made)
    assert (found.summary, found.areas, found.evidence, found.results, found.questions) == ("", (), "", (), ())


def test_a_word_that_the_vocabulary_does_not_know_stands_as_it_is_and_is_asked_for() -> None:
    _, made = imported(table(ROWS), ".csv")
    assert isinstance(made, Imported)
    assert practice(made).status == "Aktiv"
    assert practice(made).places == ("Lillevik kommune",)
    assert codes(made)["unknown-value"] == ["place", "status"]


def test_the_mapping_is_told() -> None:
    made, _ = imported(table(ROWS), ".csv")
    assert isinstance(made, Imported)
    assert made.labels == {
        "Navn": "title",
        "Kommune": "place",
        "Bydel": "place",
        "Bakgrunn": "problem",
        "Tiltak": "practice",
        "Status": "status",
        "Status per": "status_as_of",
        "Budsjett": "",
    }


def test_the_place_that_is_given_holds_where_the_table_says_none() -> None:
    rows = (("Titel", "Udfordring", "Kommune"), ("En", "a", ""), ("To", "b", "Gentofte Kommune"), ("Tre", "c", "Her"))
    made = [
        practice(found) for found in imported(table(rows), ".csv", place="dk/odsherred") if isinstance(found, Imported)
    ]
    assert [found.places for found in made] == [("dk/odsherred",), ("dk/gentofte",), ("dk/odsherred",)]
    assert texts(made[2])["Kommune"] == "Her"


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ("Titel;Utmaning;Så gjorde vi;Lärdomar", "sv"),
        ("Titel;Udfordringer;Indsats;Læringspunkter", "da"),
        ("Title;Challenge;What we did;Lessons learned", "en"),
        ("Tittel;Utfordringar;Løysing;Lærdom", "nn"),
        ("title;problem;practice;lessons", "nb"),
    ],
)
def test_headers_in_any_of_the_languages_and_in_the_format_s_own(headers: str, language: str) -> None:
    made = one(f"{headers}\nEn;to;tre;fire\n", ".csv", language=language)
    assert list(made.labels.values()) == ["title", "problem", "practice", "lessons"]
    assert {section.key for section in practice(made).sections} == {"problem", "practice", "lessons"}
    assert not any(finding.code == "heading-language" for finding in made.draft.findings)


def test_a_broken_row_is_told_with_its_number_and_stops_no_other() -> None:
    rows = [{"title": "En", "problem": "a"}, "hva?", {"title": "To", "problem": "b"}]
    first, broken, last = imported(json.dumps(rows), ".json")
    assert isinstance(broken, CannotImport)
    assert "row 2" in str(broken)
    assert [practice(made).title for made in (first, last) if isinstance(made, Imported)] == ["En", "To"]


def test_two_rows_with_one_title_get_names_of_their_own() -> None:
    made = imported("Tittel,Kommune\nFaste team,Oslo\nFaste team,Oslo\n", ".csv")
    paths = [found.draft.path.name for found in made if isinstance(found, Imported)]
    assert paths == ["oslo-faste-team.md", "oslo-faste-team-2.md"]


def test_json_in_the_format_s_own_shape_keeps_its_records() -> None:
    row = {
        "title": "Kortere dag",
        "place": "Odsherred",
        "areas": ["Børn og skole", "digitalisering"],
        "started": 2019,
        "results": [{"kind": "realised", "statement": "Færre sygedage", "value": 12}],
        "sources": [{"title": "Rapport", "url": "https://example.dk/r"}],
        "sections": {"Udfordringen": "Fraværet var højt.", "Andet": "x"},
        "unknown": {"a": 1, "b": None},
    }
    made = one(json.dumps({"practices": [row]}), ".json", language="da")
    found = practice(made)
    assert (found.places, found.areas, found.started) == (("dk/odsherred",), ("oppvekst", "digitalisering"), "2019")
    assert [(result.kind, result.statement, result.value) for result in found.results] == [
        ("realised", "Færre sygedage", "12")
    ]
    assert found.sources[0].url == "https://example.dk/r"
    assert texts(found)["Udfordringen"] == "Fraværet var højt."
    assert "a: 1" in texts(found)["unknown"]


def test_results_are_expected_or_realised_only_where_the_table_says_so() -> None:
    made = one("Title;Results;Expected results;Achieved results\nT;We saw less;- a\n", ".csv", language="en")
    found = practice(made)
    assert [(result.kind, result.statement) for result in found.results] == [("expected", "a")]
    assert texts(found)["Results"] == "We saw less"


def test_two_columns_about_one_thing_keep_their_own_names() -> None:
    made = one("Tittel;Bakgrunn;Utfordring\nT;før;nå\n", ".csv", language="nb")
    assert texts(practice(made))["Utfordringen"] == "Bakgrunn\nfør\nUtfordring\nnå"


UNREADABLE = {
    "yaml", "yaml-reference", "not-a-mapping", "bad-key", "duplicate-key", "tab", "front-matter-open",
    "no-front-matter", "unknown-key", "crlf", "bom", "binary", "not-utf8", "id-form", "wrong-folder", "duplicate-id",
}  # fmt: skip
PIECES = (
    *"--- # ## === ``` ~~~ <!-- --> <b> <script> | + - * \\ ` _a_ **b** &amp; & no ~ ' \" { }".split(),
    *"!tag &a *b % @ [x] ;".split(),
    *("\n---\n", "# Overskrift", "## Lærdommer", "### Status", "[a]: b", "[x](y)", "- punkt", "1. ett", "> sitat"),
    *("    kode", ": ", " #", "😀", "\r\n", "\n\n", "\t", "\u2028", "\ufeff", "\x85", "Pilot", "Oslo", "æøå"),
)
anything = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=10).map("\n".join),
)
COLUMNS = ("Tittel", "Kommune", "Status", "Bakgrunn", "Tiltak", "Sammendrag", "Kilder", "Tema", "Startet", "Annet", "")


MARKS = re.compile(r"\[x\]|^\s*\d{1,2}[.)]\s", re.MULTILINE)
"""What only says that a line is an item of a list, or a box that is ticked."""


def letters(text: str) -> str:
    """The letters and digits of a text, which no way of writing it may lose."""
    return "".join(char for char in clean(text) if char.isalnum())


@settings(max_examples=150)
@given(st.lists(anything, min_size=len(COLUMNS), max_size=len(COLUMNS)))
@example(["", "", "", "<!--", "```", "", "", "", "", "## Slik gjør vi det", "x"])
def test_any_text_in_any_cell_gives_a_file_that_parses_and_keeps_the_text(cells: list[str]) -> None:
    found = one(json.dumps([dict(zip(COLUMNS, cells, strict=True))]), ".json", language="nb")
    assert {finding.code for finding in found.draft.findings} & UNREADABLE == set()
    assert not practice(found).problems
    kept = letters(found.draft.text)
    for cell in cells:
        for word in MARKS.sub("", clean(cell)).split():
            assert letters(word) in kept, (cell, found.draft.text)
    if line(cells[3]):
        assert texts(practice(found)).get("Utfordringen", "") != ""


@settings(max_examples=60)
@given(st.lists(st.lists(anything, min_size=3, max_size=3), max_size=4), st.sampled_from([",", ";", "\t"]))
def test_any_table_gives_a_draft_or_a_sentence_for_each_row(rows: list[list[str]], delimiter: str) -> None:
    data = table((("Tittel", "Bakgrunn", "Annet"), *map(tuple, rows)), delimiter)
    made = imported(data, ".csv")
    told = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(made) == len(told)
    assert all(isinstance(found, Imported) or found.hint for found in made)
