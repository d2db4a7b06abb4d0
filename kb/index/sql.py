"""The tables of a generation in a database, as a store asks for them: the SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.index.plain import practice_from_json
from kb.index.store import Record, Row
from kb.passages import Kind, Passage
from kb.practice import Practice

TOGETHER = 500
"""Records that are read at once."""

_PASSAGE = "kind, section, heading, line, language, text, context"


class SqlTables(ABC):
    """Reads the tables that `kb.index.store.ROWS` names; SQL has a `?` for each value."""

    @abstractmethod
    def all(self, sql: str, values: Row = ()) -> list[Row]:
        """Every row of an answer.

        Raises:
            IndexFault: it cannot be read.
        """

    @abstractmethod
    def numbers(self, sql: str, values: Row = ()) -> NDArray[np.int32]:
        """The one column of an answer: int32 (rows,)."""

    def ids(self) -> list[str]:
        """The id of every practice, by row."""
        return [row[0] for row in self.all("SELECT id FROM practice ORDER BY row")]

    def owners(self, kind: Kind) -> NDArray[np.int32]:
        """The practice of every passage of a kind, by row."""
        return self.numbers("SELECT practice FROM passage WHERE kind = ? ORDER BY row", (kind,))

    def practice(self, row: int) -> Practice:
        """One practice by its row."""
        return practice_from_json(self.all("SELECT data FROM practice WHERE row = ?", (row,))[0][0])

    def passage(self, kind: Kind, row: int) -> Passage:
        """One passage by its number among its kind."""
        sql = f"SELECT {_PASSAGE} FROM passage WHERE kind = ? AND row = ?"  # noqa: S608  a constant
        return Passage(*self.all(sql, (kind, row))[0])

    def records(self, rows: Sequence[int]) -> Iterator[Record]:
        """Practices with their passages, in order of row."""
        for start in range(0, len(rows), TOGETHER):
            some = rows[start : start + TOGETHER]
            passages: dict[int, list[Passage]] = {row: [] for row in some}
            found = self.all(
                f"SELECT practice, {_PASSAGE} FROM passage WHERE practice BETWEEN ? AND ?"  # noqa: S608  a constant
                " ORDER BY practice, CASE kind WHEN 'text' THEN 0 WHEN 'card' THEN 1 ELSE 2 END, row",
                (some[0], some[-1]),
            )
            for row, *values in found:
                if row in passages:
                    passages[row].append(Passage(*values))
            sql = "SELECT row, data FROM practice WHERE row BETWEEN ? AND ?"
            data: dict[int, str] = dict(self.all(sql, (some[0], some[-1])))
            yield from (Record(practice_from_json(data[row]), tuple(passages[row])) for row in some)

    def titled(self, folded: str) -> list[int]:
        """The practices with exactly this folded title."""
        rows = self.all("SELECT DISTINCT practice FROM title WHERE folded = ? ORDER BY practice", (folded,))
        return [row[0] for row in rows]

    def facet(self, name: str) -> list[tuple[int, str]]:
        """Every practice that has a facet, with its value."""
        sql = "SELECT practice, value FROM facet WHERE name = ? ORDER BY practice"
        return [(row, value) for row, value in self.all(sql, (name,))]

    def with_value(self, name: str, value: str) -> NDArray[np.int32]:
        """The practices that have a value of a facet."""
        return self.numbers("SELECT practice FROM facet WHERE name = ? AND value = ?", (name, value))

    def in_section(self, section: str) -> NDArray[np.int32]:
        """The text passages that stand in a section."""
        return self.numbers("SELECT row FROM passage WHERE kind = 'text' AND section = ?", (section,))

    def speaking(self, language: str, kind: Kind) -> NDArray[np.int32]:
        """The practices with a passage of a kind in a language."""
        sql = "SELECT DISTINCT practice FROM passage WHERE language = ? AND kind = ?"
        return self.numbers(sql, (language, kind))

    def languages(self) -> list[str]:
        """The languages that passages are in."""
        return [row[0] for row in self.all("SELECT DISTINCT language FROM passage")]

    def lines(self) -> NDArray[np.int32]:
        """The line of every text passage in its practice's file."""
        return self.numbers("SELECT line FROM passage WHERE kind = 'text' ORDER BY row")

    def files(self) -> list[tuple[str, str]]:
        """The file of every practice and its id."""
        return [(path, practice_id) for path, practice_id in self.all("SELECT path, id FROM practice")]

    @abstractmethod
    def titles(self) -> list[str]:
        """The title of every practice, by row."""

    @abstractmethod
    def borrowings(self) -> list[tuple[str, int]]:
        """Each practice that was borrowed, with the row of one that says so, by row."""

    @abstractmethod
    def same_words(self, phrases: Sequence[str]) -> list[tuple[str, str]]:
        """Folded phrases that stand in `word`, each with another that has its concept."""
