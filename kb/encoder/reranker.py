"""A CrossEncoder: reads a question and a text together and says how well the text answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.encoder.prepare import first_line, quieten
from kb.errors import EncoderError, ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BATCH = 8
CUDA_BATCH = 32

JUDGE = "ForSequenceClassification"
"""How the architecture of a model with a figure of its own to give ends, where nothing is built on top of it."""

_HINT = "Check search.reranker in kb.toml: a folder, or a hub name that this network reaches, of a CrossEncoder."


class Reranker:
    """A loaded CrossEncoder that gives one figure for each pair. Safe for many threads."""

    def __init__(self, model: CrossEncoder, name: str) -> None:
        from torch.nn import Identity

        self.name = name
        self._model = model
        # Before any squeezing to 0–1, which would make equals of the best.
        self._raw = Identity()
        self._batch = CUDA_BATCH if model.device.type == "cuda" else BATCH
        self._lock = threading.Lock()

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """How well each text answers; figures of one question can be compared, those of two cannot.

        Returns:
            float64 array of shape (len(texts),), higher is better.

        Raises:
            EncoderError: it does not run here, or gives no figures that can be put in order.
        """
        pairs = [(query, text) for text in texts]
        try:
            # A tokenizer is set up anew for each batch: two threads at once would break it.
            with self._lock:
                found = self._model.predict(
                    pairs, batch_size=self._batch, activation_fn=self._raw, show_progress_bar=False
                )
        except Exception as error:
            # Devices, tokenizers and models fail each in their own way; all mean the same here.
            raise EncoderError(f"The reranker {self.name} does not run: {first_line(error)}", hint=_HINT) from error
        if found.shape != (len(texts),):
            raise EncoderError(f"The reranker {self.name} sorts into classes and gives no one figure.", hint=_HINT)
        if not np.isfinite(found).all():
            raise EncoderError(f"The reranker {self.name} gives figures that are no numbers.", hint=_HINT)
        return found.astype(np.float64)


def load_reranker(name: str) -> Reranker:
    """A CrossEncoder by folder or hub name; what is on this machine is used before the hub is asked.

    Raises:
        ModelUnavailable: it cannot be found or loaded here, or was never trained to give figures.
        EncoderError: it does not run here, or gives no figures that can be put in order.
    """
    try:
        import torch
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise ModelUnavailable(
            "sentence-transformers is not installed.", hint="Install it with pip install sentence-transformers."
        ) from error
    quieten()
    # Its retries, where there is no network, are as loud.
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        try:
            model = CrossEncoder(name, device=device, local_files_only=True)
        except OSError:
            if Path(name).is_dir():
                raise
            model = CrossEncoder(name, device=device)
    except Exception as error:
        # Hubs, tokenizers and weight readers fail each in their own way; all mean the same here.
        raise ModelUnavailable(f"The reranker {name} cannot be loaded: {first_line(error)}", hint=_HINT) from error
    _refuse_untrained(model, name)
    reranker = Reranker(model, name)
    reranker.score("?", [name])
    return reranker


def _refuse_untrained(model: CrossEncoder, name: str) -> None:
    """An embedding model is loaded all the same, with a last layer made up at random that puts nothing in order."""
    architectures: Sequence[str] = getattr(model.config, "architectures", None) or ()
    alone = len(list(model.children())) == 1
    if alone and architectures and not architectures[0].endswith(JUDGE):
        raise ModelUnavailable(f"{name} is no CrossEncoder but a {architectures[0]}.", hint=_HINT)
