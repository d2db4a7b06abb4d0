"""txtai: BM25 and FAISS, their normalised scores added up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from questions import embedder
from txtai import Embeddings


def build(job: Path, texts: list[str]) -> Callable[[str, int], list[int]]:
    embed = embedder(job)
    known = dict(zip(texts, np.load(job / "vectors.npy"), strict=True))

    def transform(given: list[str]) -> Any:
        return np.stack([known[text] if text in known else embed(text) for text in given])

    embeddings = Embeddings({"method": "external", "transform": transform, "hybrid": True})
    embeddings.index(enumerate(texts))

    def search(question: str, limit: int) -> list[int]:
        return [int(row) for row, _ in embeddings.search(question, limit)]

    return search
