"""Practices, facets and passages of one generation, that are only ever read.

What is asked of them is the same wherever they are kept; `Tables` is what has to be answered for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import UnknownPractice
from kb.index.facet import Facet
from kb.index.plain import practice_to_json
from kb.index.stretches import stretches
from kb.language.text import folded_words
from kb.passages import KINDS, Kind, Passage
from kb.practice import Practice
from kb.vocabulary import Vocabulary

FACETS = (
    "country",
    "place",
    "area",
    "theme",
    "status",
    "evidence",
    "language",
    "has_lessons",
    "has_realised_results",
)
"""What results can be narrowed by, in the order in which they are shown."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A practice and the passages it was cut into."""

    practice: Practice
    passages: tuple[Passage, ...]


class Tables(Protocol):
    """What is asked of a generation's tables, wherever they are kept; rows are practices' and passages' numbers.

    Raises:
        IndexFault: they cannot be read.
    """

    def ids(self) -> list[str]:
        """The id of every practice, by row."""
        ...

    def owners(self, kind: Kind) -> NDArray[np.int32]:
        """The practice of every passage of a kind, by row: int32 (passages,)."""
        ...

    def practice(self, row: int) -> Practice: ...

    def passage(self, kind: Kind, row: int) -> Passage: ...

    def records(self, rows: Sequence[int]) -> Iterator[Record]:
        """Practices with their passages, in order of row; the rows are in order too."""
        ...

    def titles(self) -> list[str]:
        """The title of every practice, by row."""
        ...

    def titled(self, folded: str) -> list[int]:
        """The practices with exactly this folded title, in order of row."""
        ...

    def facet(self, name: str) -> list[tuple[int, str]]:
        """Every practice that has a facet, with its value."""
        ...

    def with_value(self, name: str, value: str) -> NDArray[np.int32]:
        """The practices that have a value of a facet: int32 (practices,)."""
        ...

    def in_section(self, section: str) -> NDArray[np.int32]:
        """The text passages that stand in a section: int32 (passages,)."""
        ...

    def speaking(self, language: str, kind: Kind) -> NDArray[np.int32]:
        """The practices with a passage of a kind in a language: int32 (practices,)."""
        ...

    def languages(self) -> list[str]:
        """The languages that passages are in."""
        ...

    def lines(self) -> NDArray[np.int32]:
        """The line of every text passage in its practice's file: int32 (text passages,)."""
        ...

    def files(self) -> list[tuple[str, str]]:
        """The file of every practice and its id."""
        ...

    def borrowings(self) -> list[tuple[str, int]]:
        """Each practice that was borrowed, with the row of one that says so, by row."""
        ...

    def same_words(self, phrases: Sequence[str]) -> list[tuple[str, str]]:
        """Folded phrases that the concordance knows, each with another that has its concept."""
        ...


def facet_values(practice: Practice, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Every facet value that a practice has. A place counts for what it lies in as well."""
    places = dict.fromkeys(key for place in practice.places for key in vocabulary.ancestors(place))
    countries = dict.fromkeys(place.split("/", 1)[0] for place in practice.places)
    yield from (("country", country) for country in countries)
    yield from (("place", place) for place in places if "/" in place)
    yield from (("area", area) for area in dict.fromkeys(practice.areas))
    yield from (("theme", theme) for theme in dict.fromkeys(practice.themes))
    for name in ("status", "evidence", "language"):
        if value := getattr(practice, name):
            yield name, value
    yield "has_lessons", "yes" if practice.has_lessons else "no"
    yield "has_realised_results", "yes" if practice.has_realised_results else "no"


def _practices(records: Sequence[Record], _: Vocabulary) -> Iterator[Row]:
    for row, record in enumerate(records):
        practice = record.practice
        yield row, practice.id, str(practice.path), practice_to_json(practice)


def _title_rows(records: Sequence[Record], _: Vocabulary) -> Iterator[Row]:
    for row, record in enumerate(records):
        titles = (record.practice.title, *(card.title for card in record.practice.cards.values()))
        yield from ((title, row) for title in sorted({_plain(title) for title in titles}))


def _facets(records: Sequence[Record], vocabulary: Vocabulary) -> Iterator[Row]:
    for row, record in enumerate(records):
        yield from ((name, value, row) for name, value in dict.fromkeys(facet_values(record.practice, vocabulary)))


def _passages(records: Sequence[Record], _: Vocabulary) -> Iterator[Row]:
    numbers = dict.fromkeys(KINDS, 0)
    for row, record in enumerate(records):
        for passage in record.passages:
            said = (passage.section, passage.heading, passage.line, passage.language, passage.text, passage.context)
            yield passage.kind, numbers[passage.kind], row, *said
            numbers[passage.kind] += 1


def _words(_: Sequence[Record], vocabulary: Vocabulary) -> Iterator[Row]:
    for number, concept in enumerate(vocabulary.concepts):
        yield from ((word, number) for word in dict.fromkeys(map(_plain, concept.all)))


ROWS: Mapping[str, Callable[[Sequence[Record], Vocabulary], Iterator[Row]]] = {
    "practice": _practices,
    "title": _title_rows,
    "facet": _facets,
    "passage": _passages,
    "word": _words,
}
"""Each table and what stands in it: practices in order, passages numbered per kind.

practice (row, id, path, data), title (folded, practice), facet (name, value, practice), passage (kind, row, practice,
section, heading, line, language, text, context), word (folded, concept).
"""


class Store:
    """What is asked of practices, facets and passages. Safe for many threads."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.ids: tuple[str, ...] = tuple(tables.ids())
        self.owners: Mapping[Kind, NDArray[np.int32]] = {kind: tables.owners(kind) for kind in KINDS}
        """Per kind, the practice that each passage belongs to, in order."""
        self.row_of = {name: row for row, name in enumerate(self.ids)}
        # None of these holds the store itself: it is let go of with the last who uses it.
        self.practice = lru_cache(maxsize=4096)(tables.practice)
        self.passage = lru_cache(maxsize=8192)(tables.passage)
        self._facet = cache(partial(_read_facet, tables, len(self.ids)))
        self._with_value = lru_cache(maxsize=512)(partial(_read_value, tables, len(self.ids)))
        self._in_section = cache(partial(_read_section, tables, len(self.owners["text"])))
        self._speaks = cache(partial(_read_language, tables, len(self.ids)))

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def starts(self) -> Mapping[Kind, NDArray[np.int64]]:
        """Per kind, where the passages of each practice that has any begin; they stand together."""
        return {kind: bounds[:-1][self.having[kind]] for kind, bounds in self._bounds.items()}

    @cached_property
    def having(self) -> Mapping[Kind, NDArray[np.bool_]]:
        """Per kind, the practices that have such a passage: bool (number of practices,)."""
        return {kind: np.diff(bounds) > 0 for kind, bounds in self._bounds.items()}

    @cached_property
    def _bounds(self) -> Mapping[Kind, NDArray[np.int64]]:
        """Per kind, the number of the first passage of each practice, and at the end how many there are."""
        numbers = np.arange(len(self.ids) + 1)
        return {kind: np.searchsorted(owners, numbers) for kind, owners in self.owners.items()}

    def row(self, practice_id: str) -> int:
        """The row of an id.

        Raises:
            UnknownPractice: there is none, with the nearest id as hint.
        """
        if (row := self.row_of.get(practice_id)) is None:
            from kb.vocabulary import nearest

            near = nearest(practice_id, self.ids)
            hint = f"Did you mean {near}?" if near else "Search for it with kb search."
            raise UnknownPractice(f"There is no practice {practice_id}.", hint=hint)
        return row

    def records(self, ids: Iterable[str]) -> Iterator[Record]:
        """Practices with their passages, for reuse in the next generation; in order of row."""
        return self._tables.records(sorted(self.row(practice_id) for practice_id in ids))

    def rows_of(self, practice: int, kind: Kind) -> list[int]:
        """The passage numbers of a practice, in order."""
        start, end = self._bounds[kind][practice : practice + 2].tolist()
        return list(range(start, end))

    def rows_among(self, practices: NDArray[np.bool_], kind: Kind) -> NDArray[np.int64]:
        """The passage numbers of some practices, in order."""
        bounds, chosen = self._bounds[kind], np.flatnonzero(practices)
        return stretches(bounds[chosen], bounds[chosen + 1] - bounds[chosen])

    def lines(self) -> list[int]:
        """The line of every text passage in its practice's file."""
        return list(map(int, self._tables.lines()))

    def in_sections(self, sections: Iterable[str]) -> NDArray[np.bool_]:
        """Which text passages stand in one of these sections: bool (number of text passages,)."""
        return _any_of([self._in_section(section) for section in sections], len(self.owners["text"]))

    def speaking(self, languages: Iterable[str], kinds: Sequence[Kind]) -> NDArray[np.bool_]:
        """Which practices have a passage of these kinds in one of these languages: bool (number of practices,)."""
        return _any_of([self._speaks(language, kind) for language in languages for kind in kinds], len(self.ids))

    def with_facet(self, name: str, values: Iterable[str]) -> NDArray[np.bool_]:
        """Which practices have one of these values: bool (number of practices,)."""
        return _any_of([self._with_value(name, value) for value in values], len(self.ids))

    def values_of(self, name: str) -> list[str]:
        """The values that a facet has here."""
        return self._facet(name).values

    def facet_counts(self, practices: NDArray[np.bool_]) -> dict[str, dict[str, int]]:
        """Per facet and value, how many of these practices have it; commonest first."""
        rows = np.flatnonzero(practices)
        return {name: self._facet(name).counts(rows) for name in FACETS}

    def titled(self, text: str) -> list[int]:
        """Practices with exactly this title, in any language and spelling."""
        if not (title := _plain(text)):
            return []
        return self._tables.titled(title)

    def same_words(self, phrases: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Folded phrases that the concordance knows, each with every other word for the same."""
        found: dict[str, set[str]] = {}
        for phrase, other in self._tables.same_words(phrases) if phrases else ():
            found.setdefault(phrase, set()).add(other)
        return {phrase: tuple(sorted(others)) for phrase, others in found.items()}

    def borrowers(self, practice_id: str) -> tuple[int, ...]:
        """The rows of the practices that say they borrowed this one."""
        return self._borrowers.get(practice_id, ())

    def files(self) -> dict[str, str]:
        """The file of every practice and its id."""
        return dict(self._tables.files())

    def title_key(self, row: int) -> str:
        """What a practice is sorted by when browsing."""
        return self._titles[row]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that passages are in."""
        return tuple(sorted(self._tables.languages()))

    @cached_property
    def _titles(self) -> list[str]:
        return [_plain(title) for title in self._tables.titles()]

    @cached_property
    def _borrowers(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, dict[int, None]] = {}
        for source, row in self._tables.borrowings():
            found.setdefault(source, {})[row] = None
        return {source: tuple(borrowers) for source, borrowers in found.items()}


def _read_facet(tables: Tables, practices: int, name: str) -> Facet:
    return Facet.of(tables.facet(name), practices)


def _read_value(tables: Tables, practices: int, name: str, value: str) -> NDArray[np.bool_]:
    return _mask(practices, tables.with_value(name, value))


def _read_section(tables: Tables, texts: int, section: str) -> NDArray[np.bool_]:
    return _mask(texts, tables.in_section(section))


def _read_language(tables: Tables, practices: int, language: str, kind: Kind) -> NDArray[np.bool_]:
    return _mask(practices, tables.speaking(language, kind))


def _any_of(masks: Sequence[NDArray[np.bool_]], size: int) -> NDArray[np.bool_]:
    """What one of some kept masks lets through; not to be written to."""
    return masks[0] if len(masks) == 1 else np.logical_or.reduce([np.zeros(size, dtype=bool), *masks])


def _mask(size: int, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    # It is kept, and given to whoever asks.
    mask.setflags(write=False)
    return mask


def _plain(text: str) -> str:
    """A text by its words alone, so that dashes and quotes do not matter."""
    return " ".join(word.folded for word in folded_words(text))
