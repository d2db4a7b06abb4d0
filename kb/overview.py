"""What there is, counted: by area and status, evidence, year and language, and what is due for review.

A date is as precise as its source. Ages are whole years, and what nobody dated stays unknown.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb import schema
from kb.practice import Practice
from kb.vocabulary import Vocabulary

DUE_YEARS = 3
"""A practice that nobody has looked at for this long is due for review; so is one of unknown age."""

AGES = ((0, 2), (3, 5), (6, 10), (11, 0))
"""Whole years from and to; 0 stands for no end."""

WAITING = ("idea", "pilot")
"""Statuses that somebody should decide on."""

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole collection in numbers."""

    total: int
    areas: Mapping[str, Mapping[str, int]]
    """Area to status to how many; a practice in two areas counts in both."""
    evidence: Mapping[str, int]
    years: Mapping[str, int]
    """The year in which practices began; empty for those that do not say."""
    languages: Mapping[str, int]
    ages: Mapping[tuple[int, int] | None, int]
    """One of AGES, or None for what is not known, to how many."""
    due: tuple[Practice, ...]
    """Those due for review, what is oldest first and what is unknown last."""


def overview(practices: Iterable[Practice], today: datetime.date) -> Overview:
    """The numbers of a collection as of `today`."""
    listed = tuple(practices)
    ages = {practice.id: years_since(last_known(practice), today) for practice in listed}
    grouped = Counter(age_group(age) for age in ages.values())
    due = [practice for practice in listed if is_due(ages[practice.id])]
    return Overview(
        total=len(listed),
        areas=by_area(listed),
        evidence=_in_order(Counter(practice.evidence for practice in listed), schema.EVIDENCE),
        years=dict(sorted(Counter(practice.started[:4] for practice in listed).items())),
        languages=dict(Counter(practice.language for practice in listed).most_common()),
        ages={group: grouped[group] for group in (*AGES, None)},
        due=tuple(sorted(due, key=lambda practice: (last_known(practice) or "9", practice.id))),
    )


def by_area(practices: Iterable[Practice]) -> dict[str, dict[str, int]]:
    """Area to status to how many, the largest area first."""
    counts: dict[str, Counter[str]] = {}
    for practice in practices:
        for area in dict.fromkeys(practice.areas):
            counts.setdefault(area, Counter())[practice.status] += 1
    ordered = sorted(counts, key=lambda area: (-counts[area].total(), area))
    return {area: _in_order(counts[area], schema.STATUSES) for area in ordered}


def by_status(practices: Iterable[Practice]) -> dict[str, tuple[Practice, ...]]:
    """Every status with its practices, those whose status is oldest first; unknown dates come last."""
    found: dict[str, list[Practice]] = {status: [] for status in schema.STATUSES}
    for practice in practices:
        found.setdefault(practice.status, []).append(practice)
    return {status: tuple(sorted(group, key=_oldest_first)) for status, group in found.items()}


def by_place(practices: Iterable[Practice], vocabulary: Vocabulary) -> dict[str, tuple[Practice, ...]]:
    """Every place with the practices of itself and of what lies in it; countries are places too."""
    found: dict[str, dict[str, Practice]] = {}
    for practice in practices:
        for key in practice.places:
            around = (*vocabulary.ancestors(key), key.split("/", 1)[0])
            for place in around:
                found.setdefault(place, {})[practice.id] = practice
    return {place: tuple(found[place].values()) for place in sorted(found)}


def children(places: Iterable[str], vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Those of `places` that lie right below each; below a country also those whose parent nobody knows."""
    found: dict[str, list[str]] = {}
    for key in places:
        if (above := parent(key, vocabulary)) != key:
            found.setdefault(above, []).append(key)
    return found


def parent(place: str, vocabulary: Vocabulary) -> str:
    """What a place lies in; a place that the vocabulary does not know lies in its country."""
    around = vocabulary.ancestors(place)[1:]
    return around[0] if around else place.split("/", 1)[0] if "/" in place else ""


def awaits_decision(practice: Practice) -> bool:
    """Whether somebody should decide: an idea or a pilot that nobody has said yes or no to."""
    judged = practice.assessment
    return practice.status in WAITING and (judged is None or judged.decision in {"", "pending"})


def last_known(practice: Practice) -> str:
    """When somebody last knew it to be so: when it was reviewed, or else the date of its status; empty if unknown."""
    dates = [date for date in (practice.reviewed, practice.status_as_of) if _DATE.fullmatch(date)]
    return max(dates, default="")


def years_since(written: str, today: datetime.date) -> int | None:
    """Whole years from a date as it is written until today; None where it is not known."""
    found = _DATE.fullmatch(written)
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    passed = (today.month, today.day) if day else (today.month, 0)
    return max(0, today.year - year - (bool(month) and passed < (month, day)))


def age_group(years: int | None) -> tuple[int, int] | None:
    """Which of AGES a number of years belongs to."""
    if years is None:
        return None
    return next(group for group in AGES if group[0] <= years and (not group[1] or years <= group[1]))


def is_due(years: int | None) -> bool:
    """Whether what was last known so many whole years ago, or at no known time, is due for review."""
    return years is None or years >= DUE_YEARS


def _oldest_first(practice: Practice) -> tuple[str, str]:
    known = practice.status_as_of if _DATE.fullmatch(practice.status_as_of) else "9"
    return known, practice.id


def _in_order(counts: Mapping[str, int], order: Sequence[str]) -> dict[str, int]:
    """Counts in an order of their own, every step of it; what is not in it follows."""
    others = sorted(key for key in counts if key not in order)
    return {key: counts.get(key, 0) for key in (*order, *others)}
