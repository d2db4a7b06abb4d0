"""The best hits in another order, by figures that a model gave for question and practice read together.

The totals stay those of their places and are dealt out anew, so that what answers, how sure it is
and what can be filtered by are decided before, and scores go on falling down the list.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kb.errors import EncoderError
from kb.passages import Passage
from kb.practice import Practice
from kb.search.arms import Scores
from kb.search.scoring import Scored
from kb.search.strength import answering

RERANKED = 30
"""How many of the best are put in order; whatever lies after keeps its place."""

Rows = NDArray[np.int64]


def pair_text(practice: Practice, passage: Passage) -> str:
    """What is read of a practice beside the question; it is cut from the end where a model reads less."""
    return "\n".join(part for part in (practice.title, practice.summary, passage.text) if part)


def reranked(scored: Scored, order: Rows, gave: Scores) -> Scored:
    """The scores with the first of `order`, which is best first, put in order by what the reranker `gave` for each.

    A practice whose title is the question stays first, and what answers stays before what does not.
    """
    first = order[: len(gave)]
    gave = np.where(np.isin(first, list(scored.titled)), np.inf, gave)
    total = dealt(scored.total, order, first[np.lexsort((-gave, ~answering(scored)[first]))])
    difference = np.zeros_like(total)
    difference[first] = total[first] - scored.total[first]
    return replace(scored, total=total, arms={**scored.arms, "reranker": difference})


def dealt(total: Scores, order: Rows, first: Rows) -> Scores:
    """The totals of the first places of `order` dealt out to `first`; equal ones lifted a hair, to keep the order."""
    places, rest = order[: len(first)], order[len(first) :]
    after = total[rest[0]] if len(rest) else -np.inf
    found = total.copy()
    for place, row in zip(places[::-1], first[::-1], strict=True):
        after = found[row] = max(total[place], np.nextafter(after, np.inf))
    return found


def refusal(error: EncoderError) -> str:
    """That there is no reranking, as a sentence for the reader."""
    return f"The best hits are not reranked: {error} {error.hint}".strip()
