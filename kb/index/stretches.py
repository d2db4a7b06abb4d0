"""Rows that stand together, such as a practice's passages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stretches(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of stretches, one after the other; each begins at its start and is as long as its length."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())
