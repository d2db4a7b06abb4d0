"""A question to hits: scored practices, in order, with the passage that answers best and why."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb import schema
from kb.errors import EncoderError, SearchError
from kb.index.generation import Generation
from kb.language.concordance import Asked, Spelling, also_called
from kb.language.highlight import highlights
from kb.passages import Passage
from kb.search import facets
from kb.search.arms import ByWords, Scores, by_words
from kb.search.beside import begun
from kb.search.hits import FoundPassage, Hit, Mode, Results, Strength, Why
from kb.search.order import Sort, borrowers, put_in_order, resolved_sort
from kb.search.question import Question
from kb.search.rerank import RERANKED, pair_text, refusal, reranked
from kb.search.scoring import LEXICAL_WEIGHT, Scored, in_lens, score
from kb.search.strength import answering, hit_strength, list_strength
from kb.vocabulary import nearest

if TYPE_CHECKING:
    from kb.encoder.reranker import Reranker

NEAREST = 5
"""How many to show below the line when nothing answers."""

SELDOM = {"involved": 0.3, "conditions": 0.1}
"""Sections that seldom answer by themselves, and how much nearer than others they must be to be shown."""


def search(
    generation: Generation,
    question: Question,
    notice: str = "",
    spelling: Spelling | None = None,
    reranker: Reranker | None = None,
    words: Future[ByWords] | None = None,
) -> Results:
    """Answer a question from one generation; an empty one browses.

    Args:
        generation: what to search.
        question: what to find.
        notice: what the reader should know.
        spelling: folded words of the concordance and how they are written.
        reranker: puts the best hits in order.
        words: what `ahead` began for the question.

    Raises:
        SearchError: there is no such lens or order.
    """
    _refuse_unknown_lens(question)
    sort = resolved_sort(question.sort, question.text)
    allowed = facets.mask(question.filters, generation.store)
    if not question.text.strip():
        return _browse(generation, question, allowed, sort, notice)
    scored = score(generation, question, allowed, words)
    if reranker is not None and question.limit:
        try:
            scored = judged(generation, question, scored, reranker)
        except EncoderError as error:
            notice = f"{notice} {refusal(error)}".strip()
    also = also_called(question.text, scored.first.words.asked, spelling or {})
    return replace(results_of(generation, question, scored, allowed, notice, sort), also=also)


def ahead(generation: Generation, question: Question) -> Future[ByWords]:
    """Begin to look for a question's words, while this thread takes its meaning: neither needs the other.

    Raises:
        SearchError: there is no such lens.
    """
    _refuse_unknown_lens(question)
    return begun(by_words, generation, question, question.kinds)


def _refuse_unknown_lens(question: Question) -> None:
    if question.lens and question.lens not in schema.LENSES:
        near = nearest(question.lens, schema.LENSES)
        hint = f"Did you mean {near}?" if near else f"Use one of {', '.join(schema.LENSES)}."
        raise SearchError(f"There is no lens {question.lens}.", hint=hint)


def results_of(
    generation: Generation,
    question: Question,
    scored: Scored,
    allowed: NDArray[np.bool_],
    notice: str = "",
    sort: Sort = "relevance",
) -> Results:
    """Scores to results: what answers, in order, a page of it with passages, and facets over all of it.

    Another order than by score changes nothing of what answers; where nothing does, what is nearest comes first.
    """
    answers = answering(scored)
    strength = list_strength(scored)
    shown = allowed & (scored.total > -np.inf) if strength == "none" else answers
    order = in_order(scored.total, shown)
    if strength == "none":
        order, answers, sort = order[:NEAREST], np.zeros_like(answers), "relevance"
    order = put_in_order(order, sort, generation.store)
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
        sort=sort,
    )


def judged(generation: Generation, question: Question, scored: Scored, reranker: Reranker) -> Scored:
    """The best practices in the order that a reranker gives them."""
    order = in_order(scored.total, scored.total > -np.inf)
    texts = [
        pair_text(generation.store.practice(row), _best_passage(generation, question, scored, row))
        for row in order[:RERANKED].tolist()
    ]
    return reranked(scored, order, reranker.score(question.text, texts))


def in_order(total: Scores, shown: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows in order of score; equal scores in order of id, so that pages never shuffle."""
    rows = np.flatnonzero(shown)
    return rows[np.argsort(-total[rows], kind="stable")]


def _browse(generation: Generation, question: Question, allowed: NDArray[np.bool_], sort: Sort, notice: str) -> Results:
    """Everything that the filters let through, in order, and then by title; lessons begin with what was stopped."""
    store = generation.store
    first = np.zeros(len(store), dtype=bool)
    if question.lens:
        allowed = allowed & in_lens(generation, question)
    if question.lens == "lessons":
        first = store.with_facet("status", ["stopped"])
    titled = np.array(sorted(np.flatnonzero(allowed).tolist(), key=store.title_key), dtype=np.int64)
    rows = put_in_order(titled, sort, store)
    if sort == "newest":
        rows = rows[np.argsort(~first[rows], kind="stable")]
    page = rows[question.offset : question.offset + question.limit]
    hits = []
    for row in page.tolist():
        practice = store.practice(row)
        passage = found_passage(store.passage("text", _rows(generation, question, row)[0]), "")
        hits.append(Hit(practice, 0.0, "possible", passage, Why(), borrowers(practice, store)))
    total = int(allowed.sum())
    strength: Strength = "possible" if total else "none"
    return Results("", tuple(hits), total, strength, store.facet_counts(allowed), "browse", notice, sort=sort)


def _hit(generation: Generation, question: Question, scored: Scored, row: int, list_strength: Strength) -> Hit:
    passage = _best_passage(generation, question, scored, row)
    found = found_passage(passage, question.text, scored.first.words.asked)
    arms = {name: float(values[row]) for name, values in scored.arms.items()}
    practice = generation.store.practice(row)
    return Hit(
        practice=practice,
        score=float(scored.total[row]),
        strength=hit_strength(scored, row, list_strength),
        passage=found,
        why=Why(
            **arms,
            title=row in scored.titled,
            matched=tuple(dict.fromkeys(found.text[start:end] for start, end in found.highlights)),
            estimated=_estimated(scored, row),
        ),
        borrowers=borrowers(practice, generation.store),
    )


def _estimated(scored: Scored, row: int) -> bool:
    """Whether the words of a practice in another language were made up for, by what they would have given."""
    if scored.slope is None or not scored.slope.foreign[row]:
        return False
    return bool(scored.arms["words"][row] > LEXICAL_WEIGHT * scored.first.words.shares[row])


def _best_passage(generation: Generation, question: Question, scored: Scored, row: int) -> Passage:
    """The text passage nearest to the question, by meaning and by shared words."""
    store = generation.store
    rows = np.array(_rows(generation, question, row))
    nearness = scored.first.words.passages[rows]
    if scored.vector is not None:
        nearness = nearness + generation.dense["text"].vectors(rows.tolist()) @ scored.vector
    for section, less in SELDOM.items():
        nearness = nearness - less * store.in_sections([section])[rows]
    return store.passage("text", int(rows[np.argmax(nearness)]))


def _rows(generation: Generation, question: Question, row: int) -> list[int]:
    """A practice's text passages, within the lens."""
    rows = generation.store.rows_of(row, "text")
    if not question.lens:
        return rows
    sections = generation.store.in_sections(question.sections)
    return [number for number in rows if sections[number]] or rows


def found_passage(passage: Passage, question: str, asked: Sequence[Asked] = ()) -> FoundPassage:
    """A passage with the words of the question, and other words for them, marked."""
    others = " ".join(words[0] for item in asked for words in item.alternatives if len(words) == 1)
    return FoundPassage(
        section=passage.section,
        heading=passage.heading,
        line=passage.line,
        language=passage.language,
        text=passage.text,
        highlights=highlights(passage.text, f"{question} {others}"),
    )
