"""Practices like one: the same problem or measure, whoever wrote it in whatever language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb import facets
from kb.facets import Filters
from kb.hits import Results
from kb.index.means import unit
from kb.index.reader import Generation
from kb.passages import Kind
from kb.search import Question, results_of, scored_by_vector

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

KINDS: tuple[Kind, ...] = ("text", "card")


def similar(generation: Generation, practice_id: str, filters: Filters, limit: int, notice: str = "") -> Results:
    """The practices nearest to one, best first; itself left out.

    Raises:
        UnknownPractice: no practice has that id.
    """
    store = generation.store
    row = store.row(practice_id)
    practice = store.practice(row)
    allowed = facets.mask(filters, store)
    allowed[row] = False
    text = f"{practice.title} {practice.summary}"
    vector = _vector(generation, row) if generation.dense else None
    question = Question(text=text, vector=vector, filters=filters, limit=limit)
    return results_of(generation, question, scored_by_vector(generation, question, allowed, KINDS), allowed, notice)


def _vector(generation: Generation, row: int) -> Vectors:
    """The middle of a practice's centred texts and cards."""
    parts = [generation.dense[kind].vectors(generation.store.rows_of(row, kind)).mean(axis=0) for kind in KINDS]
    return unit(np.mean(parts, axis=0))
