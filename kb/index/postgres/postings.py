"""Which passages have which terms, and how often: lists of passages by term, as few bytes as will do.

Passages are numbered through all kinds, practice by practice. A list is cut into blocks of practices, so
that it can be made with bounded memory and lie on several nodes.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kb.index.postgres.packing import pack, pack_rising
from kb.index.store import Record
from kb.index.terms import indexed_terms
from kb.passages import KINDS, Kind

BLOCK = 1024
"""Practices in a block."""

_EXACT = 24
LENGTHS = np.array(
    [
        *range(_EXACT),
        *(_EXACT + (low if high == 0 else (low | 8) << (high - 1)) for high in range(29) for low in range(8)),
    ]
)
"""The lengths of passages that BM25 tells apart: tantivy keeps the nearest one below, in a byte, as Lucene does."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Passages of all kinds, numbered as the postings have them; arrays side by side."""

    kinds: NDArray[np.int64]
    rows: NDArray[np.int64]
    practices: NDArray[np.int64]

    def first_of_block(self, block: int) -> int:
        """The number of the first passage of a block."""
        return int(np.searchsorted(self.practices, block * BLOCK))


def numbered(owners: Mapping[Kind, NDArray[np.int32]]) -> Numbered:
    """The numbers of passages, from the practices that those of each kind belong to."""
    kinds = np.repeat(np.arange(len(KINDS)), [len(owners[kind]) for kind in KINDS])
    rows = np.concatenate([np.arange(len(owners[kind])) for kind in KINDS])
    practices = np.concatenate([owners[kind] for kind in KINDS]).astype(np.int64)
    order = np.lexsort((rows, kinds, practices))
    return Numbered(kinds[order], rows[order], practices[order])


@dataclass(frozen=True, slots=True)
class Block:
    """The passages of some practices by their terms."""

    number: int
    tokens: int
    lengths: bytes
    """The place of each passage's length in LENGTHS."""
    terms: Mapping[str, tuple[array[int], array[int]]]
    """Each term with the passages that have it, numbered within the block, and how often each does."""

    def postings(self) -> Iterator[tuple[str, int, bytes, bytes]]:
        """Rows of the table `posting`."""
        for term, (documents, frequencies) in self.terms.items():
            yield term, self.number, pack_rising(documents), pack(frequencies)


def blocks(records: Sequence[Record]) -> Iterator[Block]:
    """Practices in order, a block at a time."""
    for number, start in enumerate(range(0, len(records), BLOCK)):
        yield _block(number, records[start : start + BLOCK])


def _block(number: int, records: Sequence[Record]) -> Block:
    terms: dict[str, tuple[array[int], array[int]]] = {}
    counts: list[int] = []
    texts = chain.from_iterable(_in_order(record) for record in records)
    for document, text in enumerate(texts):
        found = Counter(indexed_terms(text))
        counts.append(found.total())
        for term, frequency in found.items():
            documents, frequencies = terms.setdefault(term, (array("I"), array("I")))
            documents.append(document)
            frequencies.append(frequency)
    lengths = np.searchsorted(LENGTHS, counts, side="right") - 1
    return Block(number, sum(counts), lengths.astype(np.uint8).tobytes(), terms)


def _in_order(record: Record) -> list[str]:
    """What a practice is found by, numbered as `numbered` has it."""
    return [passage.embedded for kind in KINDS for passage in record.passages if passage.kind == kind]
