"""The fast runtime: a prepared model in OpenVINO.

In bf16 where the processor multiplies in it, else float32; OpenVINO chooses. Texts are sorted by
length and sent in small batches, because padding costs more than batching gives (measured in
benchmarks/encode.py).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.encoder.layout import ModelLayout
from kb.encoder.protocol import Progress, TextKind
from kb.encoder.unigram import QuestionTokenizer

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

BATCH = 8
STREAMS = 2


class OpenVinoEncoder:
    """An `Encoder` over a prepared model. One query at a time is quick, many are quick together.

    Threads may share it; they take turns, because OpenVINO's requests hold one text at a time.
    """

    runtime = "openvino"

    def __init__(self, layout: ModelLayout) -> None:
        self._layout = layout
        self._lock = threading.Lock()
        self._card = layout.read_card()
        self._quick = QuestionTokenizer(layout.pieces, self._card.max_tokens) if layout.pieces.is_file() else None
        self.name = self._card.name
        self.dimension = self._card.dimension
        self.fingerprint = self._card.fingerprint

    def compile(self, *, many: bool) -> None:
        """Make ready for one text at a time or for many, so that what cannot run here fails now."""
        with self._lock:
            _ = self._queue if many else self._latency

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        """Embed texts; see `Encoder.encode`."""
        prompt = self._card.query_prompt if kind == "query" else self._card.document_prompt
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if len(texts) == 1:
            inputs = self._inputs([self._question(prompt + texts[0])])
            with self._lock:
                vectors[0] = self._latency(inputs)[0][0]
            if progress:
                progress(1)
            return vectors
        tokens = [self._tokens(prompt + text) for text in texts]

        def keep(request: Any, rows: list[int]) -> None:
            vectors[rows] = request.get_output_tensor(0).data
            if progress:
                progress(len(rows))

        with self._lock:
            queue = self._queue
            queue.set_callback(keep)
            for rows in _batches(tokens):
                queue.start_async(self._inputs([tokens[row] for row in rows]), rows)
            queue.wait_all()
        return vectors

    def _question(self, text: str) -> list[int]:
        quick = self._quick.ids(text) if self._quick else None
        return self._tokens(text) if quick is None else quick

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._layout.tokenizer))

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids

    def _inputs(self, tokens: list[list[int]]) -> dict[str, Any]:
        longest = max(map(len, tokens))
        ids = np.full((len(tokens), longest), self._card.pad_id, dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, values in enumerate(tokens):
            ids[row, : len(values)] = values
            mask[row, : len(values)] = 1
        return {"input_ids": ids, "attention_mask": mask}

    @cached_property
    def _latency(self) -> Any:
        return self._compile({"PERFORMANCE_HINT": "LATENCY"})

    @cached_property
    def _queue(self) -> Any:
        import openvino

        model = self._compile({"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": str(STREAMS)})
        return openvino.AsyncInferQueue(model, STREAMS)

    def _compile(self, options: dict[str, str]) -> Any:
        import openvino

        core = openvino.Core()
        core.set_property({"CACHE_DIR": str(self._layout.compiled)})
        return core.compile_model(self._layout.graph, "CPU", options)


def _batches(tokens: list[list[int]]) -> Iterator[list[int]]:
    """Rows in batches of like length, longest first so that the last ones are quick."""
    order = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]
