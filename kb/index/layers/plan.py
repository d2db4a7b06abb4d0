"""Whether a change is so small that it is put over the last generation, and what the layer then is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.index.layout import Layer, Manifest
from kb.index.means import Means, language_group
from kb.index.store import Record
from kb.passages import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Limits:
    """When a layer is worth it: the means that are taken out of its vectors stay the base's."""

    least: int = 1000
    """Practices from which on a generation takes longer to write than a layer, and one of them moves no mean."""
    share: float = 0.02
    """The share of them that may have changed since the base was written."""
    most: int = 250
    """How many may have changed: all of them are written again with each change."""

    def allow(self, layer: Layer, practices: int) -> bool:
        """Whether a layer over a generation of this many practices is thin enough."""
        return practices >= self.least and len({*layer.ids, *layer.gone}) <= min(self.most, self.share * practices)


LIMITS = Limits()


class Under(Protocol):
    """A generation that a layer may be put over."""

    def means(self) -> Means | None:
        """The means that were taken out of the base's vectors; None where it was made without a model."""
        ...

    def records(self, ids: Collection[str]) -> Sequence[Record]:
        """Practices of the layer that lies over the base so far."""
        ...

    def passages(self, ids: Iterable[str]) -> Mapping[Kind, int]:
        """How many passages of each kind some of the base's practices have."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written of a generation."""

    records: Sequence[Record]
    """In order of id; those of the layer alone, where it is one."""
    passages: Mapping[Kind, int]
    """How many of each kind the generation has, its base's with its own."""
    layer: Layer | None = None
    means: Means | None = None
    """The base's, where it has vectors."""


def next_layer(previous: Manifest, now: Collection[str], read: Collection[str]) -> Layer:
    """The layer that brings a generation up to date.

    Args:
        previous: the generation.
        now: the ids of all practices there are.
        read: the ids of those that were read anew.
    """
    before = {item.id for item in previous.files.values()}
    old = previous.layer or Layer(previous.generation, (), (), previous.passages)
    removed = before.difference(now)
    ids = {*old.ids, *read} - removed
    replaced = (removed | before.intersection(read)) - {*old.ids}
    return Layer(old.base, tuple(sorted(ids)), tuple(sorted({*old.gone, *replaced})), old.sizes)


def thin(layer: Layer, under: Under, read: Mapping[str, Record]) -> Wanted | None:
    """What is written of a layer; None where the base lacks the mean of a language, so that all is written."""
    records = [*read.values(), *under.records(set(layer.ids) - set(read))]
    records.sort(key=lambda record: record.practice.id)
    means = under.means()
    if means and any(_is_new(means, record) for record in records):
        return None
    gone = under.passages(layer.gone)
    own = {kind: sum(p.kind == kind for record in records for p in record.passages) for kind in KINDS}
    counts = {kind: layer.sizes[kind] - gone[kind] + own[kind] for kind in KINDS}
    return Wanted(records, counts, layer, means)


def _is_new(means: Means, record: Record) -> bool:
    """Whether a practice has a passage in a language that nothing of its kind was in."""
    return any(language_group(passage.language) not in means.by_kind[passage.kind] for passage in record.passages)
