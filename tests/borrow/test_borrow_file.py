"""Borrowing a practice gives a file of one's own that the checker accepts."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

import pytest
from borrow_helpers import DAY, PRACTICES, SVARTEDALEN, full

from kb.borrow.draft import conditions_of, draft, lessons_of, missing
from kb.borrow.loan import Benefit, Condition, Lesson, Loan
from kb.check import check
from kb.practice import Practice, parse_practice
from kb.repository import Repository, load

TEN = (
    SVARTEDALEN,
    "grong-bygdemodre",
    "aalborg-borgerens-faste-tvaerfaglige-teams",
    "reykjavik-shorter-working-week",
    "netherlands-buurtzorg-neighbourhood-care",
    "helsinki-omastadi",
    "kungsbacka-trelleborgsmodellen-kopia",
    "oslo-nordre-aker-rosa-busser",
    "sodertorn-samordnad-varudistribution",
    "odsherred-fire-dages-arbejdsuge",
)

ADVICE = {"missing-card", "own-practice-unsourced", "question-count"}


@pytest.fixture(scope="module")
def shipped() -> Repository:
    return load(PRACTICES)


@pytest.fixture(scope="module")
def source(shipped: Repository) -> Practice:
    return shipped.by_id[SVARTEDALEN]


@pytest.mark.parametrize("name", TEN)
def test_a_loan_with_every_answer_has_no_errors(shipped: Repository, name: str) -> None:
    drafted = draft(full(shipped.by_id[name]), shipped.by_id[name], shipped.vocabulary, PRACTICES, today=DAY)
    assert drafted.errors == ()
    assert {finding.code for finding in drafted.findings} <= ADVICE


@pytest.mark.parametrize("language", ["nb", "nn", "da", "sv", "en"])
def test_the_file_is_in_the_borrower_s_language(shipped: Repository, source: Practice, language: str) -> None:
    words = shipped.vocabulary
    drafted = draft(full(source, language=language), source, words, PRACTICES, today=DAY)
    assert drafted.errors == ()
    practice = parse_practice(drafted.text, drafted.path, words)
    assert practice.language == language
    for key in ("problem", "practice", "adaptation", "results", "conditions"):
        assert [section.heading for section in practice.section(key)] == [words.heading(key, language)]
    assert not practice.has_lessons


def test_what_was_answered_stands_in_the_file(shipped: Repository, source: Practice) -> None:
    drafted = draft(full(source, status="pilot"), source, shipped.vocabulary, PRACTICES, today=DAY)
    practice = parse_practice(drafted.text, drafted.path, shipped.vocabulary)
    assert drafted.path == PurePosixPath("no/oslo/oslo-nordstrand-kortere-dag-pa-lambertseter.md")
    assert practice.title == "Kortere dag på Lambertseter"
    assert practice.summary == "Sykefraværet er 12 prosent. Vi finner ikke vikarer."
    assert practice.places == ("no/oslo/nordstrand",)
    assert (practice.areas, practice.themes) == (source.areas, source.themes)
    assert (practice.status, practice.status_as_of, practice.evidence) == ("pilot", "2026-03-01", "none")
    assert practice.assessment is not None
    assert practice.assessment.decision == "pending"
    assert practice.borrowed_from[0].practice == SVARTEDALEN
    assert practice.borrowed_from[0].note.startswith("Seks timers dag med full lønn. Lånt 2026-03-01 fra utgave ")
    [benefit] = practice.results
    assert (benefit.kind, benefit.statement, benefit.value, benefit.period) == (
        "expected",
        "Lavere sykefravær",
        "9 %",
        "2027-12",
    )
    assert practice.section("problem")[0].text == "Sykefraværet er 12 prosent. Vi finner ikke vikarer."
    assert "../../se/goteborg/goteborg-svartedalen-sextimmarsdag.md" in drafted.text
    for answer in ("Avdelingsleder i hjemmetjenesten", "Møte med tillitsvalgte", "2026-05-02", "To stillinger."):
        assert answer in drafted.text


def test_each_condition_and_lesson_of_the_source_has_its_answer(shipped: Repository, source: Practice) -> None:
    loan = full(
        source,
        conditions=(Condition("Budget", "have"), Condition("Lokaler", "missing", "Ser etter"), Condition("Tid")),
        lessons=(Lesson("De målte for sent", "Vi måler før vi begynner"), Lesson("Staten tok gevinsten")),
    )
    text = draft(loan, source, shipped.vocabulary, PRACTICES, today=DAY).text
    assert "- **Har:** Budget\n- **Mangler:** Lokaler – Ser etter\n- **Ikke vurdert ennå:** Tid\n" in text
    assert "- **Det de lærte:** De målte for sent\n  - **Slik unngår vi det:** Vi måler før vi begynner\n" in text
    assert "- **Det de lærte:** Staten tok gevinsten\n  - **Slik unngår vi det:** Ikke vurdert ennå\n" in text


def test_nothing_is_made_up_where_nothing_was_answered(shipped: Repository, source: Practice) -> None:
    loan = Loan(source=source.id)
    drafted = draft(loan, source, shipped.vocabulary, PRACTICES, today=DAY)
    assert missing(loan) == ("place", "title", "problem", "keep", "change", "owner", "next_step")
    said = [finding.message for finding in drafted.errors]
    for key in ("title", "summary", "place"):
        assert f"The required key `{key}` is missing." in said
    for heading in ("Utfordringen", "Slik gjør vi det", "Slik tilpasset vi"):
        assert f"The required section `{heading}` has no text." in said
    assert "results:" not in drafted.text
    assert "contact:" not in drafted.text
    assert "Eier" not in drafted.text


def test_a_pilot_without_an_owner_is_told_so(shipped: Repository, source: Practice) -> None:
    drafted = draft(full(source, status="pilot", owner=""), source, shipped.vocabulary, PRACTICES, today=DAY)
    assert [finding.code for finding in drafted.errors] == ["missing-sources"]


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path, source: Practice) -> None:
    folder = tmp_path / "practices"
    shutil.copytree(PRACTICES, folder)
    words = load(folder).vocabulary
    for number in ("", "-2", "-3"):
        drafted = draft(full(source), source, words, folder, today=DAY)
        assert drafted.id == f"oslo-nordstrand-kortere-dag-pa-lambertseter{number}"
        (folder / drafted.path).write_text(drafted.text, encoding="utf-8")
    assert check(folder, [folder / "no" / "oslo"]).errors == 0


def test_a_long_title_gives_a_name_that_is_cut_between_words(shipped: Repository, source: Practice) -> None:
    title = "Medarbeiderne i hjemmetjenesten planlegger arbeidstiden sin selv sammen med brukerne og pårørende"
    drafted = draft(full(source, title=title), source, shipped.vocabulary, PRACTICES, today=DAY)
    assert drafted.errors == ()
    assert drafted.id == "oslo-nordstrand-medarbeiderne-i-hjemmetjenesten-planlegger-arbeidstiden"


def test_a_long_problem_gives_a_summary_of_whole_sentences(shipped: Repository, source: Practice) -> None:
    problem = "Første setning om vaktene. " + "Andre setning som er lang nok til å ta plass. " * 9
    drafted = draft(full(source, problem=problem), source, shipped.vocabulary, PRACTICES, today=DAY)
    summary = parse_practice(drafted.text, drafted.path, shipped.vocabulary).summary
    assert len(summary) <= 300
    assert summary.startswith("Første setning om vaktene. Andre")
    assert summary.endswith("plass.")
    assert drafted.errors == ()


def test_a_list_in_the_problem_reads_as_sentences_in_the_summary(shipped: Repository, source: Practice) -> None:
    problem = "Vi finner ikke vikarer.\n\n- To av tre slutter\n- Resten går ned i stilling"
    drafted = draft(full(source, problem=problem), source, shipped.vocabulary, PRACTICES, today=DAY)
    summary = parse_practice(drafted.text, drafted.path, shipped.vocabulary).summary
    assert summary == "Vi finner ikke vikarer. To av tre slutter. Resten går ned i stilling."


def test_a_new_place_comes_with_what_the_list_of_places_needs(
    tmp_path: Path, shipped: Repository, source: Practice
) -> None:
    loan = full(source, place="", new_place="Vadsø", country="no")
    drafted = draft(loan, source, shipped.vocabulary, PRACTICES, today=DAY)
    assert drafted.path.parent == PurePosixPath("no/vadso")
    assert [finding.code for finding in drafted.errors] == ["unknown-value"]
    folder = tmp_path / "practices"
    shutil.copytree(PRACTICES, folder)
    with (folder / "places.yaml").open("a", encoding="utf-8") as places:
        places.write(drafted.place_entry)
    (folder / drafted.path.parent).mkdir(parents=True)
    (folder / drafted.path).write_text(drafted.text, encoding="utf-8")
    assert check(folder, [folder / drafted.path, folder / "places.yaml"]).errors == 0


def test_conditions_and_lessons_are_taken_one_at_a_time(shipped: Repository) -> None:
    assert conditions_of(shipped.by_id["bodo-bolig-nu"]) == (
        "Kommunen må koordinere innsatsen sin bedre.",
        "Bolig og oppfølging må ligge i samme tilbud.",
    )
    assert len(lessons_of(shipped.by_id[SVARTEDALEN])) == 3
    assert all(text for practice in shipped.practices for text in (*conditions_of(practice), *lessons_of(practice)))


def test_a_benefit_that_says_nothing_is_left_out(shipped: Repository, source: Practice) -> None:
    loan = full(source, benefits=(Benefit("", "sykefravær"), Benefit("Færre vikarer")))
    drafted = draft(loan, source, shipped.vocabulary, PRACTICES, today=DAY)
    practice = parse_practice(drafted.text, drafted.path, shipped.vocabulary)
    assert [result.statement for result in practice.results] == ["Færre vikarer"]
    assert "| Gevinst |\n| --- |\n| Færre vikarer |" in drafted.text
