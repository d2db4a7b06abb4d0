"""What an indexer will most likely need, seen and begun before its own code is read."""

from __future__ import annotations

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb.config import Config
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import prepared
from kb.encoder.load import is_quick, load_encoder
from kb.encoder.protocol import Encoder
from kb.errors import KbError
from kb.index.idle import tree_before
from kb.index.workers import THIS_MACHINE, Workers
from kb.tree import Tree


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was seen, and what was begun."""

    seen: Tree | None = None
    """The folder of practices as it was a moment ago; None where nobody looked."""
    encoder: Future[Encoder] | None = None
    """For few texts; None where nothing tells that one will be needed."""


NOTHING = Ahead()


def look_ahead(config: Config, workers: Workers) -> Ahead:
    """Look at the folder; where something in it is newer than the index, it is most often a text to be embedded."""
    seen = tree_before(config.practices)
    written = seen is not None and seen.newest > _made_at(config.index / "CURRENT")
    if not written or workers != THIS_MACHINE or config.store:
        return Ahead(seen)
    try:
        if not is_quick(config):
            return Ahead(seen)
        model = prepared(config.model, adapter_of(config)).folder
    except KbError:
        # What is wrong with the model is told where it is asked for.
        return Ahead(seen)
    # What is imported in another thread takes turns with what is imported here; where it fails, that thread finds out.
    with contextlib.suppress(ImportError, OSError):
        from kb.encoder.openvino_runtime import library

        library()
    pool = ThreadPoolExecutor(1)
    encoder = pool.submit(_ready, config, model)
    pool.shutdown(wait=False)
    return Ahead(seen, encoder)


def _made_at(current: Path) -> int:
    """When a generation became current, in nanoseconds; later than anything where none has."""
    try:
        return current.stat().st_mtime_ns
    except OSError:
        return 1 << 63


@lru_cache(1)
def _ready(config: Config, _: Path) -> Encoder:
    """An encoder that has been used once, so that all it takes has been read; the next change finds it here."""
    encoder = load_encoder(config)
    encoder.encode([""], "document")
    return encoder
