"""The practice format, said once: what a front-matter key is called, holds and requires.

The reader, the checker, the templates and the documentation all take it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "url", "choice", "choices", "texts", "records", "record"]

STATUSES = ("idea", "pilot", "in-use", "scaled", "stopped")
EVIDENCE = ("none", "experience", "own-evaluation", "external-evaluation", "research")
RESULT_KINDS = ("expected", "realised")
LEVELS = ("low", "medium", "high")
DECISIONS = ("pending", "try", "park", "reject")

MAX_FILE_BYTES = 256 * 1024
"""A practice is a few pages; more than this is something else in the wrong folder."""

UNKNOWN_DATE = "unknown"
"""What `status_as_of` says when no source is dated: better than a year somebody guessed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its name, what it holds, and the rules that hold for it."""

    name: str
    kind: Kind
    required: bool = False
    max_length: int = 0
    choices: tuple[str, ...] = ()
    vocabulary: str = ""
    """Which list of the vocabulary the values come from: languages, places, areas, themes."""
    fields: tuple[Field, ...] = ()
    """The keys of a record, or of each record in a list."""
    dates: tuple[str, ...] = ()
    """The date forms allowed, such as YYYY and YYYY-MM."""


_YEAR_MONTH = ("YYYY", "YYYY-MM")
_ANY_DATE = ("YYYY", "YYYY-MM", "YYYY-MM-DD")

FRONT_MATTER: tuple[Field, ...] = (
    Field("title", "text", required=True, max_length=120),
    Field("summary", "text", required=True, max_length=300),
    Field("language", "choice", required=True, vocabulary="languages"),
    Field("place", "choices", required=True, vocabulary="places"),
    Field("areas", "choices", required=True, vocabulary="areas"),
    Field("themes", "choices", vocabulary="themes"),
    Field("status", "choice", required=True, choices=STATUSES),
    Field("status_as_of", "date", required=True, dates=(*_ANY_DATE, UNKNOWN_DATE)),
    Field("started", "date", dates=_YEAR_MONTH),
    Field("ended", "date", dates=_YEAR_MONTH),
    Field("evidence", "choice", required=True, choices=EVIDENCE),
    Field("evidence_note", "text"),
    Field(
        "results",
        "records",
        fields=(
            Field("kind", "choice", required=True, choices=RESULT_KINDS),
            Field("statement", "text", required=True),
            Field("indicator", "text"),
            Field("value", "text"),
            Field("unit", "text"),
            Field("period", "text"),
        ),
    ),
    Field(
        "borrowed_from",
        "records",
        fields=(
            Field("practice", "text"),
            Field("place", "choice", vocabulary="places"),
            Field("where", "text"),
            Field("title", "text"),
            Field("url", "url"),
            Field("note", "text"),
        ),
    ),
    Field("related", "texts"),
    Field("contact", "text"),
    Field(
        "sources",
        "records",
        fields=(
            Field("title", "text", required=True),
            Field("url", "url", required=True),
            Field("publisher", "text"),
            Field("year", "text"),
        ),
    ),
    Field("questions", "texts"),
    Field("reviewed", "date", dates=_ANY_DATE),
    Field(
        "assessment",
        "record",
        fields=(
            Field("feasibility", "choice", choices=LEVELS),
            Field("value", "choice", choices=LEVELS),
            Field("decision", "choice", choices=DECISIONS),
            Field("decided", "date", dates=_ANY_DATE),
            Field("why", "text"),
        ),
    ),
)

CARD: tuple[Field, ...] = (
    Field("by", "choice", required=True, choices=("human", "machine")),
    Field("title", "text", required=True, max_length=120),
    Field("summary", "text", required=True, max_length=300),
    Field("questions", "texts"),
)
"""The card in one language, in `<id>.i18n.yaml`."""

QUESTIONS_MIN, QUESTIONS_MAX = 2, 5

SECTIONS = (
    "problem",
    "practice",
    "results",
    "lessons",
    "conditions",
    "involved",
    "adaptation",
    "own_words",
)
"""Canonical sections in the order a template shows them; any other heading is `other`."""

REQUIRED_SECTIONS = ("problem", "practice")

LENSES: dict[str, tuple[str, ...]] = {
    "problem": ("problem",),
    "practice": ("practice", "adaptation", "own_words", "conditions", "involved"),
    "results": ("results",),
    "lessons": ("lessons",),
}
"""What each lens of the search looks at."""
