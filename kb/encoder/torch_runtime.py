"""The plain runtime: sentence-transformers in torch, on CUDA where there is a card."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.encoder.layout import prepared
from kb.encoder.prepare import model_card, open_model
from kb.encoder.protocol import Lot, Text, TextKind
from kb.encoder.window import lots

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

BATCH = 8
CUDA_BATCH = 128
AHEAD = 2
"""Lots that wait for the model while the caller keeps another."""


class TorchEncoder:
    """An `Encoder` over sentence-transformers."""

    def __init__(self, model: str, adapter: Path | None = None, jobs: int = 0) -> None:
        """`jobs`: how many processors it may use; 0 leaves that to torch."""
        import torch

        if jobs:
            torch.set_num_threads(jobs)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = open_model(model, self._device, adapter)
        self._card = model_card(self._model, model)
        if not (layout := prepared(model, adapter)).card.is_file():
            layout.write_card(self._card)
        # A tokenizer is set up anew for each batch: two threads at once would break it.
        self._lock = threading.Lock()
        self.name = model
        self.runtime = f"torch-{self._device}"
        self.dimension = self._card.dimension
        self.fingerprint = self._card.fingerprint

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embed texts; see `Encoder.encode`."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for lot in self.stream((text, kind) for text in texts):
            vectors[lot.places] = lot.vectors
        return vectors

    def stream(self, texts: Iterable[Text]) -> Iterator[Lot]:
        """Embed texts as they come; see `Encoder.stream`.

        The model works on the next lot in a thread of its own while the caller keeps the last.
        """
        size = CUDA_BATCH if self._device == "cuda" else BATCH
        with ThreadPoolExecutor(max_workers=1) as model:
            waiting: deque[Future[Lot]] = deque()
            for places, lot in lots(texts, size):
                waiting.append(model.submit(self._lot, places, lot))
                while len(waiting) > AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _lot(self, places: list[int], lot: list[Text]) -> Lot:
        vectors = np.empty((len(lot), self.dimension), dtype=np.float32)
        for kind in dict.fromkeys(kind for _, kind in lot):
            rows = [row for row, (_, its) in enumerate(lot) if its == kind]
            with self._lock:
                vectors[rows] = self._model.encode(
                    [lot[row][0] for row in rows],
                    prompt=self._card.query_prompt if kind == "query" else self._card.document_prompt,
                    batch_size=len(rows),
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        return Lot(places, vectors)
