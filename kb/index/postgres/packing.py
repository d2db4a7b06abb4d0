"""Vectors and lists of numbers as the bytes that a database keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import sub
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

_WIDTHS: Mapping[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}


def pack(numbers: Sequence[int]) -> bytes:
    """Whole numbers in as few bytes each as the largest takes; the first byte says how many."""
    largest = max(numbers, default=0)
    if largest < 256:
        # Most lists are short, and NumPy takes its time to begin.
        return b"\x01" + bytes(list(numbers))
    width = 2 if largest < 65_536 else 4
    return bytes([width]) + bytes(np.array(numbers, dtype=_WIDTHS[width]))


def unpack(data: bytes) -> NDArray[np.uint32]:
    """What `pack` packed."""
    numbers: NDArray[Any] = np.frombuffer(data, dtype=_WIDTHS[data[0]], offset=1)
    return numbers.astype(np.uint32)


def pack_rising(numbers: Sequence[int]) -> bytes:
    """Numbers in rising order, by what each is more than the one before."""
    return pack([*numbers[:1], *map(sub, numbers[1:], numbers)])


def unpack_rising(data: bytes) -> NDArray[np.uint32]:
    """What `pack_rising` packed."""
    return np.cumsum(unpack(data), dtype=np.uint32)


def pack_vectors(vectors: Vectors) -> list[bytes]:
    """Vectors as pgvector sends and receives its `halfvec`: dimension, nothing, then half floats, all big-endian."""
    head = np.array([vectors.shape[1], 0], dtype=">u2").tobytes()
    return [head + row.tobytes() for row in vectors.astype(">f2")]


def unpack_vectors(data: list[bytes], dimension: int) -> Vectors:
    """What pgvector sends: float32 (len(data), dimension)."""
    values = np.frombuffer(b"".join(item[4:] for item in data), dtype=">f2")
    return values.reshape(len(data), dimension).astype(np.float32)
