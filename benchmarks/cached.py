"""The vector cache of an index, read and filled in bulk: a vector is a row by encoder and key."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kb.config import Config
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import ModelCard, known_card
from kb.encoder.protocol import TextKind
from kb.errors import ModelUnavailable
from kb.index.layout import IndexLayout
from kb.index.vectors import cached_in, text_key
from kb.passages import Kind, Passage

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

AT_ONCE = 4096
PROMPTS: Mapping[Kind, TextKind] = {"text": "document", "card": "document", "question": "query"}
"""How the index embeds each kind of passage."""


class Source(Protocol):
    """Where vectors of new texts come from: an encoder, or what stands in for one."""

    fingerprint: str

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """See `Encoder.encode`."""
        ...


def card_of(config: Config) -> ModelCard:
    """What is known of the model that vectors are kept for.

    Raises:
        ModelUnavailable: nothing was ever embedded with it here.
    """
    card = known_card(config.model, adapter_of(config))
    if card is None:
        raise ModelUnavailable("There is no model here whose vectors could be taken.", hint="Run kb index.")
    return card


def vectors_of(config: Config, found: Sequence[Passage]) -> Vectors:
    """The cached vectors of indexed passages, in order: float32 (len(found), dimension).

    Raises:
        KeyError: one is not there.
    """
    card = card_of(config)
    with _open(config, card.fingerprint) as db:
        known = dict(db.execute("SELECT key, vector FROM vector WHERE encoder = ?", (card.fingerprint,)))
    blobs = [known[text_key(passage.embedded, PROMPTS[passage.kind])] for passage in found]
    return np.frombuffer(b"".join(blobs), dtype=np.float32).reshape(len(found), card.dimension)


def add(config: Config, texts: Mapping[TextKind, Mapping[str, str]], encoder: Source) -> int:
    """Embed the texts (key to text) that have no vector yet; returns how many."""
    added = 0
    with _open(config, encoder.fingerprint) as db, db:
        for kind, found in texts.items():
            known = {key for key in found if _has(db, encoder.fingerprint, key)}
            keys = sorted(found.keys() - known)
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                vectors = encoder.encode([found[key] for key in some], kind)
                rows = [(encoder.fingerprint, key, row.tobytes()) for key, row in zip(some, vectors, strict=True)]
                db.executemany("INSERT INTO vector VALUES (?, ?, ?)", rows)
            added += len(keys)
    return added


def _has(db: sqlite3.Connection, encoder: str, key: str) -> bool:
    return db.execute("SELECT 1 FROM vector WHERE encoder = ? AND key = ?", (encoder, key)).fetchone() is not None


@contextmanager
def _open(config: Config, encoder: str) -> Iterator[sqlite3.Connection]:
    path = IndexLayout(config.index).vectors
    # It makes the table where there is none.
    with cached_in(path, encoder), closing(sqlite3.connect(path)) as db:
        yield db
