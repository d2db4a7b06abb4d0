"""bm25s: words alone, in numba."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bm25s
import Stemmer


def build(job: Path, texts: list[str]) -> Callable[[str, int], list[int]]:
    del job
    stemmer = Stemmer.Stemmer("norwegian")

    def tokens(of: str | list[str]) -> object:
        return bm25s.tokenize(of, stopwords="norwegian", stemmer=stemmer, show_progress=False)

    retriever = bm25s.BM25(backend="numba")
    retriever.index(tokens(texts), show_progress=False)

    def search(question: str, limit: int) -> list[int]:
        rows, _ = retriever.retrieve(tokens(question), k=min(limit, len(texts)), show_progress=False)
        return [int(row) for row in rows[0]]

    # The first question compiles.
    search(texts[0], 10)
    return search
