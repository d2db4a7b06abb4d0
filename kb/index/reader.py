"""One generation, open for reading. Its parts are opened when they are first asked for."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping
from functools import cached_property

from kb.index import generations
from kb.index.dense import DenseIndex
from kb.index.layout import IndexLayout, Manifest, read_manifest
from kb.index.lexical import LexicalIndex
from kb.index.means import Means, read_means
from kb.index.store import Store
from kb.passages import KINDS, Kind


class Generation:
    """A whole generation; it is kept on disk for as long as this object lives."""

    def __init__(self, index: IndexLayout) -> None:
        held = generations.hold(index)
        self.name = held.name
        self.layout = held.layout
        # Searches in other threads may still use it when a newer one is opened: the last to let go unlocks it.
        weakref.finalize(self, os.close, held.handle)
        self.manifest: Manifest = read_manifest(self.layout.manifest)

    @cached_property
    def store(self) -> Store:
        return Store(self.layout.store)

    @cached_property
    def lexical(self) -> LexicalIndex:
        return LexicalIndex(self.layout.lexical)

    @cached_property
    def dense(self) -> Mapping[Kind, DenseIndex]:
        """The dense arm per kind; empty where the index was made without a model."""
        if not self.manifest.fingerprint.encoder:
            return {}
        return {kind: DenseIndex(self.layout.dense(kind)) for kind in KINDS}

    @cached_property
    def means(self) -> Means:
        return read_means(self.layout.means)
