"""The answers: what a place tells of its own practice, before it is a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.practice import Borrowing, Result, Source
from kb.propose.draft import place_key
from kb.typed import line

_DAY = re.compile(r"(?:(?P<day>\d{1,2})[./ ])?(?P<month>\d{1,2})[./ ](?P<year>\d{4})")
_GIST = 40
"""Words of each text that tell what a practice is about; more of them blur."""
_ENOUGH = 5
"""Fewer words than these could be about anything."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is told so far, under the names that the format has; an empty text is not answered yet."""

    title: str = ""
    summary: str = ""
    language: str = "nb"
    place_known: str = ""
    """A key of places.yaml, or empty where the place is new."""
    place_new: str = ""
    """The name of a municipality that places.yaml does not have."""
    country: str = ""
    """Where the new place lies."""
    together: tuple[str, ...] = ()
    """Keys of other places that ran it too."""
    areas: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    status: str = ""
    status_as_of: str = ""
    started: str = ""
    ended: str = ""
    evidence: str = ""
    evidence_note: str = ""
    results: tuple[Result, ...] = ()
    borrowed_from: tuple[Borrowing, ...] = ()
    contact: str = ""
    sources: tuple[Source, ...] = ()
    questions: tuple[str, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    """What stands under each canonical heading of the format."""

    @property
    def place_key(self) -> str:
        """The key of the place, also of one that is still to be added; empty where none is given."""
        return self.place_known or place_key(self.place_new, self.country)

    @property
    def place(self) -> tuple[str, ...]:
        """Every place that ran it, the first one's folder being where the file lies."""
        return tuple(dict.fromkeys(filter(None, (self.place_key, *self.together))))

    @property
    def gist(self) -> str:
        """What it is about, in few words; empty while too little is told."""
        told = [line(self.sections.get(key, "")).split()[:_GIST] for key in ("problem", "practice")]
        words = [word for part in told for word in part]
        return " ".join(words) if line(self.title) and len(words) >= _ENOUGH else ""


def as_date(typed: str) -> str:
    """A date as the format has it, also where it was written as one says it: 15.3.2024 or 3/2024."""
    found = _DAY.fullmatch(line(typed))
    if not found:
        return line(typed)
    day, month, year = found["day"], found["month"], found["year"]
    return f"{year}-{month:0>2}-{day:0>2}" if day else f"{year}-{month:0>2}"
