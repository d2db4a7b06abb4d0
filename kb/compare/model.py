"""What a comparison gives back, and its form as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from kb.practice import Practice


@dataclass(frozen=True, slots=True)
class Quote:
    """What a practice itself says."""

    text: str
    language: str
    line: int
    """One-based line in the practice's file; 1 for what stands in its front matter."""
    note: str = ""
    """What belongs to it: the indicator, value and period of a result, the heading of a passage."""
    by: str = ""
    """`machine` where it was translated by one."""


@dataclass(frozen=True, slots=True)
class Sized:
    """A place that a practice is from, and how large it is."""

    key: str
    name: str
    kind: str
    population: int | None
    """None where no official figure is known."""
    population_as_of: str
    """The day, month or year that the figure is of."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one practice has in one row; all empty where it does not say."""

    value: str = ""
    """The key of a fact, such as a status, by which practices are told apart."""
    label: str = ""
    """The fact in the reader's language, where the vocabulary or the file has words for it."""
    when: str = ""
    """When the fact was known to be true."""
    quotes: tuple[Quote, ...] = ()
    places: tuple[Sized, ...] = ()
    """In the row about the kind of place: each place by itself, since their sum would mean nothing."""

    def __bool__(self) -> bool:
        return bool(self.value or self.label or self.quotes or self.places)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to compare, with a cell for each practice in the order that they were asked for."""

    key: str
    """What it is about: a section of the format, or summary, place, country, status, realised …"""
    cells: tuple[Cell, ...]
    about: str = ""
    """The indicator, where several practices measured the same."""
    differs: bool = False
    """The practices that state this fact do not state the same."""
    rest: bool = False
    """What is left of the results beside those that have a row of their own."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Passages of different practices that speak of the same thing."""

    section: str
    """The section of the format that most of them stand in."""
    heading: str
    """That section's heading in the reader's language, or the writer's own."""
    quotes: tuple[Quote | None, ...]
    """One for each practice, in order; None where it says nothing like it."""
    nearness: float = 0.0
    """How near they are on the whole; 0 where they only stand in the same section."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to four practices, row by row."""

    practices: tuple[Practice, ...]
    rows: tuple[Row, ...]
    passages: tuple[Aligned, ...]
    language: str
    """Of labels and headings; what practices say stays in their own."""
    by_meaning: bool
    """False where the index has no vectors: passages are then aligned by section alone."""


def comparison_json(comparison: Comparison, folder: str = "") -> dict[str, Any]:
    """A comparison as plain data for `--json` and the web; `folder` goes in front of each path."""
    return {
        "language": comparison.language,
        "by_meaning": comparison.by_meaning,
        "practices": [_practice_json(practice, comparison.language, folder) for practice in comparison.practices],
        "rows": [_row_json(row) for row in comparison.rows],
        "passages": [
            {
                "section": found.section,
                "heading": found.heading,
                "nearness": round(found.nearness, 4),
                "quotes": [_quote_json(quote) if quote else None for quote in found.quotes],
            }
            for found in comparison.passages
        ],
    }


def _practice_json(practice: Practice, language: str, folder: str) -> dict[str, Any]:
    return {
        "id": practice.id,
        "title": practice.title,
        "title_translated": practice.card(language).title,
        "language": practice.language,
        "place": list(practice.places),
        "path": str(PurePosixPath(folder) / practice.path),
    }


def _row_json(row: Row) -> dict[str, Any]:
    cells = [_cell_json(cell) for cell in row.cells]
    return {"key": row.key, "about": row.about, "rest": row.rest, "differs": row.differs, "cells": cells}


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {
        "value": cell.value,
        "label": cell.label,
        "when": cell.when,
        "quotes": [_quote_json(quote) for quote in cell.quotes],
        "places": [asdict(place) for place in cell.places],
    }


def _quote_json(quote: Quote) -> dict[str, Any]:
    return asdict(quote)
