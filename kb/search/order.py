"""In which order practices stand: what answers best, what is newest, or what most have borrowed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from kb import schema
from kb.errors import SearchError
from kb.index.store import Store
from kb.practice import Practice
from kb.vocabulary import nearest

Sort = Literal["relevance", "newest", "borrowed"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "borrowed")
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")


def default_sort(question: str) -> Sort:
    """The order where none is asked for: what answers best; without a question, what is newest."""
    return "relevance" if question.strip() else "newest"


def resolved_sort(wanted: str, question: str) -> Sort:
    """The order to use; without a question nothing answers better than anything else.

    Raises:
        SearchError: there is no such order.
    """
    if wanted and wanted not in SORTS:
        near = nearest(wanted, SORTS)
        hint = f"Did you mean {near}?" if near else f"Use one of {', '.join(SORTS)}."
        raise SearchError(f"There is no order {wanted}.", hint=hint)
    return default_sort(question) if wanted in {"", "relevance"} else cast("Sort", wanted)


def dated(practice: Practice) -> str:
    """The date that makes a practice new: when it began, or else when its status was last known; may be empty."""
    known = (practice.started, "" if practice.status_as_of == schema.UNKNOWN_DATE else practice.status_as_of)
    return next((date for date in known if _DATE.fullmatch(date)), "")


def borrowers(practice: Practice, store: Store) -> int:
    """How many other practices say that they borrowed this one."""
    own = store.row_of.get(practice.id)
    return sum(row != own for row in store.borrowers(practice.id))


def put_in_order(rows: NDArray[np.int64], sort: Sort, store: Store) -> NDArray[np.int64]:
    """The same rows in another order; those that tie stay as they were."""
    if sort == "newest":
        return _by([dated(store.practice(row)) for row in rows.tolist()], rows)
    if sort == "borrowed":
        return _by([borrowers(store.practice(row), store) for row in rows.tolist()], rows)
    return rows


def _by(values: Sequence[str] | Sequence[int], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows by what each is worth, the most first."""
    places = sorted(range(len(values)), key=values.__getitem__, reverse=True)
    return rows[np.array(places, dtype=np.int64)]
