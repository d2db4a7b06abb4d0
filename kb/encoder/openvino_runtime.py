"""The fast runtime: a prepared model in OpenVINO.

In bf16 where the processor multiplies in it, else float32; OpenVINO chooses. Texts are sorted by
length and sent in small batches, because padding costs more than batching gives (measured in
benchmarks/encode.py). Many texts are a pipeline: while OpenVINO's own threads multiply, Python
reads and tokenises what comes next and the caller keeps what is done.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.encoder.layout import ModelLayout
from kb.encoder.protocol import Lot, Text, TextKind
from kb.encoder.unigram import QuestionTokenizer
from kb.encoder.window import FEW, lots

if TYPE_CHECKING:
    from pathlib import Path

    from kb.encoder.protocol import Vectors

BATCH = 8
LOT = 64
"""Texts tokenised at once, to be put in batches by their tokens."""

REQUESTS = 2
"""Batches a job: one that is multiplied and one that waits."""


class OpenVinoEncoder:
    """An `Encoder` over a prepared model. One query at a time is quick, many are quick together.

    Threads may share it. Single texts take turns, because OpenVINO's request holds one at a time.
    """

    runtime = "openvino"
    lot = LOT

    def __init__(self, layout: ModelLayout, jobs: int = 1, callers: int = 1) -> None:
        """`jobs`: how many processors many texts at once may use; `callers`: how many threads share them."""
        self._layout = layout
        self._jobs = jobs
        self._callers = callers
        self._lock = threading.Lock()
        self._card = layout.read_card()
        self._quick = QuestionTokenizer(layout.pieces, self._card.max_tokens) if layout.pieces.is_file() else None
        self.name = self._card.name
        self.dimension = self._card.dimension
        self.fingerprint = self._card.fingerprint

    def compile(self, *, many: bool) -> None:
        """Make ready for one text at a time or for many, so that what cannot run here fails now."""
        with self._lock:
            _ = self._throughput if many else self._latency

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embed texts; see `Encoder.encode`."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if len(texts) == 1:
            inputs = self._inputs([self._question(self._prompt(kind) + texts[0])])
            with self._lock:
                vectors[0] = self._latency(inputs)[0][0]
            return vectors
        for lot in self.stream((text, kind) for text in texts):
            vectors[lot.places] = lot.vectors
        return vectors

    def stream(self, texts: Iterable[Text]) -> Iterator[Lot]:
        """Embed texts as they come; see `Encoder.stream`."""
        texts, few = _few(texts)
        if few and "_throughput" not in self.__dict__:
            yield from (Lot([place], self.encode([text], kind)) for place, (text, kind) in enumerate(texts))
            return
        self.compile(many=True)
        yield from self.many(texts)

    def many(self, texts: Iterable[Text]) -> Iterator[Lot]:
        """Embed texts as they come, with what is made for many."""
        idle = [self._throughput.create_infer_request() for _ in range(max(1, REQUESTS * self._jobs // self._callers))]
        running: deque[tuple[Any, list[int]]] = deque()
        # Without callbacks: one that is still ending when the model goes would wait for Python, and Python for it.
        try:
            for places, tokens in self._batches(texts):
                inputs = self._inputs(tokens)
                lot = None if idle else _finished(*running[0])
                request = idle.pop() if idle else running.popleft()[0]
                request.start_async(inputs)
                running.append((request, places))
                if lot:
                    yield lot
            while running:
                yield _finished(*running.popleft())
        finally:
            for request, _ in running:
                request.wait()

    def _batches(self, texts: Iterable[Text]) -> Iterator[tuple[list[int], list[list[int]]]]:
        """Batches of like length with their places in the stream, longest first so that the last ones are quick."""
        for places, lot in lots(texts, self.lot):
            # A few texts are cut sooner than the whole tokenizer is read.
            cut = self._question if len(lot) < LOT and "_tokenizer" not in self.__dict__ else self._tokens
            tokens = [cut(self._prompt(kind) + text) for text, kind in lot]
            order = sorted(range(len(lot)), key=lambda row: -len(tokens[row]))
            for rows in self.cut([len(tokens[row]) for row in order]):
                yield [places[order[row]] for row in rows], [tokens[order[row]] for row in rows]

    def cut(self, lengths: Sequence[int]) -> Iterator[range]:
        """Where to cut texts of these lengths, the longest first, into batches."""
        return (range(start, min(start + BATCH, len(lengths))) for start in range(0, len(lengths), BATCH))

    def _prompt(self, kind: TextKind) -> str:
        return self._card.query_prompt if kind == "query" else self._card.document_prompt

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

    def _inputs(self, tokens: list[list[int]], width: int = 0) -> dict[str, Any]:
        width = width or max(map(len, tokens))
        ids = np.full((len(tokens), width), self._card.pad_id, dtype=np.int64)
        mask = np.zeros((len(tokens), width), dtype=np.int64)
        for row, values in enumerate(tokens):
            ids[row, : len(values)] = values
            mask[row, : len(values)] = 1
        return {"input_ids": ids, "attention_mask": mask}

    @cached_property
    def _latency(self) -> Any:
        return self._compile({"PERFORMANCE_HINT": "LATENCY"}, self._layout.graph)

    @cached_property
    def _throughput(self) -> Any:
        return self._compile(self._for_many(), self._layout.graph)

    def _for_many(self) -> dict[str, str]:
        # A stream a job, each on a processor of its own: faster than one stream on all of them.
        jobs = str(self._jobs)
        return {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": jobs, "INFERENCE_NUM_THREADS": jobs}

    def _compile(self, options: dict[str, str], graph: Path) -> Any:
        core = library().Core()
        core.set_property({"CACHE_DIR": str(self._layout.compiled)})
        return core.compile_model(graph, "CPU", options)


def _few(texts: Iterable[Text]) -> tuple[Iterable[Text], bool]:
    """The same texts, and whether they are few."""
    coming = iter(texts)
    first = list(islice(coming, FEW + 1))
    return chain(first, coming), len(first) <= FEW


def library() -> Any:
    """OpenVINO without its converter, which takes longer to import than the rest and brings telemetry with it."""
    # Where that part is not installed the library goes on without; None stands for what is not.
    sys.modules.setdefault(_CONVERTER, None)  # type: ignore[arg-type]
    try:
        import openvino
    finally:
        if sys.modules[_CONVERTER] is None:
            del sys.modules[_CONVERTER]
    return openvino


_CONVERTER = "openvino.tools.ovc"


def _finished(request: Any, places: list[int]) -> Lot:
    """What a request gives, once it is done; its next batch is written over its output."""
    request.wait()
    return Lot(places, request.get_output_tensor(0).data.copy())
