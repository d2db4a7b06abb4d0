"""What runs on a worker of the cluster: the same encoder as at home, loaded once and checked before it is used.

A worker needs the wheel and the model cache, and nothing of the repository: an adapter is sent along.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from kb.config import Config, cache_folder
from kb.encoder import Encoder, load_encoder
from kb.encoder.adapter import NO_ADAPTER, AdapterLayout, adapter_of, stamp
from kb.encoder.protocol import Text
from kb.errors import ClusterError, EncoderError
from kb.files import write_whole

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The encoder that an index is made with, so that it can be had on another machine."""

    model: str
    runtime: str
    fingerprint: str
    adapter: tuple[str, bytes, bytes] | None
    """Its stamp and its two files; None for the model as it is."""


def wanted(config: Config, fingerprint: str) -> Wanted:
    """What a worker must know of this installation's encoder."""
    folder = adapter_of(config)
    layout = AdapterLayout(folder) if folder else None
    files = (stamp(layout.folder), layout.config.read_bytes(), layout.weights.read_bytes()) if layout else None
    return Wanted(config.model, config.runtime, fingerprint, files)


class Embedder(WorkerPlugin):
    """An encoder on a worker; the scheduler gives one to every worker that comes, also later."""

    def __init__(self, wanted: Wanted) -> None:
        self.name = plugin_name(wanted.fingerprint)
        self._wanted = wanted
        self._worker = ""
        self._threads = 1

    def setup(self, worker: Worker) -> None:
        self._worker = worker.address
        self._threads = worker.state.nthreads

    def embed(self, texts: list[Text]) -> Vectors:
        """The vectors of texts: float32 (len(texts), dimension).

        Raises:
            ClusterError: the encoder cannot be had here, or is another one.
        """
        try:
            with _LOADING:
                encoder = _encoder(_config(self._wanted), self._threads)
        except EncoderError as error:
            raise ClusterError(f"The worker {self._worker} has no encoder: {error}", hint=error.hint) from error
        if encoder.fingerprint != self._wanted.fingerprint:
            raise ClusterError(
                f"The worker {self._worker} has another model ({encoder.fingerprint}) than this machine"
                f" ({self._wanted.fingerprint}).",
                hint="Install the same version of Praksis there, and copy the model cache (KB_CACHE) of this machine.",
            )
        vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
        for lot in encoder.stream(texts):
            vectors[lot.places] = lot.vectors
        return vectors


def plugin_name(fingerprint: str) -> str:
    """What a worker keeps the encoder of a fingerprint under."""
    return f"praksis-{fingerprint}"


def embed(fingerprint: str, texts: list[Text]) -> Vectors:
    """Embed texts on the worker that this is called on."""
    return cast("Embedder", get_worker().plugins[plugin_name(fingerprint)]).embed(texts)


@cache
def _encoder(config: Config, threads: int) -> Encoder:
    """Loaded once a process. As many callers as jobs: Dask calls from each of a worker's threads."""
    return load_encoder(config, many=True, jobs=threads, callers=threads)


def _config(wanted: Wanted) -> Config:
    """The settings of an installation without practices."""
    nowhere = cache_folder()
    adapter = str(_unpacked(wanted.adapter)) if wanted.adapter else NO_ADAPTER
    return Config(nowhere, nowhere, nowhere, model=wanted.model, runtime=wanted.runtime, adapter=adapter)


def _unpacked(adapter: tuple[str, bytes, bytes]) -> Path:
    name, config, weights = adapter
    layout = AdapterLayout(cache_folder() / "adapters" / name)
    if not layout.is_whole():
        write_whole(layout.weights, weights)
        write_whole(layout.config, config)
    return layout.folder
