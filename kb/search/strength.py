"""How sure a hit is: strong, possible, or none that answers. Calibrated in docs/search-quality.md."""

from __future__ import annotations

import numpy as np

from kb.index.dense import Mask
from kb.search.evidence import Evidence
from kb.search.hits import Strength
from kb.search.scoring import ANSWERS, SURE, Scored

STRONG_EVIDENCE = 0.54
"""No judged question without an answer comes so far, and two of three that something answers."""

SOME_EVIDENCE = 0.43
"""Below lie three of four questions that nothing answers, and one in twenty that something does."""

ENOUGH_GRAMS = 10
"""A question with fewer grams shares many of them with something by chance."""

FEW_WORDS = 3
"""Of so few telling words one is easily found anywhere: they count by how many stand together."""

ENOUGH_PRACTICES = 50
"""Of fewer, meanings are not far enough apart to say that there is nothing: words have a say of their own."""

KEYWORDS = 3.0
"""What a share of a perfect word match counts where there is no model to compare meanings."""


def answering(scored: Scored) -> Mask:
    """Which practices count as answers: bool (number of practices,)."""
    return np.asarray(scored.total >= ANSWERS)


def measure(evidence: Evidence) -> float:
    """How well the best passage agrees, in one figure: low where nothing answers; 0 where nothing telling is asked."""
    if not evidence.words:
        return 0.0
    if not evidence.dense:
        return KEYWORDS * evidence.share
    share = evidence.share * min(1.0, evidence.grams / ENOUGH_GRAMS)
    found = evidence.cosine + (share * evidence.covered if evidence.words <= FEW_WORDS else share)
    return found if evidence.practices >= ENOUGH_PRACTICES else max(found, KEYWORDS * evidence.share)


def list_strength(scored: Scored) -> Strength:
    """The strength of a whole list of results: strong only where a hit is, whatever the filters leave."""
    if scored.titled:
        return "strong"
    sure, best = measure(scored.evidence), float(scored.total.max(initial=-np.inf))
    if best < ANSWERS or sure < SOME_EVIDENCE:
        return "none"
    return "strong" if sure >= STRONG_EVIDENCE and best >= SURE else "possible"


def hit_strength(scored: Scored, row: int, whole: Strength) -> Strength:
    """The strength of one hit of a list with the strength `whole`."""
    if row in scored.titled:
        return "strong"
    if whole == "none" or scored.total[row] < ANSWERS:
        return "none"
    return "strong" if whole == "strong" and scored.total[row] >= SURE else "possible"
