"""Scores: what each arm gives every practice for a question, and their sum.

The dense arms compare meanings, language taken out, with what a practice says (`text`), its title
and summary in every language (`card`) and the questions it answers (`question`). Each counts in
standard deviations above what the question gives an ordinary practice, so that scores do not
depend on the filter. The lexical arm (`words`) is a share of a perfect match. An arm that has
nothing to go by in a practice is filled in by the others, so that nobody is behind for a card
that was never written, or for words in another language than the question's. Weights are
measured (docs/search-quality.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.index.means import GLOBAL, language_group, unit
from kb.index.reader import Generation
from kb.language.concordance import Asked, asked_words
from kb.language.text import grams
from kb.passages import KINDS, Kind
from kb.question import Question

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

WEIGHTS: Mapping[Kind, float] = {"text": 0.5, "card": 0.8, "question": 1.2}
DENSE_WEIGHT = sum(WEIGHTS.values())
"""What the dense arms count for together, also where some are turned off or have nothing to go by."""

LENS_TEXT = 2.0
"""With a lens, what the practices say in those sections counts this many times as much."""

STOPPED_BONUS = 3.0
"""Asked for lessons, a practice that was stopped comes before its like."""

LEXICAL_WEIGHT = 30.0
TITLE_BONUS = 40.0

ANSWERS = 4.0
"""From this score on a practice counts as an answer and is in the facet counts."""

CANDIDATES = 8000
"""Passages taken from each arm before they are joined to practices."""

FEEDBACK_FROM = 5
FEEDBACK = 0.4
"""The question moves this far towards the middle of the first answers (Rocchio 1971; dense: Li et al. 2022)."""

COMPARED = 10
"""Answers in the question's language that tell what words would have given one in another."""

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the best passage agrees in absolute terms: scores only say that one is better than others."""

    cosine: float = 0.0
    """How near the nearest passage is, on average over the dense arms; whatever the filters."""
    share: float = 0.0
    """The best share of a perfect word match."""
    grams: int = 0
    """How many different grams the telling words of the question have."""
    dense: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """Every practice's score and what each arm gave: float64 (number of practices,) each."""

    total: Scores
    """Minus infinity where the filters let nothing through."""
    arms: Mapping[str, Scores]
    start: Vectors | None
    """The question's vector without its language; None for keyword search."""
    vector: Vectors | None
    """The same as it was compared, moved towards the first answers."""
    titled: frozenset[int]
    """The practices whose title is the question."""
    evidence: Evidence
    asked: tuple[Asked, ...]
    alone: Mapping[str, Scores]
    """What each arm gives by itself at first sight; not a number where it has nothing to go by."""
    slope: Slope | None


@dataclass(frozen=True, slots=True)
class Slope:
    """What words gave for each point of meaning, where they could; elsewhere they are taken to have given as much."""

    foreign: Mask
    """The practices that say nothing in the question's language."""
    words: float


@dataclass(frozen=True, slots=True)
class _Pass:
    """One look at the index: what each arm gave, before words in other languages are made up for."""

    dense: Mapping[Kind, Scores]
    raw: Mapping[Kind, Scores]
    """The dense arms as they are, before they are weighted and filled in."""
    nearest: Mapping[Kind, float]
    """Per dense arm, the cosine of the nearest passage."""
    shares: Scores
    """Per practice, the best share of a perfect word match."""
    complete: bool
    """Nothing was left out: a filter can only take away from it."""


def score(generation: Generation, question: Question, allowed: Mask) -> Scored:
    """Score every allowed practice by each arm and add them up."""
    if question.vector is None:
        return scored_by_vector(generation, question, allowed, question.kinds)
    language = generation.means.language_of(question.vector)
    centred = replace(question, vector=generation.means.centre_query(question.vector))
    return scored_by_vector(
        generation, centred, allowed, question.kinds, language=language, feedback=question.settings.feedback
    )


def scored_by_vector(
    generation: Generation,
    question: Question,
    allowed: Mask,
    kinds: Sequence[Kind],
    *,
    language: str = "",
    feedback: bool = False,
) -> Scored:
    """As `score`, for a question whose vector is centred already, by the dense arms of these kinds."""
    store = generation.store
    asked = tuple(asked_words(question.text, store.same_words if question.settings.concordance else None))
    everything = np.ones(len(store), dtype=bool)
    first = _look(generation, question, asked, kinds, everything)
    slope = _words_for_meaning(generation, first, kinds, language)
    found, vector = first, question.vector
    if feedback and vector is not None:
        vector = _moved(generation, vector, sum(_arms(first, slope).values(), np.zeros(len(store))))
        found = _look(generation, replace(question, vector=vector), asked, kinds, allowed, known=first)
    elif not first.complete:
        found = _look(generation, question, asked, kinds, allowed)
    arms = _arms(found, slope)
    total: Scores = np.sum(list(arms.values()), axis=0)
    if question.lens:
        allowed = allowed & in_lens(generation, question)
    if question.lens == "lessons":
        stopped = store.with_facet("status", ["stopped"]) & (total >= ANSWERS)
        arms["stopped"] = np.where(stopped, STOPPED_BONUS, 0.0)
        total = total + arms["stopped"]
    titled = frozenset(row for row in store.titled(question.text) if allowed[row])
    total[list(titled)] += TITLE_BONUS
    total[~allowed] = -np.inf
    alone = dict(first.raw) | {"words": first.shares}
    return Scored(total, arms, question.vector, vector, titled, _evidence(first, asked), asked, alone, slope)


def score_passages(generation: Generation, question: Question, scored: Scored) -> Mapping[str, Scores]:
    """Every text passage's score (`all`), and what each arm gives it by itself at first sight.

    A passage counts for what it says and for the practice it stands in. float64 (number of text passages,) each.
    """
    owners = generation.store.owners["text"]
    shares = np.zeros(len(owners))
    for hit in generation.lexical.search(scored.asked, CANDIDATES, {"kind": ("text",)}, pieces=question.settings.grams):
        shares[hit.row] = hit.score
    words = LEXICAL_WEIGHT * shares
    if scored.vector is None or scored.start is None:
        return {"all": scored.total[owners] + words, "words": shares}
    meaning = DENSE_WEIGHT * _passage_arm(generation, scored.vector)
    if scored.slope is not None:
        made_up = scored.slope.words * np.maximum(meaning, 0.0)
        words = np.where(scored.slope.foreign[owners], np.maximum(words, made_up), words)
    first = _passage_arm(generation, scored.start)
    return {"all": scored.total[owners] + meaning + words, "text": first, "words": shares}


def _passage_arm(generation: Generation, vector: Vectors) -> Scores:
    """Each text passage in standard deviations above the ordinary."""
    rows, cosines = generation.dense["text"].search(vector, CANDIDATES)
    mean, spread = generation.means.ordinary("text", vector)
    found = np.full(generation.dense["text"].size, (float(cosines.min(initial=1.0)) - mean) / spread)
    found[rows] = (cosines - mean) / spread
    return found


def in_lens(generation: Generation, question: Question) -> Mask:
    """Which practices have something to say under the lens; one that was stopped is a lesson as it stands."""
    store = generation.store
    mask = owners_of(store.owners["text"], store.in_sections(question.sections), len(store))
    return mask | store.with_facet("status", ["stopped"]) if question.lens == "lessons" else mask


def owners_of(owners: NDArray[np.int32], passages: Mask, practices: int) -> Mask:
    """Which practices own at least one of these passages: bool (practices,)."""
    found = np.zeros(practices, dtype=bool)
    found[owners[passages]] = True
    return found


def _look(
    generation: Generation,
    question: Question,
    asked: Sequence[Asked],
    kinds: Sequence[Kind],
    allowed: Mask,
    known: _Pass | None = None,
) -> _Pass:
    """Ask every arm; words that a complete earlier look has found are not looked for again."""
    owners = generation.store.owners
    dense: dict[Kind, Scores] = {}
    nearest: dict[Kind, float] = {}
    complete = all(len(owners[kind]) <= CANDIDATES for kind in KINDS)
    if question.vector is not None:
        for kind in kinds:
            dense[kind], nearest[kind] = _dense_arm(generation, question, kind, allowed)
    shares = known.shares if known and known.complete else _lexical_arm(generation, question, asked, allowed)
    weights = {**WEIGHTS, "text": WEIGHTS["text"] * (LENS_TEXT if question.lens else 1.0)}
    return _Pass(_filled(dense, weights), dense, nearest, shares, complete)


def _dense_arm(generation: Generation, question: Question, kind: Kind, allowed: Mask) -> tuple[Scores, float]:
    """Each practice's best passage in standard deviations above the ordinary, and the best cosine.

    Not a number where a practice has no such passage.
    """
    store, vector = generation.store, question.vector
    owners = store.owners[kind]
    narrowed = kind == "text" and question.sections
    wanted = store.in_sections(question.sections) if narrowed else np.ones(len(owners), dtype=bool)
    best = np.full(len(store), np.nan)
    if vector is None or not wanted.any():
        return best, 0.0
    rows, cosines = generation.dense[kind].search(vector, CANDIDATES, wanted & allowed[owners])
    if not len(rows):
        return best, 0.0
    mean, spread = generation.means.ordinary(kind, vector)
    # Beyond the candidates: no better than the worst of them.
    best[owners_of(owners, wanted, len(store))] = (float(cosines.min()) - mean) / spread
    np.maximum.at(best, owners[rows], (cosines - mean) / spread)
    return best, float(cosines[0])


def _filled(dense: Mapping[Kind, Scores], each: Mapping[Kind, float]) -> dict[Kind, Scores]:
    """The dense arms weighted; where one has nothing to go by, it gives what the others give on average."""
    if not dense:
        return {}
    weights = np.array([each[kind] for kind in dense])
    values = np.stack(list(dense.values()))
    known = ~np.isnan(values)
    weight = (weights[:, None] * known).sum(axis=0)
    average = (weights[:, None] * np.where(known, values, 0.0)).sum(axis=0) / np.maximum(weight, 1e-9)
    filled = np.where(known, values, average) * (weights * DENSE_WEIGHT / weights.sum())[:, None]
    return dict(zip(dense, filled, strict=True))


def _lexical_arm(generation: Generation, question: Question, asked: Sequence[Asked], allowed: Mask) -> Scores:
    """Each practice's best share of a perfect match, 0–1."""
    store = generation.store
    filters: dict[str, Sequence[str]] = {"kind": question.kinds}
    if question.sections:
        filters["section"] = (*question.sections, "card", "question")
    if not allowed.all():
        filters |= question.filters
    best = np.zeros(len(store))
    for hit in generation.lexical.search(asked, CANDIDATES, filters, pieces=question.settings.grams):
        owner = store.owners[hit.kind][hit.row]
        best[owner] = max(best[owner], hit.score)
    return best


def _words_for_meaning(generation: Generation, found: _Pass, kinds: Sequence[Kind], language: str) -> Slope | None:
    """What a practice in another language would have had from words, by what the nearest ones here had.

    None where every practice speaks the question's language, or none does.
    """
    if not found.dense or language in {"", GLOBAL}:
        return None
    store = generation.store
    group = [name for name in store.languages if language_group(name) == language]
    own = store.speaking(group, kinds)
    if own.all() or not own.any():
        return None
    meaning: Scores = np.sum(list(found.dense.values()), axis=0)
    rows = np.flatnonzero(own)
    nearest = rows[np.argsort(-meaning[rows], kind="stable")[:COMPARED]]
    gave = float(meaning[nearest].mean())
    return Slope(~own, max(0.0, LEXICAL_WEIGHT * float(found.shares[nearest].mean()) / max(gave, 1.0)))


def _arms(found: _Pass, slope: Slope | None) -> dict[str, Scores]:
    """What each arm adds to the score, words made up for where they could not match."""
    words = LEXICAL_WEIGHT * found.shares
    if slope is not None:
        meaning: Scores = np.sum(list(found.dense.values()), axis=0)
        words = np.where(slope.foreign, np.maximum(words, slope.words * np.maximum(meaning, 0.0)), words)
    return dict(found.dense) | {"words": words}


def _moved(generation: Generation, vector: Vectors, totals: Scores) -> Vectors:
    """The question's vector, moved towards the middle of the practices that answer it best."""
    first = np.argsort(-totals, kind="stable")[:FEEDBACK_FROM]
    first = first[totals[first] > 0]
    if not len(first):
        return vector
    middle = np.average([middle_of(generation, int(row)) for row in first], axis=0, weights=totals[first])
    return unit(vector + FEEDBACK * unit(middle.astype(np.float32)))


def middle_of(generation: Generation, row: int, kinds: Sequence[Kind] = KINDS) -> Vectors:
    """The middle of a practice's passages, each kind counting the same: float32 (dimension,), of length 1."""
    numbers = {kind: generation.store.rows_of(row, kind) for kind in kinds}
    parts = [unit(generation.dense[kind].vectors(rows).mean(axis=0)) for kind, rows in numbers.items() if rows]
    return unit(np.mean(parts, axis=0))


def _evidence(found: _Pass, asked: Sequence[Asked]) -> Evidence:
    return Evidence(
        cosine=float(np.mean(list(found.nearest.values()))) if found.nearest else 0.0,
        share=float(found.shares.max(initial=0.0)),
        grams=len({gram for item in asked for word in item.words for gram in grams(word)}),
        dense=bool(found.nearest),
    )
