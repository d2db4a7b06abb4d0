"""One look at the index: what each arm has to say of every practice.

The dense arms compare vectors, the lexical arm words. A small index is looked at whole, so that a
filter can only take away from what was found; of a large one each arm gives its best passages,
and a filter has it look again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.index.dense import Mask
from kb.index.generation import Generation
from kb.language.concordance import Asked, asked_words
from kb.passages import KINDS, Kind
from kb.search.beside import side_by_side
from kb.search.covering import covered
from kb.search.question import Question

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

CANDIDATES, CANDIDATES_OF_MANY = 6000, 4000
"""Passages taken from each arm of a large index before they are joined to practices, and of one above MANY."""

MANY = 500_000
"""Text passages beyond which words take longer to look for than meaning."""

FEWER = 1000
"""Passages taken from a dense arm where those of the practices that are found can be read too."""

SHARING = 2000
"""Passages taken from the lexical arm of an index that is looked at whole: those beyond share next to nothing."""

FIRST = 3
"""Passages that are read to see whether they have the question's words together."""

NONE: Mapping[str, Sequence[str]] = MappingProxyType({})
"""No filters."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ByWords:
    """What the lexical arm finds for a question."""

    asked: tuple[Asked, ...]
    """What was looked for."""
    shares: Scores
    """Each practice's best share of a perfect word match, 0–1: float64 (number of practices,)."""
    passages: Scores
    """The same of each text passage: float64 (number of text passages,)."""
    covered: float
    """The share of the telling words that one of the best passages has, in a form or by another name."""


@dataclass(frozen=True, slots=True)
class Look:
    """What each arm found: float64 (number of practices,) each."""

    dense: Mapping[Kind, Scores]
    """Per dense arm, each practice's best passage in standard deviations above an ordinary practice's.

    Not a number where a practice has no such passage.
    """
    nearest: Mapping[Kind, float]
    """Per dense arm, the cosine of the nearest passage."""
    words: ByWords
    complete: bool
    """Nothing was left out."""
    seen: Mask
    """The practices that an arm found; of a small index all of them: bool (number of practices,)."""
    known: Mapping[Kind, Mask]
    """Per dense arm, whose nearest passage it found: bool (number of practices,) each."""
    ordinary: Mapping[Kind, tuple[float, float]]
    """Per dense arm, mean and spread of what the question gives an ordinary practice."""


@dataclass(frozen=True, slots=True)
class _Arm:
    """What a dense arm found."""

    values: Scores
    """As in `Look.dense`."""
    nearest: float
    ordinary: tuple[float, float]
    seen: NDArray[np.int32]
    """Rows of the practices that it found in a large index."""


def look(
    generation: Generation, question: Question, words: Future[ByWords], kinds: Sequence[Kind], allowed: Mask
) -> Look:
    """Ask the dense arms, while words are looked for, and put what they find side by side."""
    vector, complete = question.vector, looked_at_whole(generation)
    arms: dict[Kind, _Arm] = {}
    if vector is not None:
        ask = partial(_dense_arm, generation, question, vector, allowed, whole=complete)
        arms = dict(zip(kinds, side_by_side(ask, kinds), strict=True))
    by_words = words.result()
    known = {kind: np.full(len(generation.store), complete) for kind in arms}
    for kind, arm in arms.items():
        known[kind][arm.seen] = True
    seen: Mask = np.logical_or.reduce([by_words.shares > 0, *known.values()])
    return Look(
        dense={kind: arm.values for kind, arm in arms.items()},
        nearest={kind: arm.nearest for kind, arm in arms.items()},
        words=by_words,
        complete=complete,
        seen=seen | complete,
        known=known,
        ordinary={kind: arm.ordinary for kind, arm in arms.items()},
    )


def looked_at_whole(generation: Generation) -> bool:
    """Whether the dense arms are so small that nothing is left out."""
    return all(generation.dense[kind].whole for kind in KINDS) if generation.dense else False


def _asked_of(generation: Generation, question: Question) -> tuple[Asked, ...]:
    """The words of a question, and what else they are called."""
    return tuple(asked_words(question.text, generation.store.same_words if question.settings.concordance else None))


def by_words(
    generation: Generation,
    question: Question,
    kinds: Sequence[Kind],
    filters: Mapping[str, Sequence[str]] = NONE,
) -> ByWords:
    """Ask the lexical arm."""
    store, asked = generation.store, _asked_of(generation, question)
    if set(kinds) != set(KINDS):
        filters = {**filters, "kind": kinds}
    if question.sections:
        filters = {**filters, "section": (*question.sections, "card", "question")}
    hits = generation.lexical.search(asked, _limit(generation), filters, pieces=question.settings.grams)
    shares, passages = np.zeros(len(store)), np.zeros(len(store.owners["text"]))
    for number, kind in enumerate(KINDS):
        chosen = hits.kinds == number
        np.maximum.at(shares, store.owners[kind][hits.rows[chosen]], hits.shares[chosen])
        if kind == "text":
            passages[hits.rows[chosen]] = hits.shares[chosen]
    first = zip(hits.kinds[:FIRST].tolist(), hits.rows[:FIRST].tolist(), strict=True)
    texts = (store.passage(KINDS[number], row).embedded for number, row in first)
    return ByWords(asked, shares, passages, max((covered(text, asked) for text in texts), default=0.0))


def _limit(generation: Generation) -> int:
    """How many passages are taken from the lexical arm."""
    if looked_at_whole(generation):
        return SHARING
    return CANDIDATES if len(generation.store.owners["text"]) <= MANY else CANDIDATES_OF_MANY


def passage_arm(generation: Generation, vector: Vectors) -> Scores:
    """Each text passage in standard deviations above an ordinary practice's best: (number of text passages,)."""
    rows, cosines = _nearest(generation, "text", vector, None, whole=generation.dense["text"].whole)
    mean, spread = generation.means.ordinary("text", vector)
    found = np.full(generation.dense["text"].size, (float(cosines.min(initial=1.0)) - mean) / spread)
    found[rows] = (cosines - mean) / spread
    return found


def owners_of(owners: NDArray[np.int32], passages: Mask, practices: int) -> Mask:
    """Which practices own at least one of these passages: bool (practices,)."""
    found = np.zeros(practices, dtype=bool)
    found[owners[passages]] = True
    return found


def _dense_arm(
    generation: Generation, question: Question, vector: Vectors, allowed: Mask, kind: Kind, *, whole: bool
) -> _Arm:
    best, nearest, seen = _cosines(generation, question, vector, allowed, kind, whole=whole)
    mean, spread = ordinary = _of_all(best) if whole else generation.means.ordinary(kind, vector)
    return _Arm((best - mean) / spread, nearest, ordinary, seen)


def _cosines(
    generation: Generation, question: Question, vector: Vectors, allowed: Mask, kind: Kind, *, whole: bool
) -> tuple[Scores, float, NDArray[np.int32]]:
    """The cosine of each practice's nearest passage, and of the nearest of all, and whose passages were found."""
    store = generation.store
    owners = store.owners[kind]
    best = np.full(len(store), np.nan)
    wanted = store.in_sections(question.sections) if kind == "text" and question.sections else None
    if not len(owners) or (wanted is not None and not wanted.any()):
        return best, 0.0, owners[:0]
    if not whole and not allowed.all():
        wanted = allowed[owners] if wanted is None else wanted & allowed[owners]
    rows, cosines = _nearest(generation, kind, vector, wanted, whole=whole)
    if not len(rows):
        return best, 0.0, owners[:0]
    if whole and wanted is None:
        starts = store.starts[kind]
        best[owners[starts]] = np.maximum.reduceat(cosines, starts)
    else:
        # Beyond the candidates of a large index: no better than the worst of them.
        best[store.having[kind] if wanted is None else owners[wanted]] = cosines.min()
        np.maximum.at(best, owners[rows], cosines.astype(np.float64))
    return best, float(cosines.max()), owners[rows]


def _of_all(best: Scores) -> tuple[float, float]:
    """Mean and spread of what is known of every practice."""
    known = best[~np.isnan(best)]
    if not len(known):
        return 0.0, 1.0
    spread = float(known.std())
    return float(known.mean()), spread if spread > 1e-4 else 1.0


def _nearest(
    generation: Generation, kind: Kind, vector: Vectors, wanted: Mask | None, *, whole: bool
) -> tuple[NDArray[np.int64], Vectors]:
    """Rows with their cosines: all of a small index, the best of a large one."""
    index = generation.dense[kind]
    if not whole:
        return index.search(vector, FEWER if index.at_hand else CANDIDATES, wanted)
    cosines = index.inner_products(vector)
    rows = np.arange(index.size) if wanted is None else np.flatnonzero(wanted)
    return rows, cosines[rows]
