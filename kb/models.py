"""The models of an installation: each loaded once, by whichever thread asks first, and shared from then on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kb.config import NO_MODEL, Config
from kb.errors import EncoderError

if TYPE_CHECKING:
    from kb.encoder.protocol import Encoder
    from kb.encoder.reranker import Reranker


class Models:
    """The encoder and the reranker of a configuration, as far as they can be had."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._reranker: Reranker | None = None
        self.encoder_problem = ""
        """Why there is no encoder, once it has been asked for."""
        self.reranker_problem: EncoderError | None = None
        """Why there is no reranker, though one is wanted."""

    def encoder(self) -> Encoder | None:
        """The encoder; None where it cannot be had."""
        from kb.encoder import load_encoder

        with self._lock:
            if self._encoder is None and not self.encoder_problem:
                try:
                    self._encoder = load_encoder(self._config)
                except EncoderError as error:
                    self.encoder_problem = f"{error} {error.hint}"
                except OSError as error:
                    self.encoder_problem = (
                        f"The model cannot be prepared: {error}. Set KB_CACHE to a folder to write in."
                    )
            return self._encoder

    def reranker(self) -> Reranker | None:
        """The reranker; None where none is wanted or it cannot be had."""
        name = self._config.search.reranker
        if name in {"", NO_MODEL}:
            return None
        from kb.encoder.reranker import load_reranker

        with self._lock:
            if self._reranker is None and self.reranker_problem is None:
                try:
                    self._reranker = load_reranker(name)
                except EncoderError as error:
                    self.reranker_problem = error
            return self._reranker

    def wanted_reranker(self) -> Reranker | None:
        """The same where a search without it would not do.

        Raises:
            EncoderError: one is wanted, and cannot be had.
        """
        reranker = self.reranker()
        if self.reranker_problem:
            raise self.reranker_problem
        return reranker
