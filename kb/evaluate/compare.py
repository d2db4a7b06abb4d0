"""Two runs on the same queries, compared query by query.

Queries differ far more than systems do, so a difference is taken per query first. How far its mean
may be chance is told by the bootstrap (Sakai 2006): queries are drawn with replacement, again and
again, and 95 % of the means of what was drawn lie in the interval. If 0 lies in it too, these queries
cannot tell the two runs apart.

Sakai, T. (2006): Evaluating evaluation metrics based on the bootstrap. SIGIR 2006.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kb.errors import EvaluationError

TIE = 1e-9
"""A smaller difference is none."""

RESAMPLES = 10_000
SEED = 20060806
"""Fixed, so that the same two runs always get the same interval."""

INTERVAL = (2.5, 97.5)
"""Percentiles: the middle 95 %."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one run stands against an earlier one, by one measure on the queries that both answered."""

    queries: int
    wins: int
    """Queries on which the new run is better."""
    ties: int
    losses: int
    mean_difference: float
    """New less earlier."""
    low: float
    """Of the 95 % interval of the mean difference."""
    high: float
    left_out: int
    """Queries that only one of the two has a value for."""


def compare(new: Mapping[str, float], earlier: Mapping[str, float]) -> Comparison:
    """Compare two runs by their values per query id.

    Raises:
        EvaluationError: they have no query in common.
    """
    common = sorted(new.keys() & earlier.keys())
    if not common:
        raise EvaluationError("The two runs have no judged query in common.", hint="Give runs on the same queries.")
    differences = np.array([new[name] - earlier[name] for name in common], dtype=np.float64)
    tied = np.abs(differences) < TIE
    draws = np.random.default_rng(SEED)
    means = [differences[draws.integers(len(common), size=len(common))].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, INTERVAL)
    return Comparison(
        queries=len(common),
        wins=int((~tied & (differences > 0)).sum()),
        ties=int(tied.sum()),
        losses=int((~tied & (differences < 0)).sum()),
        mean_difference=float(differences.mean()),
        low=float(low),
        high=float(high),
        left_out=len(new.keys() ^ earlier.keys()),
    )
