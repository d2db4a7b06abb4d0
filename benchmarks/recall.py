"""How many of the ten nearest passages the vector index finds, beside a scan of every vector.

Run: python -m benchmarks.recall [--sizes 1000]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

import kb
from benchmarks.measure import Measurement, Row, Scale, alone
from benchmarks.prepared import indexed
from benchmarks.query import ASKS, MILLION, questions
from kb.encoder import load_encoder
from kb.index.dense import Mask
from kb.index.generation import Dense
from kb.index.layout import IndexLayout
from kb.index.reader import FolderGeneration
from kb.passages import KINDS
from kb.search import facets

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

QUESTIONS, QUICK_QUESTIONS = 60, 20
NEAREST = 10
AT_ONCE = 16_384
_AIM = 0.99


def measure(scale: Scale) -> Iterator[Row]:
    texts = questions(QUICK_QUESTIONS if scale.quick else QUESTIONS)
    for size in scale.sizes:
        config = indexed(size)
        generation = FolderGeneration(IndexLayout(config.index))
        encoded = load_encoder(config, many=True).encode(texts, "query")
        asked = np.stack([generation.means.centre_query(vector) for vector in encoded])
        vocabulary = kb.KnowledgeBase(config).vocabulary
        for kind in KINDS:
            index = generation.dense[kind]
            truth = inner_products(index, asked)
            for ask in ASKS:
                wanted = facets.resolve({**ask.filters}, vocabulary, generation.store)  # type: ignore[dict-item]
                mask = facets.mask(wanted, generation.store)[generation.store.owners[kind]]
                found = [recall(index, one, products, mask) for one, products in zip(asked, truth, strict=True)]
                sizes = {"practices": size, "passages": index.size, "questions": len(texts)}
                case = f"{size:,} practices, {kind}, {ask.name}: recall@{NEAREST}"
                yield MEASUREMENT.row(case, "mean", [float(np.mean(found))], sizes, at_least=_AIM)


def inner_products(index: Dense, asked: Vectors) -> Vectors:
    """Of every question with every stored vector: float32 (questions, vectors)."""
    starts = range(0, index.size, AT_ONCE)
    blocks = [index.vectors(range(start, min(index.size, start + AT_ONCE))) @ asked.T for start in starts]
    return np.concatenate(blocks).T


def recall(index: Dense, asked: Vectors, products: Vectors, mask: Mask) -> float:
    """The share of the nearest that are found; one that is as near as the last of them is as good."""
    allowed = products[mask]
    k = min(NEAREST, len(allowed))
    if not k:
        return 1.0
    least = np.partition(allowed, -k)[-k] - np.float32(1e-6)
    rows, _ = index.search(asked, k, mask)
    return float((products[rows] >= least).sum()) / k


MEASUREMENT = Measurement(
    "recall",
    "What the vector index finds",
    "The ten passages nearest to judged questions, of each kind and with each filter, as the index finds them, beside "
    "the inner products with every vector that is kept. The mean over the questions.",
    measure,
    full=Scale((1000, 10_000, MILLION), 1),
    quick=Scale((1000,), 1, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
