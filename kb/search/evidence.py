"""How well the best passages agree with a question in absolute terms, where scores only compare them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.index.generation import Generation
from kb.language.highlight import SMALL_WORDS
from kb.language.text import grams
from kb.search.arms import Look


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells an answer from the nearest of the unrelated; whatever the filters."""

    cosine: float = 0.0
    """How near the nearest passage is, on average over the dense arms."""
    share: float = 0.0
    """The best share of a perfect word match."""
    covered: float = 0.0
    """The share of the telling words that one of the best passages has, in a form or by another name."""
    words: int = 0
    """How many telling words the question has; none where it has small words alone."""
    grams: int = 0
    """How many different grams they have."""
    practices: int = 0
    """How many there are: of few, the language's mean is made of the practices themselves, and all are far."""
    dense: bool = False


def evidence_of(generation: Generation, found: Look) -> Evidence:
    """The evidence of a first look."""
    asked = found.words.asked
    return Evidence(
        cosine=float(np.mean(list(found.nearest.values()))) if found.nearest else 0.0,
        share=float(found.words.shares.max(initial=0.0)),
        covered=found.words.covered,
        words=sum(len(item.words) for item in asked if not SMALL_WORDS.issuperset(item.words)),
        grams=len({gram for item in asked for word in item.words for gram in grams(word)}),
        practices=len(generation.store),
        dense=bool(found.nearest),
    )
