"""How good the search is measured to be, as the tables of docs/search-quality.md say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

QUALITY_FILE = Path("docs", "search-quality.md")
SETS = {"development": "development", "own": "our own"}
"""Key to the name of a set of judged questions in the tables."""
_UNANSWERED = re.compile(
    r"Of (\d+) questions that nothing answers, (\d+) .*?; of (\d+) that something answers, (\d+)\."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """How one set of judged questions, or those of one language in it, was answered."""

    questions: int
    recall: float
    """How much of what answers stands among the first ten."""
    ndcg: float
    """The same, weighted by how well each answers and how high it stands."""
    mrr: float = 0.0
    """One over the place of the first answer, on average; 0 where it is not told."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured."""

    sets: Mapping[str, Measured]
    """Set of questions to how it was answered."""
    languages: Mapping[str, Mapping[str, Measured]]
    """Language to set to how its questions were answered."""
    unanswerable: tuple[int, int] | None
    """Of how many questions without an answer, how many were told so."""
    doubted: tuple[int, int] | None
    """Of how many questions with an answer, how many were told that there are no sure hits."""


def read_quality(root: Path) -> Quality | None:
    """What was measured, or None where the tables are not there or say something else."""
    with suppress(OSError, ValueError, KeyError):
        return _quality((root / QUALITY_FILE).read_text(encoding="utf-8"))
    return None


def _quality(text: str) -> Quality:
    """The figures of a text.

    Raises:
        KeyError: a table, a row or a column is not there.
        ValueError: a figure is no number.
    """
    by_language = {
        row[""]: {key: _measured(row, name) for key, name in SETS.items()} for row in _table(text, "languages")
    }
    whole = next(row for row in reversed(_table(text, "arms")) if row[""].startswith("**"))
    counts = {key: sum(sets[key].questions for sets in by_language.values()) for key in SETS}
    sets = {key: _measured({**whole, f"{name}: questions": str(counts[key])}, name) for key, name in SETS.items()}
    told = _UNANSWERED.search(text)
    unanswerable, doubted = ((int(told[1]), int(told[2])), (int(told[3]), int(told[4]))) if told else (None, None)
    return Quality(sets, by_language, unanswerable, doubted)


def _measured(row: Mapping[str, str], name: str) -> Measured:
    return Measured(
        questions=int(row[f"{name}: questions"]),
        recall=float(row[f"{name}: recall@10"]),
        ndcg=float(row[f"{name}: nDCG@10"]),
        mrr=float(row.get(f"{name}: MRR@10", "0")),
    )


def _table(text: str, name: str) -> list[dict[str, str]]:
    """The rows of the table between two marks, each by its column's name."""
    start, end = text.find(f"<!-- {name} -->"), text.find(f"<!-- /{name} -->")
    lines = [line for line in text[max(start, 0) : max(end, 0)].splitlines() if line.startswith("|")]
    if len(lines) < 3:
        raise KeyError(name)
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rows]
