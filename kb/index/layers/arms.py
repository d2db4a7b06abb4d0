"""The arms of a generation that is a layer over a base: both are asked, and the better answers win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.index.dense import WHOLE_LIMIT, Mask
from kb.index.generation import Dense, Lexical
from kb.index.layers.merge import GONE, Merged
from kb.index.terms import LexicalHits
from kb.language.concordance import Asked
from kb.passages import KINDS, Kind

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

Found = tuple[NDArray[np.int64], "Vectors"]


class LayeredDense:
    """The vectors of both, that can be asked for the nearest ones. Safe for many threads."""

    at_hand = True
    """`products` is quick for thousands of rows."""

    def __init__(self, base: Dense, layer: Dense, merged: Merged) -> None:
        self._base = base
        self._layer = layer
        self._merged = merged
        self.size = len(merged.source)
        self.whole = self.size <= WHOLE_LIMIT
        """Small enough for `inner_products`."""
        self._gone = int((merged.place[: merged.base] == GONE).sum())

    def search(self, query: Vectors, k: int, mask: Mask | None = None) -> Found:
        """The nearest rows to one unit vector, and their inner products, best first."""
        in_base, in_layer = (None, None) if mask is None else self._split(mask)
        more = self._gone if mask is None else 0
        rows, scores = self._joined(self._base.search(query, k + more, in_base), self._layer.search(query, k, in_layer))
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best]

    def inner_products(self, query: Vectors) -> Vectors:
        """The inner products of one unit vector with every row: float32 (size,)."""
        products: Vectors = np.concatenate([self._base.inner_products(query), self._layer.inner_products(query)])
        return products[self._merged.source]

    def products(self, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """The inner products of one unit vector with some rows: float32 (len(rows),)."""
        ours, source = self._merged.in_base(rows), self._merged.source[rows]
        found = np.empty(len(rows), dtype=np.float32)
        found[ours] = self._base.products(query, source[ours])
        found[~ours] = self._layer.products(query, source[~ours] - self._merged.base)
        return found

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors of some rows: float32 (len(rows), dimension)."""
        wanted = np.asarray(rows, dtype=np.int64)
        ours, source = self._merged.in_base(wanted), self._merged.source[wanted]
        base = self._base.vectors(source[ours].tolist())
        if ours.all():
            return base
        layer = self._layer.vectors((source[~ours] - self._merged.base).tolist())
        found = np.empty((len(wanted), layer.shape[1]), dtype=np.float32)
        found[ours], found[~ours] = base, layer
        return found

    def _split(self, mask: Mask) -> tuple[Mask, Mask]:
        """A mask of both as one of the base and one of the layer."""
        wide = np.zeros(len(self._merged.place), dtype=bool)
        wide[self._merged.source[mask]] = True
        return wide[: self._merged.base], wide[self._merged.base :]

    def _joined(self, base: Found, layer: Found) -> Found:
        """What both found, as rows of both, in no order."""
        there = self._merged.place[base[0]]
        kept = there != GONE
        rows = np.concatenate([there[kept], self._merged.of_layer(layer[0])])
        return rows, np.concatenate([base[1][kept], layer[1]])


class LayeredLexical:
    """The words of both, which tantivy keeps as one index. Safe for many threads."""

    def __init__(self, words: Lexical, merged: Mapping[Kind, Merged]) -> None:
        """`words` gives rows of the base, and those of the layer as if they came after them."""
        self._words = words
        self._merged = merged

    def search(
        self, asked: Sequence[Asked], limit: int, filters: Mapping[str, Iterable[str]], *, pieces: bool = True
    ) -> LexicalHits:
        """The passages that match best, best first; every filter must hold, with any of its values."""
        hits = self._words.search(asked, limit, filters, pieces=pieces)
        rows = hits.rows.copy()
        for number, kind in enumerate(KINDS):
            its = hits.kinds == number
            rows[its] = self._merged[kind].place[hits.rows[its]]
        return LexicalHits(hits.kinds, rows, hits.shares)
