"""The collection in numbers: ages as precise as their dates, and what awaits somebody."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath

import pytest

import kb
from kb.concepts import spoken
from kb.overview import awaits_decision, by_place, by_status, children, last_known, overview, years_since
from kb.practice import Assessment, Practice
from kb.vocabulary import Vocabulary

TODAY = datetime.date(2026, 11, 21)


def made(practice_id: str, **more: object) -> Practice:
    return Practice(practice_id, PurePosixPath(f"{practice_id}.md"), practice_id, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("2026", 0),
        ("2019", 7),
        ("2023-12", 2),
        ("2023-11", 3),
        ("2023-11-22", 2),
        ("2023-11-21", 3),
        ("2030", 0),
        ("unknown", None),
        ("", None),
        ("i fjor", None),
    ],
)
def test_age_is_whole_years_as_far_as_the_date_tells(written: str, years: int | None) -> None:
    assert years_since(written, TODAY) == years


def test_a_review_is_newer_than_the_status_it_confirms() -> None:
    assert last_known(made("a", status_as_of="2015", reviewed="2025-03-01")) == "2025-03-01"
    assert last_known(made("a", status_as_of="unknown")) == ""


def test_due_is_what_is_old_or_of_unknown_age_with_the_oldest_first() -> None:
    practices = [
        made("ukjent", status_as_of="unknown"),
        made("ny", status_as_of="2025"),
        made("sett", status_as_of="2012", reviewed="2026-01-01"),
        made("gammel", status_as_of="2012"),
        made("eldre", status_as_of="2009-05"),
    ]
    found = overview(practices, TODAY)
    assert [practice.id for practice in found.due] == ["eldre", "gammel", "ukjent"]
    assert found.ages == {(0, 2): 2, (3, 5): 0, (6, 10): 0, (11, 0): 2, None: 1}


def test_the_numbers_of_the_shipped_practices_add_up(base: kb.KnowledgeBase) -> None:
    found = overview(base.practices, TODAY)
    for counts in (found.evidence, found.years, found.languages, found.ages):
        assert sum(counts.values()) == found.total == len(base.practices)
    health = [practice for practice in base.practices if "helse-omsorg" in practice.areas]
    assert sum(found.areas["helse-omsorg"].values()) == len(health)


def test_an_idea_or_pilot_awaits_a_decision_until_somebody_decides() -> None:
    assert awaits_decision(made("a", status="idea"))
    assert awaits_decision(made("a", status="pilot", assessment=Assessment(decision="pending")))
    assert not awaits_decision(made("a", status="idea", assessment=Assessment(decision="park")))
    assert not awaits_decision(made("a", status="in-use"))


def test_every_status_has_a_column_with_the_oldest_first() -> None:
    board = by_status(
        [
            made("b", status="pilot", status_as_of="2020"),
            made("u", status="pilot", status_as_of="unknown"),
            made("a", status="pilot", status_as_of="2018-03"),
            made("x", status="annet"),
        ]
    )
    assert list(board) == ["idea", "pilot", "in-use", "scaled", "stopped", "annet"]
    assert [practice.id for practice in board["pilot"]] == ["a", "b", "u"]


def test_a_place_holds_what_lies_in_it(base: kb.KnowledgeBase) -> None:
    shared = by_place(base.practices, base.vocabulary)
    assert len(shared["no"]) >= len(shared["no/oslo"]) >= len(shared["no/oslo/nordstrand"]) > 0
    below = children(shared, base.vocabulary)
    assert "no/oslo/nordstrand" in below["no/oslo"]
    assert "no/oslo/nordstrand" not in below["no"]


def test_places_that_nobody_has_described_lie_in_their_country() -> None:
    shared = by_place([made("a", places=("xx/ukjent",))], Vocabulary())
    assert list(shared) == ["xx", "xx/ukjent"]
    assert children(shared, Vocabulary())["xx"] == ["xx/ukjent"]


def test_concepts_to_begin_with_are_put_in_several_words(base: kb.KnowledgeBase) -> None:
    found = dict(spoken(base.practices, base.vocabulary, "nb", 14))
    assert "tillitsledelse" in found
    assert all(len(use.words) > 1 and use.practices > 0 for use in found.values())
    assert found["tillitsledelse"].countries > 1
    assert "trust-based leadership" in dict(spoken(base.practices, base.vocabulary, "en", 14))
