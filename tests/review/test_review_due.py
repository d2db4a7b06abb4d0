"""What is due: what is known to be old, what waits for somebody, and what is said to be unknown."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath

import pytest
from conftest import PRACTICES

from kb.overview import overview
from kb.practice import Assessment, Borrowing, Practice, Result
from kb.repository import load
from kb.review.due import due, due_within

TODAY = datetime.date(2026, 11, 21)
FRESH = "2026-06"


def made(practice_id: str, **more: object) -> Practice:
    given = {"status": "in-use", "status_as_of": FRESH, **more}
    return Practice(practice_id, PurePosixPath(f"{practice_id}.md"), practice_id, **given)  # type: ignore[arg-type]


def borrower(practice_id: str, source: str, **more: object) -> Practice:
    return made(practice_id, borrowed_from=(Borrowing(where="Et annet sted"), Borrowing(practice=source)), **more)


def told(*practices: Practice) -> list[tuple[str, str, str, int | None]]:
    return [(item.kind, item.practice.id, item.since, item.years) for item in due(practices, TODAY)]


def test_what_is_fresh_is_not_due() -> None:
    assert told(made("a"), made("b", status_as_of="2012", reviewed="2025-03-01")) == []


def test_old_and_undated_are_told_apart_with_the_oldest_first() -> None:
    found = told(
        made("ukjent", status_as_of="unknown"),
        made("gammel", status_as_of="2018-03-02"),
        made("eldre", status_as_of="2012"),
        made("lest", status_as_of="2012", reviewed="2020-01-01"),
    )
    assert found == [
        ("reviewed", "lest", "2020-01-01", 6),
        ("status", "eldre", "2012", 14),
        ("status", "gammel", "2018-03-02", 8),
        ("undated", "ukjent", "", None),
    ]


def test_three_years_are_counted_to_the_day_that_is_written() -> None:
    assert told(made("a", status_as_of="2023-11-22")) == []
    assert told(made("a", status_as_of="2023-11-21")) == [("status", "a", "2023-11-21", 3)]


def test_it_agrees_with_the_overview_of_the_shipped_practices() -> None:
    practices = load(PRACTICES).practices
    dated = {item.practice.id for item in due(practices, TODAY) if item.kind in {"reviewed", "status", "undated"}}
    assert dated == {practice.id for practice in overview(practices, TODAY).due}
    assert len(dated) > 50


@pytest.mark.parametrize(
    ("more", "since", "years"),
    [
        ({"started": "2023"}, "2023", 3),
        ({"started": "2024-11"}, "2024-11", 2),
        ({"started": "2026", "status_as_of": "2024-05"}, "2024-05", 2),
        ({"started": "", "status_as_of": "2024-05"}, "2024-05", 2),
        ({"started": "", "status_as_of": "unknown", "reviewed": FRESH}, "", None),
        ({"started": "2023", "results": (Result("expected", "Flere blir."),)}, "2023", 3),
    ],
)
def test_a_pilot_of_two_years_has_something_to_tell(more: dict[str, object], since: str, years: int | None) -> None:
    assert told(made("a", status="pilot", **more)) == [("pilot", "a", since, years)]


@pytest.mark.parametrize(
    "more",
    [{"started": "2025-11"}, {"started": "2020", "results": (Result("realised", "Flere ble."),)}, {"started": ""}],
)
def test_a_young_pilot_or_one_with_results_has_not(more: dict[str, object]) -> None:
    assert told(made("a", status="pilot", **more)) == []


def test_an_idea_waits_until_somebody_decides() -> None:
    waiting = made("a", status="idea", status_as_of="2025-02")
    pending = made("b", status="idea", assessment=Assessment(decision="pending"))
    parked = made("c", status="idea", assessment=Assessment(decision="park"))
    assert told(waiting, pending, parked) == [("undecided", "a", "2025-02", 1), ("undecided", "b", FRESH, 0)]
    assert [item.at for item in due([waiting, pending], TODAY)] == [("status",), ("assessment", "decision")]


def test_a_borrower_is_told_that_its_source_was_stopped_also_through_others() -> None:
    source = made("kilde", status="stopped", ended="2025")
    near, far = borrower("naer", "kilde"), borrower("fjern", "naer")
    found = due([far, near, source], TODAY)
    assert [(item.practice.id, item.source and item.source.id, item.via, item.at) for item in found] == [
        ("fjern", "kilde", ("naer",), ("borrowed_from", 1)),
        ("naer", "kilde", (), ("borrowed_from", 1)),
    ]
    assert {item.since for item in found} == {"2025"}


def test_a_borrower_that_was_reviewed_after_the_stop_or_has_stopped_too_is_left_in_peace() -> None:
    source = made("kilde", status="stopped", ended="2025")
    assert told(source, borrower("lest", "kilde", reviewed="2026-02")) == []
    assert told(source, borrower("stoppet", "kilde", status="stopped")) == []
    assert [item[1] for item in told(source, borrower("samme-aar", "kilde", reviewed="2025-02"))] == ["samme-aar"]


def test_a_stop_without_a_date_is_told_without_one() -> None:
    source = made("kilde", status="stopped", status_as_of="unknown", reviewed=FRESH)
    assert told(source, borrower("laaner", "kilde")) == [("stopped-source", "laaner", "", None)]


def test_borrowings_in_a_ring_and_from_nowhere_come_to_an_end() -> None:
    ring = [
        borrower("a", "b"),
        borrower("b", "c"),
        borrower("c", "a"),
        borrower("d", "finnes-ikke"),
        borrower("e", "e"),
    ]
    assert told(*ring) == []
    assert {item[1] for item in told(*ring, made("x", status="stopped"), borrower("a2", "x"))} == {"a2"}


def test_what_comes_soon_is_told_when_asked_with_the_age_of_today() -> None:
    practices = [made("naa", status_as_of="2020"), made("snart", status_as_of="2023-12-15"), made("senere")]
    found = due_within(practices, TODAY, 30)
    assert [(item.practice.id, item.soon, item.years) for item in found] == [("naa", False, 6), ("snart", True, 2)]
    assert [item.practice.id for item in due_within(practices, TODAY, 10)] == ["naa"]


def test_an_empty_collection_has_nothing_due() -> None:
    assert due([], TODAY) == ()
