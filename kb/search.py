"""A question to hits: scored practices, in order, with the passage that answers best and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb import facets, schema
from kb.errors import SearchError
from kb.hits import FoundPassage, Hit, Mode, Results, Strength, Why
from kb.index.lexical import terms
from kb.index.reader import Generation
from kb.language.concordance import Asked
from kb.language.highlight import highlights
from kb.passages import Passage
from kb.scoring import Question, Scored, Scores, in_lens, score
from kb.strength import answering, hit_strength, list_strength, measure
from kb.vocabulary import nearest

NEAREST = 5
"""How many to show below the line when nothing answers."""


def search(generation: Generation, question: Question, notice: str = "") -> Results:
    """Answer a question from one generation; an empty one browses.

    Raises:
        SearchError: there is no such lens.
    """
    if question.lens and question.lens not in schema.LENSES:
        near = nearest(question.lens, schema.LENSES)
        hint = f"Did you mean {near}?" if near else f"Use one of {', '.join(schema.LENSES)}."
        raise SearchError(f"There is no lens {question.lens}.", hint=hint)
    allowed = facets.mask(question.filters, generation.store)
    if not question.text.strip():
        return _browse(generation, question, allowed, notice)
    return results_of(generation, question, score(generation, question, allowed), allowed, notice)


def results_of(
    generation: Generation, question: Question, scored: Scored, allowed: NDArray[np.bool_], notice: str = ""
) -> Results:
    """Scores to results: what answers, in order, a page of it with passages, and facets over all of it."""
    answers = answering(scored)
    strength = list_strength(scored)
    shown = allowed & (scored.total > -np.inf) if strength == "none" else answers
    order = _ranked(scored.total, shown)
    if strength == "none":
        order, answers = order[:NEAREST], np.zeros_like(answers)
    page = order[question.offset : question.offset + question.limit]
    mode: Mode = "keyword" if question.vector is None else "hybrid"
    return Results(
        query=question.text,
        hits=tuple(_hit(generation, question, scored, int(row), strength) for row in page),
        total=int(answers.sum()),
        strength=strength,
        facets=generation.store.facet_counts(answers),
        mode=mode,
        notice=notice,
    )


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every practice in order for one question, with no passages looked up; for evaluation."""

    order: tuple[tuple[str, float], ...]
    """Practice id and score, best first."""
    arms: Mapping[str, tuple[tuple[str, float], ...]]
    """The same for each arm alone: text, card, question, words."""
    strength: Strength
    evidence: float
    """How well the best passage agrees in absolute terms; low where nothing answers."""


def rank(generation: Generation, question: Question) -> Ranking:
    """Rank every practice that the filters let through, as a whole and by each arm."""
    allowed = facets.mask(question.filters, generation.store)
    scored = score(generation, question, allowed)

    def ordered(scores: Scores) -> tuple[tuple[str, float], ...]:
        order = _ranked(scores, allowed)[: question.limit]
        return tuple((generation.store.ids[row], float(scores[row])) for row in order)

    return Ranking(
        order=ordered(scored.total),
        arms={name: ordered(scores) for name, scores in scored.arms.items()},
        strength=list_strength(scored),
        evidence=measure(scored.evidence),
    )


def _ranked(total: Scores, shown: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows in order of score; equal scores in order of id, so that pages never shuffle."""
    rows = np.flatnonzero(shown)
    return rows[np.argsort(-total[rows], kind="stable")]


def _browse(generation: Generation, question: Question, allowed: NDArray[np.bool_], notice: str) -> Results:
    """Everything that the filters let through, in order of title."""
    store = generation.store
    if question.lens:
        allowed = allowed & in_lens(generation, question)
    rows = sorted(np.flatnonzero(allowed), key=lambda row: store.title_key(int(row)))
    page = rows[question.offset : question.offset + question.limit]
    hits = []
    for row in page:
        practice = store.practice(int(row))
        passage = store.passage("text", _rows(generation, question, int(row))[0])
        hits.append(Hit(practice, 0.0, "possible", _found(passage, ""), Why()))
    total = int(allowed.sum())
    strength: Strength = "possible" if total else "none"
    return Results("", tuple(hits), total, strength, store.facet_counts(allowed), "browse", notice)


def _hit(generation: Generation, question: Question, scored: Scored, row: int, list_strength: Strength) -> Hit:
    passage = _best_passage(generation, question, scored, row)
    found = _found(passage, question.text, scored.asked)
    arms = {name: float(values[row]) for name, values in scored.arms.items()}
    return Hit(
        practice=generation.store.practice(row),
        score=float(scored.total[row]),
        strength=hit_strength(scored, row, list_strength),
        passage=found,
        why=Why(
            **arms,
            title=row in scored.titled,
            matched=tuple(dict.fromkeys(found.text[start:end] for start, end in found.highlights)),
        ),
    )


def _best_passage(generation: Generation, question: Question, scored: Scored, row: int) -> Passage:
    """The text passage nearest to the question, by meaning and by shared grams."""
    rows = _rows(generation, question, row)
    found = [generation.store.passage("text", number) for number in rows]
    asked = set(terms(question.text))
    shares = np.array([len(asked & set(terms(passage.text))) / max(len(asked), 1) for passage in found])
    if scored.vector is not None:
        shares = shares / 2 + generation.dense["text"].vectors(rows) @ scored.vector
    return found[int(np.argmax(shares))]


def _rows(generation: Generation, question: Question, row: int) -> list[int]:
    """A practice's text passages, within the lens."""
    rows = generation.store.rows_of(row, "text")
    if not question.lens:
        return rows
    sections = generation.store.in_sections(question.sections)
    return [number for number in rows if sections[number]] or rows


def _found(passage: Passage, question: str, asked: Sequence[Asked] = ()) -> FoundPassage:
    others = " ".join(words[0] for item in asked for words in item.alternatives if len(words) == 1)
    return FoundPassage(
        section=passage.section,
        heading=passage.heading,
        line=passage.line,
        language=passage.language,
        text=passage.text,
        highlights=highlights(passage.text, f"{question} {others}"),
    )
