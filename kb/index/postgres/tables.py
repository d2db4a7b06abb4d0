"""The tables of a generation as a store asks for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from psycopg.sql import SQL

from kb.index.postgres.sessions import Reader
from kb.index.sql import SqlTables
from kb.index.store import Row


class PostgresTables(SqlTables):
    """Reads the schema that the reader's connections look in first."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def all(self, sql: str, values: Row = ()) -> list[Row]:
        """Every row of an answer."""
        return self._reader.rows(sql.replace("?", "%s"), values)

    def numbers(self, sql: str, values: Row = ()) -> NDArray[np.int32]:
        """The one column of an answer: int32 (rows,)."""
        # One array is read many times faster than as many rows.
        one = SQL("SELECT array_agg(number) FROM ({}) AS found (number)").format(SQL(sql.replace("?", "%s")))
        found = self._reader.rows(one, values)[0][0]
        return np.empty(0, np.int32) if found is None else found

    def titles(self) -> list[str]:
        """The title of every practice, by row."""
        return [row[0] for row in self.all("SELECT data::json ->> 'title' FROM practice ORDER BY row")]

    def borrowings(self) -> list[tuple[str, int]]:
        """Each practice that was borrowed, with the row of one that says so, by row."""
        sql = (
            "SELECT borrowing ->> 'practice', row"
            " FROM practice, json_array_elements(data::json -> 'borrowed_from') AS borrowing ORDER BY row"
        )
        return [(source, row) for source, row in self.all(sql)]

    def same_words(self, phrases: Sequence[str]) -> list[tuple[str, str]]:
        """Folded phrases that stand in `word`, each with another that has its concept."""
        sql = (
            "SELECT asked.folded, other.folded FROM word AS asked JOIN word AS other USING (concept)"
            " WHERE asked.folded = ANY(?) AND other.folded <> asked.folded"
        )
        return [(phrase, other) for phrase, other in self.all(sql, (list(phrases),))]
