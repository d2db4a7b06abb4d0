"""A loan: what a place answers when it borrows a practice and makes it its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kb.propose.draft import place_key
from kb.typed import clean, line

State = Literal["", "have", "missing", "plan"]
STATES: tuple[State, ...] = ("have", "missing", "plan")
LOAN_STATUSES = ("idea", "pilot")
REQUIRED = ("place", "title", "problem", "keep", "change", "owner", "next_step")
"""What a loan cannot be decided on without, in the order it is asked for."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that it took at the source, and how it stands with us."""

    text: str
    state: State = ""
    """Empty while nobody has considered it."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something that the source learnt, and how we avoid learning it the same way."""

    text: str
    avoid: str = ""


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit that we expect."""

    statement: str
    indicator: str = ""
    baseline: str = ""
    target: str = ""
    date: str = ""
    measured: str = ""


@dataclass(frozen=True, slots=True)
class Loan:
    """The answers so far; an empty text is a question that is not answered yet."""

    source: str
    """The id of the practice that is borrowed."""
    version: str = ""
    """Which text of it was read."""
    place: str = ""
    """A key of places.yaml, or empty where the place is new."""
    new_place: str = ""
    """The name of a place that places.yaml does not have."""
    country: str = ""
    """Where the new place lies."""
    title: str = ""
    problem: str = ""
    keep: str = ""
    change: str = ""
    conditions: tuple[Condition, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    cost: str = ""
    owner: str = ""
    """A role, never a person's name."""
    next_step: str = ""
    next_date: str = ""
    status: str = "idea"
    language: str = "nb"

    @property
    def place_key(self) -> str:
        """The key of the place, also of one that is still to be added; empty where none is given."""
        if self.place:
            return self.place
        return place_key(self.new_place, self.country)


def missing(loan: Loan) -> tuple[str, ...]:
    """The fields that a decision needs and that are empty, in the order they are asked for."""
    empty = [name for name in REQUIRED if name != "place" and not clean(str(getattr(loan, name)))]
    return tuple(empty) if loan.place_key else ("place", *empty)


def benefits_of(loan: Loan) -> tuple[Benefit, ...]:
    """The benefits that say what they are."""
    return tuple(benefit for benefit in loan.benefits if line(benefit.statement))
