"""Practices like one: the same problem or measure, whoever wrote it in whatever language."""

from __future__ import annotations

from kb.index.generation import Generation
from kb.index.means import language_group
from kb.passages import Kind
from kb.search import facets
from kb.search.facets import Filters
from kb.search.hits import Results
from kb.search.question import Question
from kb.search.run import results_of
from kb.search.scoring import middles_of, scored_by_vector

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
    vector = middles_of(generation, [row], KINDS)[0] if generation.dense else None
    question = Question(text=text, vector=vector, filters=filters, limit=limit)
    language = language_group(practice.language)
    scored = scored_by_vector(generation, question, allowed, KINDS, language=language)
    return results_of(generation, question, scored, allowed, notice)
