"""Vectors of a generation in a file that is mapped, so that any number of them can be read in rows."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.index.means import centre
from kb.index.vectors import Keys, VectorCache

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors


@dataclass(frozen=True, slots=True)
class Matrix:
    """Some rows of the mapped vectors; read in slices, like an array of shape (rows, dimension)."""

    mapped: Vectors
    """float32 (different texts, dimension)."""
    places: NDArray[np.int64]
    """Where each row's vector stands in `mapped`."""
    languages: NDArray[np.str_]
    """Each row's language group."""
    means: Mapping[str, Vectors] | None = None
    """What is taken out of each row, by language group; None for nothing."""

    def __len__(self) -> int:
        return len(self.places)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.places), self.mapped.shape[1]

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> Vectors:
        vectors: Vectors = np.asarray(self.mapped[self.places[rows]])
        return vectors if self.means is None else centre(vectors, self.languages[rows], self.means)


@contextmanager
def mapped(cache: VectorCache, keys: Keys, dimension: int, folder: Path) -> Iterator[Vectors]:
    """The vectors of sorted keys, mapped from a file in `folder` that is gone afterwards, also after a kill.

    Raises:
        sqlite3.DatabaseError: the cache lacks one, or holds one of another length: it is damaged.
    """
    if not len(keys):
        yield np.empty((0, dimension), dtype=np.float32)
        return
    with tempfile.TemporaryFile(dir=folder) as file:
        file.truncate(len(keys) * dimension * 4)
        vectors: Vectors = np.memmap(file, dtype=np.float32, mode="r+", shape=(len(keys), dimension))
        filled = 0
        for found, block in cache.blocks(dimension):
            places = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
            wanted = keys[places] == found
            vectors[places[wanted]] = block[wanted]
            filled += int(wanted.sum())
        if filled != len(keys):
            raise sqlite3.DatabaseError("a vector is missing")
        yield vectors
