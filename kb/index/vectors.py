"""The vector cache: a text is embedded once per encoder, for as long as a practice says it.

Kept beside the generations, by the hash of what the encoder reads. Each lot is kept as it comes, so
that a killed run goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.encoder.protocol import TextKind
from kb.files import sha256

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

Keys = NDArray[np.bytes_]
"""Keys of texts: dtype KEY."""

KEY = np.dtype("S64")
PAGE = 16384
"""Bytes. A vector does not fit into a page of SQLite's own 4096: the file is 2.4 times as large then."""

AT_ONCE = 8192
"""Rows fetched at a time."""


class DamagedCache(Exception):
    """The cache is not what it should be and was thrown away: what it held is embedded again."""


class VectorCache(Protocol):
    """Vectors by content, for one encoder."""

    def keys(self) -> Keys:
        """The keys that have a vector, sorted."""
        ...

    def add(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of texts; they outlive a kill from here on."""
        ...

    def blocks(self) -> Iterator[tuple[Keys, Vectors]]:
        """Every key with its vector, some at a time, in order of key: float32 (keys, dimension).

        Raises:
            DamagedCache: some vectors are longer than others.
        """
        ...

    def some(self, keys: Keys) -> tuple[Keys, Vectors]:
        """Those of a few sorted keys that have a vector, and the vectors: float32 (keys, dimension).

        Raises:
            DamagedCache: some vectors are longer than others.
        """
        ...

    def forget(self, keys: Keys) -> None:
        """Drop the vectors of some keys."""
        ...


@contextlib.contextmanager
def cached_in(path: Path, encoder: str) -> Iterator[VectorCache]:
    """The cache in a SQLite file, open while the block runs.

    Raises:
        DamagedCache: the file is not what it should be, or the block says so; it is gone now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with contextlib.closing(_connect(path)) as db:
            yield _SqliteCache(db, encoder)
    except sqlite3.OperationalError:
        raise  # a full disk or a lock: nothing is wrong with the cache
    except (sqlite3.DatabaseError, DamagedCache) as error:
        _remove(path)
        raise DamagedCache from error


class _SqliteCache:
    def __init__(self, db: sqlite3.Connection, encoder: str) -> None:
        self._db = db
        self._encoder = encoder

    def keys(self) -> Keys:
        found = self._db.execute(
            "SELECT CAST(key AS BLOB) FROM vector WHERE encoder = ? ORDER BY key", (self._encoder,)
        )
        return np.fromiter((row[0] for row in found), dtype=KEY)

    def add(self, keys: Sequence[str], vectors: Vectors) -> None:
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                [(self._encoder, key, row.tobytes()) for key, row in zip(keys, vectors, strict=True)],
            )

    def blocks(self) -> Iterator[tuple[Keys, Vectors]]:
        found = self._db.execute(
            "SELECT CAST(key AS BLOB), CAST(vector AS BLOB) FROM vector WHERE encoder = ? ORDER BY key",
            (self._encoder,),
        )
        while rows := found.fetchmany(AT_ONCE):
            yield np.array([row[0] for row in rows], dtype=KEY), joined([row[1] for row in rows])

    def some(self, keys: Keys) -> tuple[Keys, Vectors]:
        found = self._db.execute(
            "SELECT CAST(key AS BLOB), CAST(vector AS BLOB) FROM vector"
            " WHERE encoder = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY key",
            (self._encoder, json.dumps([key.decode() for key in keys])),
        ).fetchall()
        return np.array([row[0] for row in found], dtype=KEY), joined([row[1] for row in found])

    def forget(self, keys: Keys) -> None:
        with self._db:
            self._db.executemany(
                "DELETE FROM vector WHERE encoder = ? AND key = ?", ((self._encoder, key.decode()) for key in keys)
            )


def copy_vectors(source: VectorCache, target: VectorCache) -> None:
    """Add what one cache has to another."""
    for keys, vectors in source.blocks():
        target.add([key.decode() for key in keys], vectors)


def joined(rows: Sequence[bytes]) -> Vectors:
    """Vectors as they are kept, in rows: float32 (len(rows), dimension).

    Raises:
        DamagedCache: they are not of one length.
    """
    if not rows:
        return np.empty((0, 0), dtype=np.float32)
    if {len(row) for row in rows} - {len(rows[0]) // 4 * 4}:
        raise DamagedCache
    return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(rows), -1)


def text_key(text: str, kind: TextKind) -> str:
    """The key of a text under one of the prompts."""
    return sha256(f"{kind}\0{text}")


def _remove(path: Path) -> None:
    """Remove a cache with its journal, which would otherwise be read into the next one."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    try:
        # Heeded where the file is new.
        db.execute(f"PRAGMA page_size = {PAGE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(
            "CREATE TABLE IF NOT EXISTS vector"
            " (encoder TEXT, key TEXT, vector BLOB, PRIMARY KEY (encoder, key)) WITHOUT ROWID"
        )
    except BaseException:
        db.close()
        raise
    return db
