"""The vector cache: a text is embedded once per encoder, for as long as a practice says it.

Kept beside the generations, by the hash of what the encoder reads. Each batch is committed as it
comes, so that a killed run goes on where it stopped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

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


class VectorCache:
    """Vectors by content, for one encoder at a time. Use it in a `with` block."""

    def __init__(self, path: Path, encoder: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._db = _connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def keys(self) -> Keys:
        """The keys that have a vector, sorted."""
        found = self._db.execute(
            "SELECT CAST(key AS BLOB) FROM vector WHERE encoder = ? ORDER BY key", (self._encoder,)
        )
        return np.fromiter((row[0] for row in found), dtype=KEY)

    def add(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of texts; they outlive a kill from here on."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                [(self._encoder, key, row.tobytes()) for key, row in zip(keys, vectors, strict=True)],
            )

    def blocks(self, dimension: int) -> Iterator[tuple[Keys, Vectors]]:
        """Every key with its vector, some at a time, in order of key.

        Raises:
            sqlite3.DatabaseError: a vector is of another length: the cache is damaged.
        """
        found = self._db.execute(
            "SELECT CAST(key AS BLOB), CAST(vector AS BLOB) FROM vector WHERE encoder = ? ORDER BY key",
            (self._encoder,),
        )
        while rows := found.fetchmany(AT_ONCE):
            joined = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.uint8)
            if joined.size != len(rows) * dimension * 4:
                raise sqlite3.DatabaseError("a vector is of another length")
            yield np.array([row[0] for row in rows], dtype=KEY), joined.view(np.float32).reshape(-1, dimension)

    def forget(self, keys: Keys) -> None:
        """Drop the vectors of some keys."""
        with self._db:
            self._db.executemany(
                "DELETE FROM vector WHERE encoder = ? AND key = ?", ((self._encoder, key.decode()) for key in keys)
            )


def text_key(text: str, kind: TextKind) -> str:
    """The key of a text under one of the prompts."""
    return sha256(f"{kind}\0{text}")


def forget(path: Path) -> None:
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
