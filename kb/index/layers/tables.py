"""The tables of a base and of a layer over it, as those of one generation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.index.layers.merge import GONE, Merged, merge_passages, merge_practices
from kb.index.store import Record, Tables
from kb.passages import KINDS, Kind, Passage
from kb.practice import Practice


class LayeredTables:
    """Asks both, and gives rows of both. The layer has the same vocabulary as the base."""

    def __init__(self, base: Tables, layer: Tables, gone: Collection[str]) -> None:
        """`gone` are the base's practices that no longer count."""
        self._base = base
        self._layer = layer
        ours, theirs = base.ids(), layer.ids()
        ids = [*ours, *theirs]
        self._practices = merge_practices(ours, theirs, gone)
        self._ids = [ids[row] for row in self._practices.source.tolist()]
        self.passages: Mapping[Kind, Merged]
        """The passages of both, per kind."""
        merged = {kind: merge_passages(self._practices, base.owners(kind), layer.owners(kind)) for kind in KINDS}
        self.passages = {kind: found for kind, (found, _) in merged.items()}
        self._owners = {kind: owners for kind, (_, owners) in merged.items()}

    def ids(self) -> list[str]:
        """The id of every practice, by row."""
        return self._ids

    def owners(self, kind: Kind) -> NDArray[np.int32]:
        """The practice of every passage of a kind, by row."""
        return self._owners[kind]

    def practice(self, row: int) -> Practice:
        """One practice by its row."""
        in_base, source = self._practices.where(row)
        return (self._base if in_base else self._layer).practice(source)

    def passage(self, kind: Kind, row: int) -> Passage:
        """One passage by its number among its kind."""
        in_base, source = self.passages[kind].where(row)
        return (self._base if in_base else self._layer).passage(kind, source)

    def records(self, rows: Sequence[int]) -> Iterator[Record]:
        """Practices with their passages, in order of row."""
        places = [self._practices.where(row) for row in rows]
        base = self._base.records([source for in_base, source in places if in_base])
        layer = self._layer.records([source for in_base, source in places if not in_base])
        yield from (next(base if in_base else layer) for in_base, _ in places)

    def titles(self) -> list[str]:
        """The title of every practice, by row."""
        titles = [*self._base.titles(), *self._layer.titles()]
        return [titles[row] for row in self._practices.source.tolist()]

    def titled(self, folded: str) -> list[int]:
        """The practices with exactly this folded title."""
        base, layer = (np.array(tables.titled(folded), dtype=np.int32) for tables in (self._base, self._layer))
        return sorted(_both(self._practices, base, layer).tolist())

    def facet(self, name: str) -> list[tuple[int, str]]:
        """Every practice that has a facet, with its value."""
        return self._told(self._base.facet(name), self._layer.facet(name))

    def with_value(self, name: str, value: str) -> NDArray[np.int32]:
        """The practices that have a value of a facet."""
        base, layer = (tables.with_value(name, value) for tables in (self._base, self._layer))
        return _both(self._practices, base, layer)

    def in_section(self, section: str) -> NDArray[np.int32]:
        """The text passages that stand in a section."""
        base, layer = (tables.in_section(section) for tables in (self._base, self._layer))
        return _both(self.passages["text"], base, layer)

    def speaking(self, language: str, kind: Kind) -> NDArray[np.int32]:
        """The practices with a passage of a kind in a language."""
        base, layer = (tables.speaking(language, kind) for tables in (self._base, self._layer))
        return _both(self._practices, base, layer)

    def languages(self) -> list[str]:
        """The languages that passages are in, or were when the base was written."""
        return sorted({*self._base.languages(), *self._layer.languages()})

    def lines(self) -> NDArray[np.int32]:
        """The line of every text passage in its practice's file."""
        return np.concatenate([self._base.lines(), self._layer.lines()])[self.passages["text"].source]

    def files(self) -> list[tuple[str, str]]:
        """The file of every practice and its id."""
        current = set(self._ids) - set(self._layer.ids())
        return [*(item for item in self._base.files() if item[1] in current), *self._layer.files()]

    def borrowings(self) -> list[tuple[str, int]]:
        """Each practice that was borrowed, with the row of one that says so, by row."""
        base, layer = ([(row, name) for name, row in tables.borrowings()] for tables in (self._base, self._layer))
        return [(name, row) for row, name in self._told(base, layer)]

    def same_words(self, phrases: Sequence[str]) -> list[tuple[str, str]]:
        """Folded phrases that the concordance knows, each with another that has its concept."""
        return self._base.same_words(phrases)

    def _told(self, base: list[tuple[int, str]], layer: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """What is told of practices, by row."""
        split, place = self._practices.base, self._practices.place.tolist()
        told = [(place[row], text) for row, text in base]
        told += [(place[split + row], text) for row, text in layer]
        return sorted((item for item in told if item[0] != GONE), key=lambda item: item[0])


def _both(merged: Merged, base: NDArray[np.int32], layer: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rows of the base and of the layer as rows of both."""
    return np.concatenate([merged.of_base(base), merged.of_layer(layer)]).astype(np.int32)
