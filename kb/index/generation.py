"""What a search asks of a generation, wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from kb.errors import IndexFault
from kb.index.dense import Mask
from kb.index.layout import Manifest
from kb.index.means import Means
from kb.index.store import Store
from kb.index.terms import LexicalHits
from kb.language.concordance import Asked
from kb.passages import Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kb.encoder.protocol import Vectors


class Lexical(Protocol):
    """Finds passages by the words and pieces of words they share with a question. Safe for many threads."""

    def search(
        self, asked: Sequence[Asked], limit: int, filters: Mapping[str, Iterable[str]], *, pieces: bool = True
    ) -> LexicalHits:
        """The passages that match best, best first; every filter must hold, with any of its values.

        Args:
            asked: the words of the question, with other words for the same.
            limit: how many at most.
            filters: facet to values; `kind` and `section` of the passage are facets here.
            pieces: match pieces of words too, not only whole ones.
        """
        ...


class Dense(Protocol):
    """Vectors that can be asked for the nearest ones. Safe for many threads."""

    size: int
    whole: bool
    """Small enough for `inner_products`."""
    at_hand: bool
    """`products` is quick for thousands of rows."""

    def search(self, query: Vectors, k: int, mask: Mask | None = None) -> tuple[NDArray[np.int64], Vectors]:
        """The nearest rows to one unit vector.

        Args:
            query: float32 (dimension,).
            k: how many at most.
            mask: bool (size,), the rows that may be found; None for all.

        Returns:
            Row numbers and their inner products, best first; fewer than k where fewer may be found.
        """
        ...

    def inner_products(self, query: Vectors) -> Vectors:
        """The inner products of one unit vector with every row: float32 (size,)."""
        ...

    def products(self, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """The inner products of one unit vector with some rows: float32 (len(rows),)."""
        ...

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors of some rows: float32 (len(rows), dimension)."""
        ...


class Generation(Protocol):
    """A whole generation; it is kept for as long as this object lives."""

    name: str
    manifest: Manifest
    damage: str
    """Why this is not the current generation; empty where it is."""

    @property
    def store(self) -> Store:
        """Practices, facets and passages."""
        ...

    @property
    def lexical(self) -> Lexical: ...

    @property
    def dense(self) -> Mapping[Kind, Dense]:
        """The dense arm per kind; empty where the index was made without a model."""
        ...

    @property
    def means(self) -> Means: ...


def instead(held: Generation, fault: IndexFault) -> Generation:
    """A generation that answers in place of one that cannot, and says so."""
    made = held.manifest.created[:16].replace("T", " ")
    held.damage = f"{fault} An earlier one answers, of {made} UTC. {fault.hint}"
    return held
