"""What is due, and why: old dates, pilots without results, undecided ideas and stopped sources.

A date is as precise as its source, and what nobody dated is said to be unknown, never overdue by a guess.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kb.check.dates import before, is_date
from kb.frontmatter import Path as At
from kb.overview import awaits_decision, is_due, last_known, years_since
from kb.practice import Practice
from kb.spread.ties import Spread, spread
from kb.vocabulary import Vocabulary

Kind = Literal["stopped-source", "dead-link", "undecided", "pilot", "reviewed", "status", "undated"]

KINDS: tuple[Kind, ...] = ("stopped-source", "dead-link", "undecided", "pilot", "reviewed", "status", "undated")
"""What can be due, in the order in which it is told: what others rely on comes first."""

PILOT_YEARS = 2
"""A pilot has had time to reach something."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing about one practice that somebody should look at."""

    kind: Kind
    practice: Practice
    at: At
    """The key or item of the front matter that it is about, also where it is absent."""
    since: str = ""
    """The date that it is counted from, as it is written; empty where nobody dated it."""
    years: int | None = None
    """Whole years from then until now; None where they are not known."""
    source: Practice | None = None
    """The practice that was stopped."""
    via: tuple[str, ...] = ()
    """The ids between the practice and the one that was stopped, the nearest first."""
    url: str = ""
    """The address that is dead."""
    reason: str = ""
    """What was answered there."""
    soon: bool = False
    """It is not due yet, but will be before the day that was asked for."""


def due(practices: Iterable[Practice], today: datetime.date) -> tuple[Due, ...]:
    """Everything that is due on a day, without looking at any link."""
    listed = tuple(practices)
    ties = spread(listed, Vocabulary())
    found = (item for practice in listed for item in _of(practice, ties, today))
    return in_order(found)


def due_within(practices: Iterable[Practice], today: datetime.date, days: int) -> tuple[Due, ...]:
    """What is due, and what will be within so many days."""
    listed = tuple(practices)
    now = {(item.kind, item.practice.id, item.at) for item in due(listed, today)}
    later = due(listed, today + datetime.timedelta(days=days))
    ages = (replace(item, years=years_since(item.since, today)) for item in later)
    return tuple(replace(item, soon=(item.kind, item.practice.id, item.at) not in now) for item in ages)


def in_order(found: Iterable[Due]) -> tuple[Due, ...]:
    """By kind, what is oldest first and what is undated last."""
    return tuple(sorted(found, key=lambda item: (KINDS.index(item.kind), item.since or "9", item.practice.id, item.at)))


def _of(practice: Practice, ties: Spread, today: datetime.date) -> Iterator[Due]:
    yield from _stopped_sources(practice, ties, today)
    if practice.status == "idea" and awaits_decision(practice):
        yield _dated("undecided", practice, _place_of_decision(practice), practice.status_as_of, today)
    if practice.status == "pilot" and not practice.has_realised_results:
        yield from _pilot(practice, today)
    known = last_known(practice)
    if is_due(years_since(known, today)):
        kind: Kind = "undated" if not known else "reviewed" if known == practice.reviewed else "status"
        yield _dated(kind, practice, ("reviewed" if kind == "reviewed" else "status_as_of",), known, today)


def _place_of_decision(practice: Practice) -> At:
    return ("assessment", "decision") if practice.assessment else ("status",)


def _pilot(practice: Practice, today: datetime.date) -> Iterator[Due]:
    """A pilot that has gone on for long; that it was one at some day says that it had begun by then."""
    dates = [date for date in (practice.started, practice.status_as_of) if is_date(date)]
    since = min(dates, default="")
    years = years_since(since, today)
    if years is None or years >= PILOT_YEARS:
        yield _dated("pilot", practice, ("started",) if practice.started else ("status",), since, today)


def _stopped_sources(practice: Practice, ties: Spread, today: datetime.date) -> Iterator[Due]:
    """Where what it was borrowed from, near or far, was stopped after anybody last reviewed the borrower."""
    if practice.status == "stopped":
        return
    for way in _ways_to_stopped(practice.id, ties):
        source = ties.practices[way[-1]]
        since = source.ended or source.status_as_of
        if is_date(practice.reviewed) and is_date(since) and before(since, practice.reviewed):
            continue
        number = next(n for n, item in enumerate(practice.borrowed_from) if item.practice == way[0])
        found = _dated("stopped-source", practice, ("borrowed_from", number), since, today)
        yield replace(found, source=source, via=way[:-1])


def _ways_to_stopped(practice_id: str, ties: Spread) -> Iterator[tuple[str, ...]]:
    """The shortest way to each stopped practice that it comes from; behind one of these, no further is looked."""
    pending: list[tuple[str, ...]] = [(loan.source,) for loan in ties.sources(practice_id)]
    seen = {practice_id}
    for way in pending:
        node = way[-1]
        if node in seen or node not in ties.practices:
            continue
        seen.add(node)
        if ties.practices[node].status == "stopped":
            yield way
        else:
            # The list grows while it is walked, so that near ones come before far ones.
            pending.extend((*way, loan.source) for loan in ties.sources(node))


def _dated(kind: Kind, practice: Practice, at: At, since: str, today: datetime.date) -> Due:
    known = since if is_date(since) else ""
    return Due(kind, practice, at, known, years_since(known, today))
