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

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.index.dense import Mask
from kb.index.generation import Generation
from kb.index.means import GLOBAL, language_group, unit
from kb.passages import KINDS, Kind
from kb.search.arms import ByWords, Look, Scores, by_words, look, owners_of, passage_arm
from kb.search.beside import begun
from kb.search.closer import CLOSER, FEWER_CLOSER, behind, best_of, looked_closer
from kb.search.evidence import Evidence, evidence_of
from kb.search.question import Question

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

WEIGHTS: Mapping[Kind, float] = {"text": 0.5, "card": 1.0, "question": 1.2}
DENSE_WEIGHT = sum(WEIGHTS.values())
"""What the dense arms count for together, also where some are turned off or have nothing to go by."""

LENS_TEXT = 2.0
"""With a lens, what the practices say in those sections counts this many times as much."""

NEAR_BEST = 0.6
"""Asked for lessons, a practice that was stopped comes first if it has this share of the best score, and SURE."""

SURE = 8.0
"""A score that few practices reach by chance."""

LEXICAL_WEIGHT = 30.0
TITLE_BONUS = 40.0

ANSWERS = 4.0
"""From this score on a practice counts as an answer and is in the facet counts."""

NO_ANSWER = float(np.nextafter(ANSWERS, 0.0))
"""The most that a practice can have without counting as one."""

FEEDBACK_FROM = 4
FEEDBACK = 0.5
"""The question moves this far towards the middle of the first answers (Rocchio 1971; dense: Li et al. 2022)."""

COMPARED = 10
"""Answers in the question's language that tell what words would have given one in another."""


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
    first: Look
    """What each arm found by itself, at first sight."""
    slope: Slope | None


@dataclass(frozen=True, slots=True)
class Slope:
    """What words gave for each point of meaning, where they could; elsewhere they are taken to have given as much."""

    foreign: Mask
    """The practices that say nothing in the question's language."""
    words: float


def score(generation: Generation, question: Question, allowed: Mask, words: Future[ByWords] | None = None) -> Scored:
    """Score every allowed practice by each arm and add them up.

    Args:
        generation: what to search.
        question: what to find.
        allowed: what the filters let through: bool (number of practices,).
        words: what words find for it without filters, where they are looked for already.
    """
    if question.vector is None:
        return scored_by_vector(generation, question, allowed, question.kinds, words=words)
    language = generation.means.language_of(question.vector)
    centred = replace(question, vector=generation.means.centre_query(question.vector))
    scored = scored_by_vector(
        generation, centred, allowed, question.kinds, words, language=language, feedback=question.settings.feedback
    )
    stretch = generation.means.stretch(question.vector)
    return replace(scored, evidence=replace(scored.evidence, cosine=stretch * scored.evidence.cosine))


def scored_by_vector(
    generation: Generation,
    question: Question,
    allowed: Mask,
    kinds: Sequence[Kind],
    words: Future[ByWords] | None = None,
    *,
    language: str = "",
    feedback: bool = False,
) -> Scored:
    """As `score`, for a question whose vector is centred already, by the dense arms of these kinds."""
    store = generation.store
    words = words or begun(by_words, generation, question, kinds)
    first = found = look(generation, question, words, kinds, np.ones(len(store), dtype=bool))
    weighted = _weighted(first, question)
    slope = _words_for_meaning(generation, weighted, first, kinds, language)
    moving, closely = feedback and question.vector is not None, _closely(generation, question, first, kinds)
    if not first.complete and not allowed.all() and (not closely or _too_few(first, allowed)):
        words = begun(by_words, generation, question, kinds, question.filters)
        if closely or not moving:
            found = look(generation, question, words, kinds, allowed)
    close: Mask | None = None
    if closely:
        totals = _total(weighted, first, slope)
        near = best_of(totals, first.seen, FEWER_CLOSER)
        among = allowed if allowed.sum() <= CLOSER else found.seen & allowed
        if found is not first:
            totals = _total(_weighted(found, question), found, slope)
        close = best_of(totals, among, CLOSER)
        first = looked_closer(generation, question, first, near, moved=False)
        weighted = _weighted(first, question)
        slope = _words_for_meaning(generation, weighted, first, kinds, language)
    vector = question.vector
    if moving and vector is not None:
        vector = _moved(generation, vector, _total(weighted, first, slope), np.flatnonzero(first.seen))
    moved = replace(question, vector=vector)
    if close is not None:
        found = looked_closer(generation, moved, found, close, moved=moving)
    elif moving:
        found = look(generation, moved, words, kinds, allowed)
    arms = _arms(_weighted(found, question), found, slope)
    total = _answering(_sum(arms.values()), found.seen, close)
    if question.lens:
        allowed = allowed & in_lens(generation, question)
    if question.lens == "lessons":
        best = float(total.max(initial=0.0))
        stopped = store.with_facet("status", ["stopped"]) & (total >= max(SURE, NEAR_BEST * best))
        arms["stopped"] = np.where(stopped, best, 0.0)
        total = total + arms["stopped"]
    titled = frozenset(row for row in store.titled(question.text) if allowed[row])
    total[list(titled)] += TITLE_BONUS
    total[~allowed] = -np.inf
    return Scored(total, arms, question.vector, vector, titled, evidence_of(generation, first), first, slope)


def _answering(totals: Scores, seen: Mask, close: Mask | None) -> Scores:
    """Totals in which those who were looked at closely come first, and whom no arm of a large index found is no answer.

    What an arm did not find is given as much as the last that it found, which may be much.
    """
    if close is not None:
        totals, seen = behind(totals, close), seen | close
    return np.where(seen, totals, np.minimum(totals, NO_ANSWER))


def _closely(generation: Generation, question: Question, first: Look, kinds: Sequence[Kind]) -> bool:
    """Whether the best of a first look are compared by all their passages."""
    return question.vector is not None and not first.complete and all(generation.dense[kind].at_hand for kind in kinds)


def _too_few(first: Look, allowed: Mask) -> bool:
    """Whether what a first look found is mostly filtered away, so that it must look again through the filters."""
    return bool((first.seen & allowed).sum() < min(CLOSER, allowed.sum()))


def score_passages(generation: Generation, scored: Scored) -> Mapping[str, Scores]:
    """Every text passage's score (`all`), and what each arm gives it by itself at first sight.

    A passage counts for what it says and for the practice it stands in. float64 (number of text passages,) each.
    """
    owners = generation.store.owners["text"]
    shares = scored.first.words.passages
    words = LEXICAL_WEIGHT * shares
    if scored.vector is None or scored.start is None:
        return {"all": scored.total[owners] + words, "words": shares}
    meaning = DENSE_WEIGHT * passage_arm(generation, scored.vector)
    if scored.slope is not None:
        made_up = scored.slope.words * np.maximum(meaning, 0.0)
        words = np.where(scored.slope.foreign[owners], np.maximum(words, made_up), words)
    first = passage_arm(generation, scored.start)
    return {"all": scored.total[owners] + meaning + words, "text": first, "words": shares}


def in_lens(generation: Generation, question: Question) -> Mask:
    """Which practices have something to say under the lens; one that was stopped is a lesson as it stands."""
    store = generation.store
    mask = owners_of(store.owners["text"], store.in_sections(question.sections), len(store))
    return mask | store.with_facet("status", ["stopped"]) if question.lens == "lessons" else mask


def _weighted(found: Look, question: Question) -> dict[Kind, Scores]:
    """The dense arms weighted; where one has nothing to go by, it gives what the others give on average."""
    if not found.dense:
        return {}
    each = {**WEIGHTS, "text": WEIGHTS["text"] * (LENS_TEXT if question.lens else 1.0)}
    weights = np.array([[each[kind]] for kind in found.dense])
    values = np.stack(list(found.dense.values()))
    lacking = np.flatnonzero(np.isnan(values.sum(axis=0)))
    if len(lacking):
        values[:, lacking] = _filled_in(values[:, lacking], weights)
    values *= weights * (DENSE_WEIGHT / weights.sum())
    return dict(zip(found.dense, values, strict=True))


def _filled_in(values: Scores, weights: Scores) -> Scores:
    """Arms by practices, what is not known of a practice put in by what is; nothing where nothing is."""
    known = ~np.isnan(values)
    average = np.where(known, weights * values, 0.0).sum(axis=0) / np.maximum((weights * known).sum(axis=0), 1e-9)
    return np.where(known, values, average)


def _words_for_meaning(
    generation: Generation, dense: Mapping[Kind, Scores], found: Look, kinds: Sequence[Kind], language: str
) -> Slope | None:
    """What a practice in another language would have had from words, by what the nearest ones here had.

    None where every practice speaks the question's language, or none that was found does.
    """
    if not dense or language in {"", GLOBAL}:
        return None
    store = generation.store
    group = [name for name in store.languages if language_group(name) == language]
    own = store.speaking(group, kinds)
    if own.all() or not own.any():
        return None
    meaning = _sum(dense.values())
    nearest = highest(meaning, COMPARED, np.flatnonzero(own & found.seen))
    if not len(nearest):
        return None
    gave = float(meaning[nearest].mean())
    return Slope(~own, max(0.0, LEXICAL_WEIGHT * float(found.words.shares[nearest].mean()) / max(gave, 1.0)))


def _arms(dense: Mapping[Kind, Scores], found: Look, slope: Slope | None) -> dict[str, Scores]:
    """What each arm adds to the score, words made up for where they could not match."""
    words = LEXICAL_WEIGHT * found.words.shares
    if slope is not None:
        meaning = _sum(dense.values())
        words = np.where(slope.foreign, np.maximum(words, slope.words * np.maximum(meaning, 0.0)), words)
    return dict(dense) | {"words": words}


def _total(dense: Mapping[Kind, Scores], found: Look, slope: Slope | None) -> Scores:
    """What all arms of a look give together."""
    return _sum(_arms(dense, found, slope).values())


def _sum(arms: Iterable[Scores]) -> Scores:
    # One after the other: side by side in one array they would be copied first.
    return reduce(np.add, arms)


def _moved(generation: Generation, vector: Vectors, totals: Scores, among: NDArray[np.int64]) -> Vectors:
    """The question's vector, moved towards the middle of the practices that answer it best."""
    first = highest(totals, FEEDBACK_FROM, among)
    first = first[totals[first] > 0]
    if not len(first):
        return vector
    middle = np.average(middles_of(generation, first.tolist()), axis=0, weights=totals[first])
    return unit(vector + FEEDBACK * unit(middle.astype(np.float32)))


def highest(scores: Scores, most: int, among: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the highest of some scores stand, best first, and of equal ones the first; `among` is in order."""
    own = scores[among]
    if len(own) > most:
        kept = own >= np.partition(own, -most)[-most]
        among, own = among[kept], own[kept]
    return among[np.argsort(-own, kind="stable")][:most]


def middles_of(generation: Generation, rows: Sequence[int], kinds: Sequence[Kind] = KINDS) -> list[Vectors]:
    """The middles of practices' passages, each kind counting the same: float32 (dimension,) each, of length 1."""
    parts: list[list[Vectors]] = [[] for _ in rows]
    for kind in kinds:
        own = [generation.store.rows_of(row, kind) for row in rows]
        ends = np.cumsum([len(numbers) for numbers in own])
        vectors = generation.dense[kind].vectors([number for numbers in own for number in numbers])
        for part, some in zip(parts, np.split(vectors, ends[:-1]), strict=True):
            if len(some):
                part.append(unit(some.mean(axis=0)))
    return [unit(np.mean(part, axis=0)) for part in parts]
