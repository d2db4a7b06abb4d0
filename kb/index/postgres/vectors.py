"""The vector cache in the database, so that what one indexer has embedded no other embeds again."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg.sql import SQL, Identifier

from kb.config import Address
from kb.index.postgres.connect import Connection, telling
from kb.index.vectors import AT_ONCE, KEY, DamagedCache, Keys, cached_in, copy_vectors, joined

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors


class PostgresCache:
    """Vectors by content, for one encoder, on the connection of the one writer."""

    def __init__(self, connection: Connection, address: Address, encoder: str) -> None:
        self._connection = connection
        self._address = address
        self._encoder = encoder

    def keys(self) -> Keys:
        """The keys that have a vector, sorted."""
        return np.fromiter((row[0].hex().encode() for rows in self._pages("key") for row in rows), dtype=KEY)

    def add(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of texts; they are acknowledged when this returns."""
        with telling(self._address), self._connection.transaction():
            self._connection.cursor().executemany(
                "INSERT INTO praksis.vector VALUES (%s, %s, %s)"
                " ON CONFLICT (encoder, key) DO UPDATE SET vector = excluded.vector",
                [(self._encoder, bytes.fromhex(key), row.tobytes()) for key, row in zip(keys, vectors, strict=True)],
            )

    def blocks(self) -> Iterator[tuple[Keys, Vectors]]:
        """Every key with its vector, some at a time, in order of key: float32 (keys, dimension)."""
        for rows in self._pages("key", "vector"):
            yield np.array([row[0].hex() for row in rows], dtype=KEY), joined([row[1] for row in rows])

    def some(self, keys: Keys) -> tuple[Keys, Vectors]:
        """Those of a few sorted keys that have a vector, and the vectors."""
        sql = "SELECT key, vector FROM praksis.vector WHERE encoder = %s AND key = ANY(%s) ORDER BY key"
        wanted = [bytes.fromhex(key.decode()) for key in keys]
        with telling(self._address):
            found = self._connection.execute(sql, (self._encoder, wanted), binary=True).fetchall()
        return np.array([row[0].hex() for row in found], dtype=KEY), joined([row[1] for row in found])

    def forget(self, keys: Keys) -> None:
        """Drop the vectors of some keys."""
        for start in range(0, len(keys), AT_ONCE):
            some = [bytes.fromhex(key.decode()) for key in keys[start : start + AT_ONCE]]
            sql = "DELETE FROM praksis.vector WHERE encoder = %s AND key = ANY(%s)"
            with telling(self._address):
                self._connection.execute(sql, (self._encoder, some))

    def take_over(self, beside: Path) -> None:
        """Begin with what an index in a folder has embedded, where nothing is kept here yet: all of it or nothing."""
        if not beside.is_file() or next(self._pages("key"), None):
            return
        # A cache that cannot be read is as good as none.
        with (
            contextlib.suppress(DamagedCache, sqlite3.OperationalError),
            telling(self._address),
            self._connection.transaction(),
            cached_in(beside, self._encoder) as folder,
        ):
            copy_vectors(folder, self)

    def clear(self) -> None:
        """Drop this encoder's vectors."""
        with telling(self._address):
            self._connection.execute("DELETE FROM praksis.vector WHERE encoder = %s", (self._encoder,))

    def _pages(self, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in order of key, some at a time; the key comes first."""
        sql = SQL("SELECT {} FROM praksis.vector WHERE encoder = %s AND key > %s ORDER BY key LIMIT %s").format(
            SQL(", ").join(map(Identifier, columns))
        )
        after = b""
        while True:
            with telling(self._address):
                rows = self._connection.execute(sql, (self._encoder, after, AT_ONCE), binary=True).fetchall()
            if not rows:
                return
            yield rows
            after = rows[-1][0]
