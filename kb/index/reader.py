"""One generation in a folder, open for reading. Its parts are opened when they are first asked for."""

from __future__ import annotations

import contextlib
import os
import weakref
from collections.abc import Mapping
from functools import cached_property

from kb.errors import IndexFault, NoIndex
from kb.index import generations
from kb.index.dense import DenseIndex
from kb.index.generation import Dense, Generation, Lexical, instead
from kb.index.layers.arms import LayeredDense, LayeredLexical
from kb.index.layers.tables import LayeredTables
from kb.index.layout import GenerationLayout, IndexLayout, Manifest
from kb.index.lexical import LexicalIndex
from kb.index.means import Means, read_means
from kb.index.sqlite import SqliteTables
from kb.index.store import Store, Tables
from kb.index.whole import opening, whole_manifest
from kb.passages import KINDS, Kind


class FolderGeneration:
    """A whole generation; it is kept on disk for as long as this object lives."""

    def __init__(self, index: IndexLayout, earlier: str = "") -> None:
        held = generations.hold(index, earlier)
        self.name = held.name
        self.layout = held.layout
        # Searches in other threads may still use it when a newer one is opened: the last to let go unlocks it.
        weakref.finalize(self, os.close, held.handle)
        self.manifest: Manifest = whole_manifest(self.layout)
        self.damage = ""

    @cached_property
    def store(self) -> Store:
        return Store(self._tables)

    @cached_property
    def lexical(self) -> Lexical:
        with opening(self.layout):
            words = LexicalIndex(self.layout.lexical)
        return LayeredLexical(words, self._tables.passages) if isinstance(self._tables, LayeredTables) else words

    @cached_property
    def dense(self) -> Mapping[Kind, Dense]:
        """The dense arm per kind; empty where the index was made without a model."""
        if not self.manifest.fingerprint.encoder:
            return {}
        with opening(self.layout):
            base = {kind: DenseIndex(self.layout.whole.dense(kind)) for kind in KINDS}
            if not isinstance(self._tables, LayeredTables):
                return base
            merged = self._tables.passages
            return {
                kind: LayeredDense(base[kind], DenseIndex(self.layout.layer.dense(kind)), merged[kind])
                for kind in KINDS
            }

    @cached_property
    def means(self) -> Means:
        with opening(self.layout), self.layout.whole.means.open("rb") as stream:
            return read_means(stream)

    @cached_property
    def _tables(self) -> Tables:
        return tables_of(self.layout, self.manifest)


def open_newest(index: IndexLayout, held: Generation | None = None) -> Generation:
    """The current generation; where it is damaged the newest whole one before it, or else what is held, saying so.

    Raises:
        NoIndex: nothing has been indexed yet.
        IndexFault: every generation is damaged, and none is held.
    """
    try:
        return FolderGeneration(index)
    except NoIndex:
        raise
    except IndexFault as fault:
        for name in reversed(generations.names(index)):
            with contextlib.suppress(IndexFault):
                held = FolderGeneration(index, name)
                break
        if held is None:
            raise
        return instead(held, fault)


def tables_of(layout: GenerationLayout, manifest: Manifest) -> Tables:
    """The tables of a generation, whole or in two layers."""
    written_whole = SqliteTables(layout.whole.store)
    if manifest.layer is None:
        return written_whole
    return LayeredTables(written_whole, SqliteTables(layout.layer.store), manifest.layer.gone)
