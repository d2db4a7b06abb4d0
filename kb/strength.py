"""How sure a hit is: strong, possible, or none that answers. Calibrated in docs/search-quality.md."""

from __future__ import annotations

import numpy as np

from kb.arms import Mask
from kb.hits import Strength
from kb.scoring import ANSWERS, SURE, Evidence, Scored

STRONG_EVIDENCE = 0.45
"""From here on the first hit answered four of five judged questions, and no question without an answer came near."""

SOME_EVIDENCE = 0.30
"""Below lie seven of ten questions that nothing answers, and one in fourteen that something does."""

ENOUGH_GRAMS = 10
"""A question with fewer grams shares many of them with something by chance."""

ENOUGH_WORDS = 4
FEW_WORDS = 0.07
"""What agreement is worth less for each telling word that a question lacks: one in two is easily found by chance."""

KEYWORDS = 3.0
"""What a share of a perfect word match counts where there is no model to compare meanings."""


def answering(scored: Scored) -> Mask:
    """Which practices count as answers: bool (number of practices,)."""
    return np.asarray(scored.total >= ANSWERS)


def measure(evidence: Evidence) -> float:
    """How well the best passage agrees, in one figure: low where nothing answers."""
    if not evidence.dense:
        return KEYWORDS * evidence.share
    enough = min(1.0, evidence.grams / ENOUGH_GRAMS)
    found = evidence.cosine + evidence.share * enough - FEW_WORDS * max(0, ENOUGH_WORDS - evidence.words)
    return max(found, SOME_EVIDENCE) if evidence.named else found


def list_strength(scored: Scored) -> Strength:
    """The strength of a whole list of results."""
    if scored.titled:
        return "strong"
    sure = measure(scored.evidence)
    if not answering(scored).any() or sure < SOME_EVIDENCE:
        return "none"
    return "strong" if sure >= STRONG_EVIDENCE else "possible"


def hit_strength(scored: Scored, row: int, whole: Strength) -> Strength:
    """The strength of one hit of a list with the strength `whole`."""
    if row in scored.titled:
        return "strong"
    if whole == "none" or scored.total[row] < ANSWERS:
        return "none"
    return "strong" if whole == "strong" and scored.total[row] >= SURE else "possible"
