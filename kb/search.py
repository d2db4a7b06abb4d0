"""A question to hits: two arms over passages, fused, one hit a practice.

The dense arm compares meanings, language taken out, with what a practice says (`text`), its
title and summary in every language (`card`) and the questions it answers (`question`). The
lexical arm shares pieces of words. Each dense arm counts in standard deviations above what the
question gives an ordinary practice, so that scores do not depend on the filter; the lexical arm
counts as a share of a perfect match. Weights are measured (docs/search-quality.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb import facets, schema
from kb.errors import SearchError
from kb.facets import Filters
from kb.hits import FoundPassage, Hit, Mode, Results, Strength, Why
from kb.index.lexical import terms
from kb.index.reader import Generation
from kb.language.highlight import highlights
from kb.passages import KINDS, Kind, Passage
from kb.vocabulary import nearest

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

WEIGHTS: Mapping[Kind, float] = {"text": 1.0, "card": 1.0, "question": 1.0}
LEXICAL_WEIGHT = 25.0
LENS_WEIGHT = 2.5
"""With a lens only one dense arm is left; it then counts for as much as the three."""

TITLE_BONUS = 40.0
ANSWERS = 4.0
"""From this score on a practice counts as an answer and is in the facet counts."""

CANDIDATES = 8000
"""Passages taken from each arm before they are joined to practices."""

NEAREST = 5
"""How many to show below the line when nothing answers."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with everything that narrows it."""

    text: str = ""
    vector: Vectors | None = None
    """The encoder's vector of the text; None for keyword search alone."""
    lens: str = ""
    filters: Filters = field(default_factory=dict)
    limit: int = 10
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """Every practice's score and what each arm gave: float64 (number of practices,) each."""

    total: Scores
    arms: Mapping[str, Scores]
    centred: Vectors | None
    titled: frozenset[int]
    evidence: float
    """The best absolute agreement; what tells an answer from the nearest of the unrelated."""


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
    answers = allowed & (scored.total >= ANSWERS)
    strength = _list_strength(scored, answers)
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
        strength=_list_strength(scored, allowed & (scored.total >= ANSWERS)),
        evidence=scored.evidence,
    )


def score(generation: Generation, question: Question, allowed: NDArray[np.bool_]) -> Scored:
    """Score every allowed practice by each arm and add them up."""
    kinds: Sequence[Kind] = ("text",) if question.lens else KINDS
    if question.vector is not None:
        question = replace(question, vector=generation.means.centre_query(question.vector))
    return scored_by_vector(generation, question, allowed, kinds)


def scored_by_vector(
    generation: Generation, question: Question, allowed: NDArray[np.bool_], kinds: Sequence[Kind]
) -> Scored:
    """As `score`, for a question whose vector is centred already, by the dense arms of these kinds."""
    store = generation.store
    arms: dict[str, Scores] = {}
    evidence = 0.0
    sections = store.in_sections(schema.LENSES[question.lens]) if question.lens else None
    centred = question.vector
    if centred is not None:
        for kind in kinds:
            within = np.ones(len(store.owners[kind]), dtype=bool) if sections is None else sections
            weight = LENS_WEIGHT if question.lens else WEIGHTS[kind]
            arms[kind] = weight * _dense_arm(generation, kind, centred, within & allowed[store.owners[kind]])
            evidence = max(evidence, _best_cosine(generation, kind, centred, within))
    shares, best_share = _lexical_arm(generation, question)
    arms["words"] = LEXICAL_WEIGHT * shares
    total = np.sum(list(arms.values()), axis=0)
    if sections is not None:
        allowed = allowed & _with_text(store.owners["text"], sections, len(store))
    titled = frozenset(row for row in store.titled(question.text) if allowed[row])
    for row in titled:
        total[row] += TITLE_BONUS
    total[~allowed] = -np.inf
    return Scored(
        total,
        arms,
        centred,
        titled,
        _evidence(
            evidence,
            best_share,
            asked=len(set(terms(question.text))),
            dense=centred is not None,
            lens=bool(question.lens),
        ),
    )


def _dense_arm(generation: Generation, kind: Kind, query: Vectors, passages: NDArray[np.bool_]) -> Scores:
    """Each practice's best passage, in standard deviations above the ordinary."""
    owners = generation.store.owners[kind]
    rows, cosines = generation.dense[kind].search(query, CANDIDATES, passages)
    if not len(rows):
        return np.zeros(len(generation.store))
    mean, spread = generation.means.ordinary(kind, query)
    best = np.full(len(generation.store), -np.inf)
    np.maximum.at(best, owners[rows], (cosines - mean) / spread)
    # Beyond the candidates: no better than the worst of them. With no such passage at all: ordinary.
    best[np.isneginf(best)] = float(best[owners[rows]].min())
    best[~_with_text(owners, np.ones(len(owners), dtype=bool), len(best))] = 0.0
    return best


def _best_cosine(generation: Generation, kind: Kind, query: Vectors, passages: NDArray[np.bool_]) -> float:
    """How near the nearest passage is, whatever the filters: an answer does not fade by narrowing."""
    _, cosines = generation.dense[kind].search(query, 1, passages)
    return float(cosines[0]) if len(cosines) else 0.0


def _lexical_arm(generation: Generation, question: Question) -> tuple[Scores, float]:
    """Each practice's best share of a perfect match (0–1), and the best share whatever the filters."""
    within: dict[str, Sequence[str]] = {}
    if question.lens:
        within = {"kind": ("text",), "section": schema.LENSES[question.lens]}
    best = np.zeros(len(generation.store))
    for hit in generation.lexical.search(question.text, CANDIDATES, {**question.filters, **within}):
        owner = generation.store.owners[hit.kind][hit.row]
        best[owner] = max(best[owner], hit.score)
    if not question.filters:
        return best, float(best.max(initial=0.0))
    top = generation.lexical.search(question.text, 1, within)
    return best, top[0].score if top else 0.0


def _with_text(owners: NDArray[np.int32], passages: NDArray[np.bool_], practices: int) -> NDArray[np.bool_]:
    """Which practices own at least one of these passages."""
    found = np.zeros(practices, dtype=bool)
    found[owners[passages]] = True
    return found


def _ranked(total: Scores, shown: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows in order of score; equal scores in order of id, so that pages never shuffle."""
    rows = np.flatnonzero(shown)
    return rows[np.argsort(-total[rows], kind="stable")]


def _browse(generation: Generation, question: Question, allowed: NDArray[np.bool_], notice: str) -> Results:
    """Everything that the filters let through, in order of title."""
    store = generation.store
    if question.lens:
        sections = store.in_sections(schema.LENSES[question.lens])
        allowed = allowed & _with_text(store.owners["text"], sections, len(store))
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
    passage = _best_passage(generation, question, scored.centred, row)
    found = _found(passage, question.text)
    arms = {name: float(values[row]) for name, values in scored.arms.items()}
    return Hit(
        practice=generation.store.practice(row),
        score=float(scored.total[row]),
        strength=_hit_strength(scored, row, list_strength),
        passage=found,
        why=Why(
            **arms,
            title=row in scored.titled,
            matched=tuple(dict.fromkeys(found.text[start:end] for start, end in found.highlights)),
        ),
    )


def _best_passage(generation: Generation, question: Question, centred: Vectors | None, row: int) -> Passage:
    """The text passage nearest to the question, by meaning and by shared grams."""
    rows = _rows(generation, question, row)
    found = [generation.store.passage("text", number) for number in rows]
    asked = set(terms(question.text))
    shares = np.array([len(asked & set(terms(passage.text))) / max(len(asked), 1) for passage in found])
    if centred is not None:
        shares = shares / 2 + generation.dense["text"].vectors(rows) @ centred
    return found[int(np.argmax(shares))]


def _rows(generation: Generation, question: Question, row: int) -> list[int]:
    """A practice's text passages, within the lens."""
    rows = generation.store.rows_of(row, "text")
    if not question.lens:
        return rows
    sections = generation.store.in_sections(schema.LENSES[question.lens])
    return [number for number in rows if sections[number]] or rows


def _found(passage: Passage, question: str) -> FoundPassage:
    return FoundPassage(
        section=passage.section,
        heading=passage.heading,
        line=passage.line,
        language=passage.language,
        text=passage.text,
        highlights=highlights(passage.text, question),
    )


STRONG_SCORE = 8.0
STRONG_EVIDENCE = 0.60
SOME_EVIDENCE = 0.42
ENOUGH_TERMS = 20
"""A question with fewer grams shares many of them with something by chance."""

HALF = 0.5
"""Half of a perfect word match: the very words are here, so there is at least a possible answer."""

LENS_EVIDENCE = 0.12
"""With a lens only what the practices say is compared, and long texts are never as near as a question."""


def _evidence(cosine: float, share: float, *, asked: int, dense: bool, lens: bool) -> float:
    """How well the best passage agrees in absolute terms: scores alone only say that one is better than others."""
    if not dense:
        return 3 * share
    evidence = cosine + share * min(1.0, asked / ENOUGH_TERMS) + (LENS_EVIDENCE if lens else 0.0)
    return max(evidence, SOME_EVIDENCE) if share >= HALF else evidence


def _list_strength(scored: Scored, answers: NDArray[np.bool_]) -> Strength:
    if scored.titled:
        return "strong"
    if not answers.any() or scored.evidence < SOME_EVIDENCE:
        return "none"
    return "strong" if scored.evidence >= STRONG_EVIDENCE else "possible"


def _hit_strength(scored: Scored, row: int, list_strength: Strength) -> Strength:
    if row in scored.titled:
        return "strong"
    if list_strength == "none" or scored.total[row] < ANSWERS:
        return "none"
    return "strong" if list_strength == "strong" and scored.total[row] >= STRONG_SCORE else "possible"
