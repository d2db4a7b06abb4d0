"""The plain runtime: sentence-transformers in torch, on CUDA where there is a card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.encoder.layout import prepared
from kb.encoder.prepare import model_card, open_model
from kb.encoder.protocol import Progress, TextKind

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

BATCH = 8
CUDA_BATCH = 128


class TorchEncoder:
    """An `Encoder` over sentence-transformers."""

    def __init__(self, model: str, adapter: Path | None = None) -> None:
        import torch

        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = open_model(model, self._device, adapter)
        self._card = model_card(self._model, model)
        if not (layout := prepared(model, adapter)).card.is_file():
            layout.write_card(self._card)
        self.name = model
        self.runtime = f"torch-{self._device}"
        self.dimension = self._card.dimension
        self.fingerprint = self._card.fingerprint

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        """Embed texts; see `Encoder.encode`."""
        prompt = self._card.query_prompt if kind == "query" else self._card.document_prompt
        size = CUDA_BATCH if self._device == "cuda" else BATCH
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            vectors[rows] = self._model.encode(
                [texts[row] for row in rows],
                prompt=prompt,
                batch_size=size,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            if progress:
                progress(len(rows))
        return vectors
