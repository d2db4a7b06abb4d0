"""The vector cache in the database, so that what one indexer has embedded no other embeds again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kb.config import Address
from kb.index.postgres.connect import Connection, telling
from kb.index.vectors import VectorCache, cached_in

TOGETHER = 5000
"""Vectors that are asked for at once."""


class PostgresCache(VectorCache):
    """Vectors by content, for one encoder, on the connection of the one writer."""

    def __init__(self, connection: Connection, address: Address, encoder: str, beside: Path) -> None:
        """What an index in a folder has embedded, in the file `beside`, is taken over as it is asked for."""
        self._connection = connection
        self._address = address
        self._encoder = encoder
        self._beside = beside

    def missing(self, keys: Iterable[str]) -> list[str]:
        """The keys that have no vector yet, each once, in order."""
        missing = self._without_vector(dict.fromkeys(keys))
        if missing and self._beside.is_file():
            with cached_in(self._beside, self._encoder) as folder:
                self.put(list(folder.known(missing)))
            return self._without_vector(missing)
        return missing

    def known(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Those of these keys that have a vector, each with it."""
        sql = "SELECT key, vector FROM praksis.vector WHERE encoder = %s AND key = ANY(%s)"
        return ((key.hex(), vector) for key, vector in self._ask(sql, list(keys)))

    def _without_vector(self, keys: Iterable[str]) -> list[str]:
        wanted = list(keys)
        sql = "SELECT key FROM praksis.vector WHERE encoder = %s AND key = ANY(%s)"
        known = {key.hex() for (key,) in self._ask(sql, wanted)}
        return [key for key in wanted if key not in known]

    def forget_others(self, keys: Iterable[str]) -> None:
        """Drop this encoder's vectors that no passage has any more."""
        with telling(self._address), self._connection.transaction():
            self._connection.execute("CREATE TEMP TABLE kept (key bytea) ON COMMIT DROP")
            with self._connection.cursor().copy("COPY kept FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["bytea"])
                for key in set(keys):
                    copy.write_row((bytes.fromhex(key),))
            self._connection.execute(
                "DELETE FROM praksis.vector WHERE encoder = %s"
                " AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.key = vector.key)",
                (self._encoder,),
            )

    def put(self, vectors: Sequence[tuple[str, bytes]]) -> None:
        """Keep vectors for good: they are acknowledged when this returns."""
        with telling(self._address), self._connection.transaction():
            self._connection.cursor().executemany(
                "INSERT INTO praksis.vector VALUES (%s, %s, %s)"
                " ON CONFLICT (encoder, key) DO UPDATE SET vector = excluded.vector",
                [(self._encoder, bytes.fromhex(key), data) for key, data in vectors],
            )

    def _ask(self, sql: str, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(keys), TOGETHER):
            some = [bytes.fromhex(key) for key in keys[start : start + TOGETHER]]
            with telling(self._address):
                rows = self._connection.execute(sql, (self._encoder, some), binary=True).fetchall()
            yield from rows
