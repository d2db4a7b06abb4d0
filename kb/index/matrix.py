"""Vectors of a generation in a file that is mapped, so that any number of them can be read in rows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.index.means import centre
from kb.index.vectors import DamagedCache, Keys, VectorCache

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


def mapped(cache: VectorCache, keys: Keys, dimension: int, folder: Path | None) -> Vectors:
    """The vectors of sorted keys: float32 (len(keys), dimension), mapped from a file without a name.

    The file is gone with the array, and with the process. It lies in `folder`, or where this machine has such files.

    Raises:
        DamagedCache: the cache lacks one, or holds one of another length.
    """
    if not len(keys):
        return np.empty((0, dimension), dtype=np.float32)
    with tempfile.TemporaryFile(dir=folder) as file:
        _make_room(file.fileno(), len(keys) * dimension * 4)
        vectors: Vectors = np.memmap(file, dtype=np.float32, mode="r+", shape=(len(keys), dimension))
    filled = 0
    for found, block in cache.blocks():
        if block.shape[1] != dimension:
            raise DamagedCache
        places = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
        wanted = keys[places] == found
        vectors[places[wanted]] = block[wanted]
        filled += int(wanted.sum())
    if filled != len(keys):
        raise DamagedCache
    return vectors


def _make_room(file: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        # A full disk is told here: a hole that cannot be filled later would end the process.
        os.posix_fallocate(file, 0, size)
    else:
        os.ftruncate(file, size)
