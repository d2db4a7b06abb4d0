"""The vector cache: a text is embedded once per encoder, for as long as a practice says it.

Kept beside the generations, by the hash of what the encoder reads. Each batch is committed as it
comes, so that a killed run goes on where it stopped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from kb.encoder.protocol import Encoder, TextKind
from kb.files import sha256

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

COMMIT_EVERY = 64


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

    def missing(self, keys: Iterable[str]) -> list[str]:
        """The keys that have no vector yet, each once, in order."""
        known = {row[0] for row in self._db.execute("SELECT key FROM vector WHERE encoder = ?", (self._encoder,))}
        return [key for key in dict.fromkeys(keys) if key not in known]

    def add(self, encoder: Encoder, texts: dict[str, str], kind: TextKind, progress: Callable[[int], None]) -> None:
        """Embed texts (key to text) and keep their vectors, a batch at a time."""
        # Like lengths together: a batch is then padded as little as possible.
        keys = sorted(texts, key=lambda key: -len(texts[key]))
        for start in range(0, len(keys), COMMIT_EVERY):
            batch = keys[start : start + COMMIT_EVERY]
            vectors = encoder.encode([texts[key] for key in batch], kind, progress)
            with self._db:
                self._db.executemany(
                    "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                    [(self._encoder, key, row.tobytes()) for key, row in zip(batch, vectors, strict=True)],
                )

    def get(self, keys: Sequence[str], dimension: int) -> Vectors:
        """The vectors of keys, in order: float32 (len(keys), dimension)."""
        found = np.empty((len(keys), dimension), dtype=np.float32)
        rows: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            rows.setdefault(key, []).append(row)
        for key, blob in self._db.execute("SELECT key, vector FROM vector WHERE encoder = ?", (self._encoder,)):
            for row in rows.get(key, ()):
                found[row] = np.frombuffer(blob, dtype=np.float32)
        return found

    def forget_others(self, keys: Iterable[str]) -> None:
        """Drop this encoder's vectors that no passage has any more."""
        with self._db:
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY)")
            self._db.execute("DELETE FROM kept")
            self._db.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((key,) for key in keys))
            self._db.execute(
                "DELETE FROM vector WHERE encoder = ? AND key NOT IN (SELECT key FROM kept)", (self._encoder,)
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
