"""LanceDB: its full-text index and vectors, joined by reciprocal ranks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.rerankers import RRFReranker
from questions import embedder

EXACT = 100_000
REFINE = 3


def build(job: Path, texts: list[str]) -> Callable[[str, int], list[int]]:
    embed = embedder(job)
    vectors = np.load(job / "vectors.npy")
    folder = job / "lancedb"
    shutil.rmtree(folder, ignore_errors=True)
    kept = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    rows = pa.table({"row": pa.array(range(len(texts)), pa.int64()), "text": texts, "vector": kept})
    table = lancedb.connect(folder).create_table("passages", rows)
    table.create_fts_index("text", language="Norwegian", stem=True, ascii_folding=True, remove_stop_words=True)
    if len(texts) > EXACT:
        table.create_index(metric="cosine", index_type="IVF_HNSW_SQ")
    rerank = RRFReranker()

    def search(question: str, limit: int) -> list[int]:
        asked = table.search(query_type="hybrid").vector(embed(question)).text(question).distance_type("cosine")
        if len(texts) > EXACT:
            asked = asked.refine_factor(REFINE)
        found = asked.rerank(rerank).limit(limit).select(["row"]).to_arrow()
        return [int(row) for row in found["row"].to_pylist()]

    return search
