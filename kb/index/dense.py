"""Nearest vectors by FAISS, by size: exact in half precision, then product quantisation.

The sizes and shares are measured: up to 20,000 passages all are compared, in a millisecond or two;
above that 4-bit product quantisation picks candidates that the fp16 vectors put in order, which at
10,000 practices takes less than half as long as an exact scan. A narrow filter is a bitmap during
the scan; a wide one is met by fetching more and masking, which gives the same answer sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kb.index.means import BLOCK, Sliced

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

NARROW = 0.15
"""Up to this share of the vectors, an exact scan of what the filter lets through is quicker than one of all."""

REFINED, REFINED_OF_MANY, MANY = 4000, 8000, 125_000
"""Candidates of product quantisation that are put in order by their fp16 vectors, up to so many vectors and above.

With fewer, one in a hundred of the nearest ten is lost (python -m benchmarks.recall).
"""

REFINING = 5
"""How many times as long a candidate takes as one in an exact scan."""

OVERFETCH = 5

WHOLE_LIMIT = 20_000
"""Up to here all inner products are taken at once: quicker than keeping the best, and nothing is left out.

Beyond it vectors are quantised.
"""

AT_ONCE = 2048
"""Rows that are compared at a time."""

TRAINING = 65_536
"""Vectors, evenly chosen, that quantisation is learnt from; FAISS takes 4,096 of them for each part."""

Mask = NDArray[np.bool_]


def write(vectors: Sliced, path: Path, *, exact_limit: int = WHOLE_LIMIT) -> None:
    """Build the index that suits the number of vectors, and write it."""
    import faiss

    count, dimension = len(vectors), vectors.shape[1]
    exact = count <= exact_limit
    kind = "SQfp16" if exact else f"PQ{dimension // 4}x4fs,Refine(SQfp16)"
    index = faiss.index_factory(dimension, kind, faiss.METRIC_INNER_PRODUCT)
    if count and not index.is_trained:
        index.train(vectors[np.arange(0, count, -(-count // TRAINING))])
    for start in range(0, count, BLOCK):
        index.add(vectors[start : start + BLOCK])
    faiss.write_index(index, str(path))


class DenseIndex:
    """Vectors that can be asked for the nearest ones. Safe for many threads."""

    at_hand = True
    """`products` is quick for thousands of rows."""

    def __init__(self, path: Path) -> None:
        import faiss

        # Two threads on one query cost more than they give; requests run side by side instead.
        faiss.omp_set_num_threads(1)
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._quantised = isinstance(faiss.downcast_index(self._index), faiss.IndexRefine)
        self.size = int(self._index.ntotal)
        self._refined = REFINED if self.size <= MANY else REFINED_OF_MANY
        self.whole = self.size <= WHOLE_LIMIT
        """Small enough for `inner_products`."""

    def search(self, query: Vectors, k: int, mask: Mask | None = None) -> tuple[NDArray[np.int64], Vectors]:
        """The nearest rows to one unit vector.

        Args:
            query: float32 (dimension,).
            k: how many at most.
            mask: bool (size,), the rows that may be found; None for all.

        Returns:
            Row numbers and their inner products, best first; fewer than k where fewer may be found.
        """
        allowed = self.size if mask is None else int(mask.sum())
        k = min(k, allowed)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if mask is None or allowed == self.size:
            return self._scan(query, k)
        wanted = min(self.size, OVERFETCH * k * self.size // allowed)
        if not self._narrow(allowed, wanted):
            rows, scores = self._scan(query, wanted)
            kept = mask[rows]
            if kept.sum() >= k or wanted == self.size:
                return rows[kept][:k], scores[kept][:k]
        return self._bitmap_scan(query, k, mask)

    def _narrow(self, allowed: int, wanted: int) -> bool:
        """Whether it is quicker to scan the allowed rows alone than to fetch as many as are wanted, and mask them."""
        if self._quantised:
            return allowed <= REFINING * max(wanted, self._refined)
        return allowed <= NARROW * self.size

    def inner_products(self, query: Vectors) -> Vectors:
        """The inner products of one unit vector with every row: float32 (size,)."""
        return inner_products(self._rows, query) if self.size else np.empty(0, dtype=np.float32)

    def products(self, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """The inner products of one unit vector with some rows: float32 (len(rows),)."""
        import faiss

        exact, codes = self._exact, self._codes
        some = faiss.IndexScalarQuantizer(exact.d, exact.sq.qtype, exact.metric_type)
        found = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), AT_ONCE):
            its = np.take(codes, rows[start : start + AT_ONCE], axis=0, mode="clip")
            some.reset()
            some.add_sa_codes(its)
            scores, places = some.search(query[None, :], len(its))
            found[start + places[0]] = scores[0]
        return found

    @cached_property
    def _rows(self) -> Vectors:
        """Every vector in full precision; a few tens of megabytes at most."""
        return np.ascontiguousarray(self.vectors(range(self.size)))

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors of some rows: float32 (len(rows), dimension)."""
        wanted = np.asarray(rows, dtype=np.int64)
        if "_rows" in self.__dict__:
            return self._rows[wanted]
        found: Vectors = self._exact.sa_decode(self._codes[wanted])
        return found

    @cached_property
    def _exact(self) -> Any:
        """The vectors in half precision."""
        import faiss

        index: Any = faiss.downcast_index(self._index)
        return faiss.downcast_index(index.refine_index) if self._quantised else index

    @cached_property
    def _codes(self) -> NDArray[np.uint8]:
        """Them as they are in the file, which is mapped: uint8 (size, 2 · dimension)."""
        import faiss

        if not self.size:
            return np.empty((0, self._exact.code_size), dtype=np.uint8)
        flat: NDArray[np.uint8] = faiss.rev_swig_ptr(self._exact.codes.data(), self.size * self._exact.code_size)
        return flat.reshape(self.size, -1)

    def _scan(self, query: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        import faiss

        parameters = None
        if self._quantised:
            parameters = faiss.IndexRefineSearchParameters(k_factor=max(1.0, self._refined / k))
        return _trimmed(*self._index.search(query[None, :], k, params=parameters))

    def _bitmap_scan(self, query: Vectors, k: int, mask: Mask) -> tuple[NDArray[np.int64], Vectors]:
        import faiss

        bits = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        return _trimmed(*self._exact.search(query[None, :], k, params=faiss.SearchParameters(sel=selector)))


def inner_products(rows: Vectors, query: Vectors) -> Vectors:
    """The inner product of each row with one vector: float32 (len(rows),); in this thread alone, unlike NumPy's."""
    import faiss

    found = np.empty(len(rows), dtype=np.float32)
    query = np.ascontiguousarray(query, dtype=np.float32)
    pointers = (faiss.swig_ptr(array) for array in (found, query, rows))
    faiss.fvec_inner_products_ny(*pointers, rows.shape[1], len(rows))
    return found


def _trimmed(scores: Vectors, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], Vectors]:
    found = rows[0] >= 0
    return rows[0][found], scores[0][found]
