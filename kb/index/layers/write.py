"""Write a layer over a generation: its base is linked, and what was read since is written beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kb.index import dense
from kb.index.layout import GenerationLayout, Layer, Manifest
from kb.index.lexical import extend_lexical
from kb.index.means import Means, read_means
from kb.index.sqlite import SqliteTables, write_store
from kb.index.storage import Contents
from kb.index.store import Record, Store
from kb.index.whole import opening
from kb.passages import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Underlying:
    """A generation in a folder that a layer may be put over."""

    layout: GenerationLayout
    manifest: Manifest

    def means(self) -> Means | None:
        """The means that were taken out of the base's vectors; None where it was made without a model."""
        if not self.manifest.fingerprint.encoder:
            return None
        with opening(self.layout), self.layout.whole.means.open("rb") as stream:
            return read_means(stream)

    def records(self, ids: Collection[str]) -> Sequence[Record]:
        """Practices of the layer that lies over the base so far."""
        return list(Store(SqliteTables(self.layout.layer.store)).records(ids)) if ids else []

    def passages(self, ids: Iterable[str]) -> Mapping[Kind, int]:
        """How many passages of each kind some of the base's practices have."""
        return SqliteTables(self.layout.whole.store).passages_of(ids)


def write_layer(folder: GenerationLayout, under: Underlying, contents: Contents, layer: Layer) -> None:
    """Write the parts of a generation that lies over another's base."""
    _link(under.layout.whole.folder, folder.base.folder)
    _link(under.layout.whole.lexical, folder.lexical)
    folder.layer.folder.mkdir()
    if contents.arm is not None:
        for kind in KINDS:
            dense.write(contents.arm.vectors[kind], folder.layer.dense(kind))
    # Words for the same are looked up in the base.
    write_store(folder.layer.store, contents.records, replace(contents.vocabulary, concepts=()))
    extend_lexical(folder.lexical, contents.records, contents.vocabulary, layer.sizes, layer.gone)


def _link(source: Path, target: Path) -> None:
    """Give every part below a folder another name; what is not the parts' own (locks, notes, the layer) stays."""
    base = GenerationLayout(source)
    target.mkdir(parents=True)
    for name in base.parts():
        place = target / name
        place.parent.mkdir(exist_ok=True)
        try:
            os.link(source / name, place)
        except OSError:
            # Some disks have no links.
            shutil.copy2(source / name, place)
