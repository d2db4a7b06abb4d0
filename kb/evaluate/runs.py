"""Runs: what a search answered to each query, kept in a file to be compared with later.

Written as JSON lines, as `kb search --batch` writes them, and read as those or as TREC runs
(query id, Q0, document id, rank, score, name of the run; six columns).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.evaluate.lines import Line, read_lines, read_object, text_of
from kb.files import write_whole

DIGITS = 6
"""Of a score, as in `kb search --batch`."""

_FORM = '{"query_id": "q1", "hits": ["id", …], "scores": [1.5, …]}'
_TREC_HINT = "Write a query id, Q0, a document id, a rank, a score and a name, with spaces between."
_TREC_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was answered to one query."""

    hits: tuple[tuple[str, float], ...]
    """Id and score, best first."""
    evidence: float | None = None
    """How well the best passage agrees in absolute terms, where the run says."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.hits)


Run = Mapping[str, Ranked]
"""Query id to what was answered, in the order of the queries."""


def write_run(path: Path, run: Run) -> None:
    """Write a run whole, one JSON line a query."""
    write_whole(path, "".join(f"{_line(name, ranked)}\n" for name, ranked in run.items()))


def _line(name: str, ranked: Ranked) -> str:
    item: dict[str, Any] = {
        "query_id": name,
        "hits": list(ranked.ids),
        "scores": [round(score, DIGITS) for _, score in ranked.hits],
    }
    if ranked.evidence is not None:
        item["evidence"] = round(ranked.evidence, DIGITS)
    return json.dumps(item, ensure_ascii=False)


def read_run(path: Path) -> dict[str, Ranked]:
    """Read a run of either form. Equal scores keep the order of the file.

    Raises:
        EvaluationError: the file is missing, empty or malformed, with its line.
    """
    lines = list(read_lines(path))
    return _read_json(lines) if lines[0].text.lstrip().startswith("{") else _read_trec(lines)


def _read_json(lines: Sequence[Line]) -> dict[str, Ranked]:
    run: dict[str, Ranked] = {}
    for line in lines:
        item = read_object(line, _FORM)
        name = text_of(line, item, "query_id", _FORM)
        if name in run:
            raise line.fault(f"The query {name!r} stands on an earlier line as well.", "Keep one of the lines.")
        run[name] = Ranked(_hits(line, item.get("hits"), item.get("scores")), _evidence(line, item.get("evidence")))
    return run


def _hits(line: Line, keys: Any, scores: Any) -> tuple[tuple[str, float], ...]:
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise line.fault("hits is not a list of ids.", f"Write one {_FORM} a line.")
    if len(set(keys)) < len(keys):
        raise line.fault("A hit stands twice.", "Name each document once.")
    numbers = [_number(score) for score in scores if not isinstance(score, str)] if isinstance(scores, list) else []
    found = [number for number in numbers if number is not None]
    if not isinstance(scores, list) or not len(found) == len(scores) == len(keys):
        raise line.fault("scores is not a list of numbers, one a hit.", f"Write one {_FORM} a line.")
    return tuple(zip(keys, found, strict=True))


def _evidence(line: Line, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, str) or (evidence := _number(value)) is None:
        raise line.fault("evidence is not a number.", "Write a number, or leave it out.")
    return evidence


def _read_trec(lines: Sequence[Line]) -> dict[str, Ranked]:
    found: dict[str, dict[str, float]] = {}
    for line in lines:
        columns = line.text.split()
        if len(columns) != _TREC_COLUMNS:
            raise line.fault(f"There are {len(columns)} columns, not {_TREC_COLUMNS}.", _TREC_HINT)
        query, document, score = columns[0], columns[2], _number(columns[4])
        if score is None:
            raise line.fault(f"The score is {columns[4]!r}.", _TREC_HINT)
        if document in found.setdefault(query, {}):
            raise line.fault(f"{document!r} stands twice for {query!r}.", "Name each document once a query.")
        found[query][document] = score
    # As trec_eval does, the scores decide and not the ranks; sorting is stable.
    return {name: Ranked(tuple(sorted(hits.items(), key=lambda hit: -hit[1]))) for name, hits in found.items()}


def _number(value: Any) -> float | None:
    """A finite number, from text or JSON; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
