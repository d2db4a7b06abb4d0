"""The vector cache: a text is embedded once per encoder, for as long as a practice says it.

Kept beside the generations, by the hash of what the encoder reads. Each batch is committed as it
comes, so that a killed run goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.files import sha256

if TYPE_CHECKING:
    from kb.encoder.protocol import Encoder, TextKind, Vectors

COMMIT_EVERY = 64


class DamagedCache(Exception):
    """The cache could not be read and was thrown away: what it held is embedded again."""


class VectorCache(ABC):
    """Vectors by content, for one encoder."""

    @abstractmethod
    def missing(self, keys: Iterable[str]) -> list[str]:
        """The keys that have no vector yet, each once, in order."""

    @abstractmethod
    def known(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Those of these keys that have a vector, each with it as `put` takes it."""

    @abstractmethod
    def forget_others(self, keys: Iterable[str]) -> None:
        """Drop this encoder's vectors that no passage has any more."""

    @abstractmethod
    def put(self, vectors: Sequence[tuple[str, bytes]]) -> None:
        """Keep vectors, each a key with float32 in this machine's order, for good."""

    def get(self, keys: Sequence[str], dimension: int) -> Vectors:
        """The vectors of keys, in order: float32 (len(keys), dimension)."""
        found = np.empty((len(keys), dimension), dtype=np.float32)
        rows: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            rows.setdefault(key, []).append(row)
        for key, data in self.known(rows):
            found[rows[key]] = np.frombuffer(data, dtype=np.float32)
        return found

    def add(self, encoder: Encoder, texts: dict[str, str], kind: TextKind, progress: Callable[[int], None]) -> None:
        """Embed texts (key to text) and keep their vectors, a batch at a time."""
        # Like lengths together: a batch is then padded as little as possible.
        keys = sorted(texts, key=lambda key: -len(texts[key]))
        for start in range(0, len(keys), COMMIT_EVERY):
            batch = keys[start : start + COMMIT_EVERY]
            vectors = encoder.encode([texts[key] for key in batch], kind, progress)
            self.put([(key, row.tobytes()) for key, row in zip(batch, vectors, strict=True)])


@contextlib.contextmanager
def cached_in(path: Path, encoder: str) -> Iterator[VectorCache]:
    """The cache in a SQLite file, open while the block runs.

    Raises:
        DamagedCache: the file is not what it should be; it is gone now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with contextlib.closing(_connect(path)) as db:
            yield _SqliteCache(db, encoder)
    except sqlite3.OperationalError:
        raise  # a full disk or a lock: nothing is wrong with the cache
    except sqlite3.DatabaseError as error:
        _forget(path)
        raise DamagedCache from error


class _SqliteCache(VectorCache):
    def __init__(self, db: sqlite3.Connection, encoder: str) -> None:
        self._db = db
        self._encoder = encoder

    def missing(self, keys: Iterable[str]) -> list[str]:
        known = {row[0] for row in self._db.execute("SELECT key FROM vector WHERE encoder = ?", (self._encoder,))}
        return [key for key in dict.fromkeys(keys) if key not in known]

    def known(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = set(keys)
        everything = self._db.execute("SELECT key, vector FROM vector WHERE encoder = ?", (self._encoder,))
        return ((key, vector) for key, vector in everything if key in wanted)

    def forget_others(self, keys: Iterable[str]) -> None:
        with self._db:
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY)")
            self._db.execute("DELETE FROM kept")
            self._db.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((key,) for key in keys))
            self._db.execute(
                "DELETE FROM vector WHERE encoder = ? AND key NOT IN (SELECT key FROM kept)", (self._encoder,)
            )

    def put(self, vectors: Sequence[tuple[str, bytes]]) -> None:
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", [(self._encoder, *item) for item in vectors]
            )


def text_key(text: str, kind: TextKind) -> str:
    """The key of a text under one of the prompts."""
    return sha256(f"{kind}\0{text}")


def _forget(path: Path) -> None:
    """Remove a cache with its journal, which would otherwise be read into the next one."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    try:
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
