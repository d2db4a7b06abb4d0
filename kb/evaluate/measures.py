"""How good a ranking is, in a number: nDCG, recall, reciprocal rank, and AUC for queries without an answer.

A ranking is the ids in order, best first; judgments are id to grade, and what is not judged has
grade 0. A query that nothing relevant was judged for says nothing about a ranking: its measure is
None, and means are taken over the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

DEPTH = 10
"""How far down a reader looks."""

RELEVANT = 2
"""The grade from which on recall counts a practice as an answer, where grades go that high."""

Judgments = Mapping[str, int]
Gain = Callable[[int], float]


def linear(grade: int) -> float:
    """The grade itself: what trec_eval and ir-measures count unless told otherwise."""
    return float(grade)


def exponential(grade: int) -> float:
    """2^grade − 1, so that one excellent answer outweighs several fair ones (Burges et al. 2005)."""
    return 2.0**grade - 1


def ndcg(ranking: Sequence[str], judgments: Judgments, *, gain: Gain = exponential, depth: int = DEPTH) -> float | None:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002), 0–1.

    DCG = Σ gain(grade at rank r) / log2(r + 1) over ranks 1 … depth; nDCG = DCG / DCG of the best
    order possible, which takes every judged document into account, found or not.
    """
    ideal = _dcg(sorted(judgments.values(), reverse=True)[:depth], gain)
    if not ideal:
        return None
    return _dcg([judgments.get(key, 0) for key in ranking[:depth]], gain) / ideal


def _dcg(grades: Sequence[int], gain: Gain) -> float:
    return sum(gain(grade) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def recall(ranking: Sequence[str], judgments: Judgments, *, threshold: int = 1, depth: int = DEPTH) -> float | None:
    """Share of the documents of at least grade `threshold` that are among the first `depth`, 0–1.

    |relevant ∩ first depth| / |relevant|, not cut to what there is room for: with more than
    `depth` relevant documents it cannot reach 1.
    """
    relevant = {key for key, grade in judgments.items() if grade >= threshold}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else None


def recall_threshold(judgments: Iterable[Judgments]) -> int:
    """The grade that recall counts from in a set of queries: 2, or 1 where no grade is higher."""
    highest = max((grade for judged in judgments for grade in judged.values()), default=1)
    return max(1, min(RELEVANT, highest))


def reciprocal_rank(ranking: Sequence[str], judgments: Judgments, *, depth: int = DEPTH) -> float | None:
    """1 / rank of the first document of grade 1 or more (Voorhees 1999), 0 beyond `depth`; 0–1."""
    if not any(judgments.values()):
        return None
    ranks = (rank for rank, key in enumerate(ranking[:depth], 1) if judgments.get(key, 0) > 0)
    return 1 / first if (first := next(ranks, 0)) else 0.0


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """How well a number tells two groups apart: area under the ROC curve (Hanley & McNeil 1982), 0–1.

    The share of pairs in which the positive is the higher, a tie counting half: Mann–Whitney's U
    divided by the number of pairs. .5 is chance. None where a group is empty.
    """
    if not positives or not negatives:
        return None
    ordered = np.sort(np.asarray(negatives, dtype=np.float64))
    below = np.searchsorted(ordered, positives, side="left")
    not_above = np.searchsorted(ordered, positives, side="right")
    return float((below + not_above).mean() / (2 * len(ordered)))


def reciprocal_rank_fusion(rankings: Iterable[Sequence[str]], *, k: int = 60) -> list[str]:
    """Rankings joined by the sum of 1 / (k + rank) (Cormack et al. 2009): what most hybrid searches do."""
    totals: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, 1):
            totals[key] = totals.get(key, 0.0) + 1 / (k + rank)
    return sorted(totals, key=lambda key: -totals[key])


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of what there is; None where there is nothing."""
    found = [value for value in values if value is not None]
    return math.fsum(found) / len(found) if found else None
