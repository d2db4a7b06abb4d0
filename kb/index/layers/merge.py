"""Rows of a base and of a layer over it as rows of one, in the order in which they would have been written whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.stretches import stretches

Rows = NDArray[np.int64]

GONE = -1


@dataclass(frozen=True, slots=True)
class Merged:
    """Which row of the base or of the layer each row is, and the other way round."""

    source: Rows
    """Per row of both, its row in the base, or the size of the base and its row in the layer."""
    place: Rows
    """Per row of the base, and then of the layer, its row of both; GONE where it has none."""
    base: int
    """The size of the base."""

    def of_base(self, rows: NDArray[np.integer]) -> Rows:
        """Rows of the base as rows of both, without those that are gone."""
        found: Rows = self.place[: self.base][rows]
        kept: Rows = found[found != GONE]
        return kept

    def of_layer(self, rows: NDArray[np.integer]) -> Rows:
        """Rows of the layer as rows of both."""
        found: Rows = self.place[self.base :][rows]
        return found

    def in_base(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows of both are the base's."""
        return self.source[rows] < self.base

    def where(self, row: int) -> tuple[bool, int]:
        """Whether a row of both is the base's, and its row there or in the layer."""
        source = int(self.source[row])
        return source < self.base, source if source < self.base else source - self.base


def merge_practices(base: Sequence[str], layer: Sequence[str], gone: Collection[str]) -> Merged:
    """Practices in order of id; of the base those that are not gone."""
    names = [*base, *layer]
    gone = set(gone)
    kept = [row for row, name in enumerate(base) if name not in gone]
    source = sorted([*kept, *range(len(base), len(names))], key=names.__getitem__)
    return _merged(np.array(source, dtype=np.int64), len(base), len(names))


def merge_passages(
    practices: Merged, base: NDArray[np.int32], layer: NDArray[np.int32]
) -> tuple[Merged, NDArray[np.int32]]:
    """Passages in order of their practices, and the practice of each: int32 (passages,).

    Args:
        practices: the practices of both.
        base: the practice of each of the base's passages, in order.
        layer: the same of the layer.
    """
    others = len(practices.place) - practices.base
    counts = np.concatenate([np.bincount(base, minlength=practices.base), np.bincount(layer, minlength=others)])
    # A practice's passages stand together.
    starts = np.cumsum(counts) - counts
    wanted = counts[practices.source]
    source = stretches(starts[practices.source], wanted)
    owners = np.repeat(np.arange(len(wanted), dtype=np.int32), wanted)
    return _merged(source.astype(np.int64), len(base), len(base) + len(layer)), owners


def _merged(source: Rows, base: int, total: int) -> Merged:
    place = np.full(total, GONE, dtype=np.int64)
    place[source] = np.arange(len(source))
    return Merged(source, place, base)
