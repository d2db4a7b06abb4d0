"""The tables of one generation in one SQLite file, written once and then only read."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexFault
from kb.index.sql import SqlTables
from kb.index.store import ROWS, Record, Row
from kb.passages import KINDS, Kind
from kb.vocabulary import Vocabulary

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


def write_store(path: Path, records: Sequence[Record], vocabulary: Vocabulary) -> None:
    """Write the tables of a generation."""
    db = sqlite3.connect(path)
    try:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        for table, rows in ROWS.items():
            columns = len(db.execute(f"PRAGMA table_info({table})").fetchall())
            holes = ", ".join("?" * columns)
            db.executemany(f"INSERT INTO {table} VALUES ({holes})", rows(records, vocabulary))  # noqa: S608  constants
        db.executescript(_INDEXES)
        db.commit()
    finally:
        db.close()


class SqliteTables(SqlTables):
    """Reads what `write_store` wrote. One connection a thread; SQLite does the rest."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def all(self, sql: str, values: Row = ()) -> list[Row]:
        """Every row of an answer."""
        db = getattr(self._local, "db", None)
        try:
            if db is None:
                db = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
                self._local.db = db
            return list(db.execute(sql, values))
        except sqlite3.DatabaseError as error:
            folder = self._path.parent
            raise IndexFault(f"The index generation in {folder} is damaged.", hint="Run kb index --rebuild.") from error

    def numbers(self, sql: str, values: Row = ()) -> NDArray[np.int32]:
        """The one column of an answer: int32 (rows,)."""
        return np.array([row[0] for row in self.all(sql, values)], dtype=np.int32)

    def passages_of(self, ids: Iterable[str]) -> dict[Kind, int]:
        """How many passages of each kind some practices have."""
        sql = (
            "SELECT kind, count(*) FROM passage WHERE practice IN"
            " (SELECT row FROM practice WHERE id IN (SELECT value FROM json_each(?))) GROUP BY kind"
        )
        return {**dict.fromkeys(KINDS, 0), **dict(self.all(sql, (json.dumps(list(ids)),)))}

    def titles(self) -> list[str]:
        """The title of every practice, by row."""
        return [row[0] for row in self.all("SELECT json_extract(data, '$.title') FROM practice ORDER BY row")]

    def borrowings(self) -> list[tuple[str, int]]:
        """Each practice that was borrowed, with the row of one that says so, by row."""
        sql = (
            "SELECT json_extract(borrowing.value, '$.practice'), practice.row"
            " FROM practice, json_each(practice.data, '$.borrowed_from') AS borrowing ORDER BY practice.row"
        )
        return [(source, row) for source, row in self.all(sql)]

    def same_words(self, phrases: Sequence[str]) -> list[tuple[str, str]]:
        """Folded phrases that stand in `word`, each with another that has its concept."""
        sql = (
            "SELECT asked.folded, other.folded FROM word AS asked JOIN word AS other USING (concept)"
            " WHERE asked.folded IN (SELECT value FROM json_each(?)) AND other.folded <> asked.folded"
        )
        return [(phrase, other) for phrase, other in self.all(sql, (json.dumps(phrases),))]
