"""Nearest vectors by pgvector: every inner product of a small index, a graph or an exact scan of a large one.

The graph is not asked within a narrow filter: it would lose one in twenty there, and looking at each that
the filter lets through is as quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from psycopg.sql import SQL, Composed, Identifier

from kb.index.dense import WHOLE_LIMIT, Mask, inner_products
from kb.index.postgres.packing import unpack_vectors
from kb.index.postgres.schema import vector_table
from kb.index.postgres.sessions import Reader
from kb.passages import Kind

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

    Found = tuple[NDArray[np.int64], Vectors]

NARROW = 10_000
"""Rows that a filter may keep for each to be looked at."""


class PostgresDense:
    """Vectors that can be asked for the nearest ones. Safe for many threads."""

    at_hand = False
    """Thousands of rows would be sent for to be compared."""

    def __init__(self, reader: Reader, kind: Kind, size: int, whole_limit: int = WHOLE_LIMIT) -> None:
        self.size = size
        self.whole = size <= whole_limit
        """Small enough for `inner_products`."""
        self._reader = reader
        table = Identifier(vector_table(kind))
        self._all = SQL("SELECT array_agg(-(vec::vector <#> %s::vector)::float4 ORDER BY row) FROM {}").format(table)
        self._chosen = _scored(table, SQL("SELECT row, vec FROM {} WHERE row = ANY(%s)"))
        self._by_graph = _scored(table, SQL("SELECT row, vec FROM {} ORDER BY vec <#> %s::halfvec LIMIT %s"))
        self._filtered = _scored(
            table, SQL("SELECT row, vec FROM {} WHERE get_bit(%s, row) = 1 ORDER BY vec <#> %s::halfvec LIMIT %s")
        )
        self._vectors = lru_cache(maxsize=4096)(partial(_read, reader, table))

    def search(self, query: Vectors, k: int, mask: Mask | None = None) -> Found:
        """The nearest rows to one unit vector, as `kb.index.generation.Dense` has it."""
        allowed = self.size if mask is None else int(mask.sum())
        k = min(k, allowed)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self.whole:
            return _best(self.inner_products(query), k, mask)
        text = _text(query)
        if mask is None or allowed == self.size:
            return self._near(self._by_graph, text, k, text)
        if allowed > NARROW:
            return self._near(self._filtered, np.packbits(mask, bitorder="little").tobytes(), text, k, text)
        rows, scores = self._near(self._chosen, np.flatnonzero(mask).tolist(), text)
        return rows[:k], scores[:k]

    def products(self, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """The inner products of one unit vector with some rows: float32 (len(rows),)."""
        return inner_products(self.vectors(rows.tolist()), query)

    def inner_products(self, query: Vectors) -> Vectors:
        """The inner products of one unit vector with every row: float32 (size,)."""
        found = self._reader.rows(self._all, (_text(query),))[0][0]
        return np.empty(0, np.float32) if found is None else found

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors of some rows: float32 (len(rows), dimension)."""
        return self._vectors(tuple(rows))

    def _near(self, statement: Composed, *values: object) -> Found:
        rows, scores = self._reader.rows(statement, values)[0]
        if rows is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return rows.astype(np.int64), scores


def _scored(table: Identifier, chosen: SQL) -> Composed:
    """The rows that `chosen` picks, as arrays of numbers and inner products, best first.

    In full precision, as an index in a folder has it: halves would cost the fourth digit.
    """
    return SQL(
        "WITH chosen AS MATERIALIZED ({}), scored AS ("
        " SELECT row, -(vec::vector <#> %s::vector)::float4 AS score FROM chosen)"
        " SELECT array_agg(row ORDER BY score DESC, row), array_agg(score ORDER BY score DESC, row) FROM scored"
    ).format(chosen.format(table))


def _read(reader: Reader, table: Identifier, rows: tuple[int, ...]) -> Vectors:
    statement = SQL("SELECT row, vec, vector_dims(vec) FROM {} WHERE row = ANY(%s)").format(table)
    found = {row: (vec, dimension) for row, vec, dimension in reader.rows(statement, (list(rows),))}
    dimension = next((dimension for _, dimension in found.values()), 0)
    return unpack_vectors([found[row][0] for row in rows], dimension)


def _best(scores: Vectors, k: int, mask: Mask | None) -> Found:
    rows = np.arange(len(scores)) if mask is None else np.flatnonzero(mask)
    order = np.argsort(-scores[rows], kind="stable")[:k]
    return rows[order], scores[rows[order]]


def _text(query: Vectors) -> str:
    """A vector as pgvector reads it."""
    return str(query.tolist())
