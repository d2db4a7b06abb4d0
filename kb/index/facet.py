"""The values of a facet, by practice: what they are counted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.stretches import stretches


@dataclass(frozen=True, slots=True)
class Facet:
    """Every value of a facet, and which of them each practice has."""

    values: list[str]
    """Sorted."""
    _bounds: NDArray[np.int64]
    """Where the numbers of each practice begin, and at the end how many there are."""
    _numbers: NDArray[np.int32]
    """The numbers of values, practice by practice."""

    @classmethod
    def of(cls, told: Sequence[tuple[int, str]], practices: int) -> Facet:
        """A facet by the practices that have it and their values, a value each."""
        values = sorted({value for _, value in told})
        number = {value: place for place, value in enumerate(values)}
        owners = np.array([row for row, _ in told], dtype=np.int64)
        numbers = np.array([number[value] for _, value in told], dtype=np.int32)
        order = np.argsort(owners, kind="stable")
        return cls(values, np.searchsorted(owners[order], np.arange(practices + 1)), numbers[order])

    def counts(self, practices: NDArray[np.int64]) -> dict[str, int]:
        """How many of some practices have each value, commonest first; values that none has are left out."""
        begin = self._bounds[practices]
        rows = stretches(begin, self._bounds[practices + 1] - begin)
        totals = np.bincount(self._numbers[rows], minlength=len(self.values))
        # Sorted as they are, the values of equal counts stay in their order.
        found = np.argsort(-totals, kind="stable")[: np.count_nonzero(totals)].tolist()
        return {self.values[place]: int(totals[place]) for place in found}
