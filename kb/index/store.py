"""Practices, facets and passages of one generation, in one SQLite file that is only ever read."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexFault, UnknownPractice
from kb.index.plain import practice_from_json, practice_to_json
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

_SCHEMA = """
CREATE TABLE practice (row INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, path TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE title (folded TEXT NOT NULL, practice INTEGER NOT NULL);
CREATE TABLE facet (name TEXT NOT NULL, value TEXT NOT NULL, practice INTEGER NOT NULL,
                    PRIMARY KEY (name, value, practice)) WITHOUT ROWID;
CREATE TABLE passage (kind TEXT NOT NULL, row INTEGER NOT NULL, practice INTEGER NOT NULL, section TEXT NOT NULL,
                      heading TEXT NOT NULL, line INTEGER NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL,
                      context TEXT NOT NULL, PRIMARY KEY (kind, row)) WITHOUT ROWID;
CREATE TABLE word (folded TEXT NOT NULL, concept INTEGER NOT NULL, PRIMARY KEY (folded, concept)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX word_concept ON word (concept);
CREATE INDEX title_folded ON title (folded);
CREATE INDEX passage_practice ON passage (practice, kind, row);
CREATE INDEX passage_section ON passage (kind, section, row);
"""


@dataclass(frozen=True, slots=True)
class Record:
    """A practice and the passages it was cut into."""

    practice: Practice
    passages: tuple[Passage, ...]


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


def write_store(path: Path, records: Sequence[Record], vocabulary: Vocabulary) -> None:
    """Write the store of a generation: practices in order, passages numbered per kind."""
    db = sqlite3.connect(path)
    try:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        numbers = dict.fromkeys(KINDS, 0)
        for row, record in enumerate(records):
            _write_record(db, row, record, numbers, vocabulary)
        db.executemany("INSERT OR IGNORE INTO word VALUES (?, ?)", _concept_words(vocabulary))
        db.executescript(_INDEXES)
        db.commit()
    finally:
        db.close()


class Store:
    """Reads a store. One connection a thread; SQLite does the rest."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self.ids: tuple[str, ...] = tuple(row[0] for row in self._all("SELECT id FROM practice ORDER BY row"))
        self.owners: Mapping[Kind, NDArray[np.int32]] = {kind: self._owners(kind) for kind in KINDS}
        self.row_of = {name: row for row, name in enumerate(self.ids)}
        self.practice = lru_cache(maxsize=4096)(self._practice)
        self._facet = cache(self._read_facet)
        self._in_section = cache(self._read_section)
        self._speaks = cache(self._read_language)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def starts(self) -> Mapping[Kind, NDArray[np.int64]]:
        """Per kind, where each practice's passages begin; they stand together."""
        return {kind: np.flatnonzero(np.diff(owners, prepend=-1)) for kind, owners in self.owners.items()}

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

    def record(self, row: int) -> Record:
        """A practice with its passages, for reuse in the next generation."""
        found = self._all(
            "SELECT kind, section, heading, line, language, text, context FROM passage WHERE practice = ?"
            " ORDER BY CASE kind WHEN 'text' THEN 0 WHEN 'card' THEN 1 ELSE 2 END, row",
            (row,),
        )
        return Record(self._practice(row), tuple(Passage(*values) for values in found))

    def passage(self, kind: str, row: int) -> Passage:
        """One passage by its number among its kind."""
        values = self._all(
            "SELECT kind, section, heading, line, language, text, context FROM passage WHERE kind = ? AND row = ?",
            (kind, row),
        )[0]
        return Passage(*values)

    def rows_of(self, practice: int, kind: str) -> list[int]:
        """The passage numbers of a practice, in order."""
        return [
            row[0]
            for row in self._all(
                "SELECT row FROM passage WHERE practice = ? AND kind = ? ORDER BY row", (practice, kind)
            )
        ]

    def lines(self) -> list[int]:
        """The line of every text passage in its practice's file."""
        return [row[0] for row in self._all("SELECT line FROM passage WHERE kind = 'text' ORDER BY row")]

    def in_sections(self, sections: Iterable[str]) -> NDArray[np.bool_]:
        """Which text passages stand in one of these sections: bool (number of text passages,)."""
        mask = np.zeros(len(self.owners["text"]), dtype=bool)
        for section in sections:
            mask |= self._in_section(section)
        return mask

    def speaking(self, languages: Iterable[str], kinds: Sequence[Kind]) -> NDArray[np.bool_]:
        """Which practices have a passage of these kinds in one of these languages: bool (number of practices,)."""
        mask = np.zeros(len(self.ids), dtype=bool)
        for language in languages:
            for kind in kinds:
                mask |= self._speaks(language, kind)
        return mask

    def with_facet(self, name: str, values: Iterable[str]) -> NDArray[np.bool_]:
        """Which practices have one of these values: bool (number of practices,)."""
        mask = np.zeros(len(self.ids), dtype=bool)
        for value in values:
            rows = self._all("SELECT practice FROM facet WHERE name = ? AND value = ?", (name, value))
            mask[[row[0] for row in rows]] = True
        return mask

    def values_of(self, name: str) -> list[str]:
        """The values that a facet has here."""
        return [row[0] for row in self._all("SELECT DISTINCT value FROM facet WHERE name = ? ORDER BY value", (name,))]

    def facet_counts(self, practices: NDArray[np.bool_]) -> dict[str, dict[str, int]]:
        """Per facet and value, how many of these practices have it; commonest first."""
        counts: dict[str, dict[str, int]] = {}
        for name in FACETS:
            owners, numbers, values = self._facet(name)
            totals = np.bincount(numbers[practices[owners]], minlength=len(values)).tolist()
            pairs = sorted(zip(values, totals, strict=True), key=lambda pair: (-pair[1], pair[0]))
            counts[name] = {value: total for value, total in pairs if total}
        return counts

    def titled(self, text: str) -> list[int]:
        """Practices with exactly this title, in any language and spelling."""
        if not (title := _plain(text)):
            return []
        rows = self._all("SELECT DISTINCT practice FROM title WHERE folded = ? ORDER BY practice", (title,))
        return [row[0] for row in rows]

    def same_words(self, phrases: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Folded phrases that the concordance knows, each with every other word for the same."""
        if not phrases:
            return {}
        rows = self._all(
            "SELECT asked.folded, other.folded FROM word AS asked JOIN word AS other USING (concept)"
            " WHERE asked.folded IN (SELECT value FROM json_each(?)) AND other.folded <> asked.folded",
            (json.dumps(phrases),),
        )
        found: dict[str, list[str]] = {}
        for phrase, other in rows:
            found.setdefault(phrase, []).append(other)
        return {phrase: tuple(sorted(set(others))) for phrase, others in found.items()}

    def borrowers(self, practice_id: str) -> tuple[int, ...]:
        """The rows of the practices that say they borrowed this one."""
        return self._borrowers.get(practice_id, ())

    def files(self) -> dict[str, str]:
        """The file of every practice and its id."""
        return dict(self._all("SELECT path, id FROM practice"))

    def title_key(self, row: int) -> str:
        """What a practice is sorted by when browsing."""
        return self._titles[row]

    @cached_property
    def _titles(self) -> list[str]:
        return [_plain(row[0]) for row in self._all("SELECT json_extract(data, '$.title') FROM practice ORDER BY row")]

    @cached_property
    def _borrowers(self) -> Mapping[str, tuple[int, ...]]:
        rows = self._all(
            "SELECT DISTINCT json_extract(borrowing.value, '$.practice'), practice.row"
            " FROM practice, json_each(practice.data, '$.borrowed_from') AS borrowing ORDER BY practice.row"
        )
        found: dict[str, list[int]] = {}
        for source, row in rows:
            found.setdefault(source, []).append(row)
        return {source: tuple(borrowers) for source, borrowers in found.items()}

    def _read_facet(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.int32], list[str]]:
        """Practices side by side with the numbers of their values, and the values."""
        values = self.values_of(name)
        number = {value: place for place, value in enumerate(values)}
        rows = self._all("SELECT practice, value FROM facet WHERE name = ?", (name,))
        owners = np.array([row[0] for row in rows], dtype=np.int32)
        return owners, np.array([number[row[1]] for row in rows], dtype=np.int32), values

    def _read_section(self, section: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.owners["text"]), dtype=bool)
        rows = self._all("SELECT row FROM passage WHERE kind = 'text' AND section = ?", (section,))
        mask[[row[0] for row in rows]] = True
        return mask

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that passages are in."""
        return tuple(row[0] for row in self._all("SELECT DISTINCT language FROM passage ORDER BY language"))

    def _read_language(self, language: str, kind: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.ids), dtype=bool)
        rows = self._all("SELECT DISTINCT practice FROM passage WHERE language = ? AND kind = ?", (language, kind))
        mask[[row[0] for row in rows]] = True
        return mask

    def _practice(self, row: int) -> Practice:
        data = self._all("SELECT data FROM practice WHERE row = ?", (row,))[0][0]
        return practice_from_json(data)

    def _owners(self, kind: str) -> NDArray[np.int32]:
        rows = self._all("SELECT practice FROM passage WHERE kind = ? ORDER BY row", (kind,))
        return np.array([row[0] for row in rows], dtype=np.int32)

    def _all(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        db = getattr(self._local, "db", None)
        try:
            if db is None:
                db = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
                self._local.db = db
            return list(db.execute(sql, values))
        except sqlite3.DatabaseError as error:
            folder = self._path.parent
            raise IndexFault(f"The index generation in {folder} is damaged.", hint="Run kb index --rebuild.") from error


def _write_record(
    db: sqlite3.Connection, row: int, record: Record, numbers: dict[Kind, int], vocabulary: Vocabulary
) -> None:
    practice = record.practice
    db.execute(
        "INSERT INTO practice VALUES (?, ?, ?, ?)", (row, practice.id, str(practice.path), practice_to_json(practice))
    )
    titles = {_plain(title) for title in (practice.title, *(card.title for card in practice.cards.values()))}
    db.executemany("INSERT INTO title VALUES (?, ?)", [(title, row) for title in sorted(titles)])
    db.executemany(
        "INSERT OR IGNORE INTO facet VALUES (?, ?, ?)",
        [(name, value, row) for name, value in facet_values(practice, vocabulary)],
    )
    for passage in record.passages:
        number = numbers[passage.kind]
        numbers[passage.kind] = number + 1
        db.execute(
            "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                passage.kind,
                number,
                row,
                passage.section,
                passage.heading,
                passage.line,
                passage.language,
                passage.text,
                passage.context,
            ),
        )


def _concept_words(vocabulary: Vocabulary) -> Iterator[tuple[str, int]]:
    for number, concept in enumerate(vocabulary.concepts):
        yield from ((_plain(word), number) for word in concept.all)


def _plain(text: str) -> str:
    """A text by its words alone, so that dashes and quotes do not matter."""
    return " ".join(word.folded for word in folded_words(text))
