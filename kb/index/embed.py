"""The dense arm of a generation: embed what is new, take the language out, write it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.layout import known_card
from kb.encoder.protocol import Encoder, TextKind
from kb.index import dense
from kb.index.layout import GenerationLayout
from kb.index.means import REFERENCE, Means, centre, language_means
from kb.index.store import Record
from kb.index.vectors import VectorCache, forget, text_key
from kb.passages import KINDS, Kind, Passage

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is."""

PROMPTS: Mapping[Kind, TextKind] = {"text": "document", "card": "document", "question": "query"}
"""Questions are held against questions, so they are embedded as such."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """What vectors are made with, and where they are kept."""

    config: Config
    fingerprint: str
    """The encoder's; vectors in the cache are kept under it."""
    encoder: Encoder | None
    """None until a text is new: an encoder takes a while to load."""
    cache: Path
    tell: Progress


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The passages of one kind, in the order of their rows."""

    practices: tuple[int, ...]
    passages: tuple[Passage, ...]
    keys: tuple[str, ...]

    @property
    def languages(self) -> list[str]:
        return [passage.language for passage in self.passages]


def write_vectors(folder: GenerationLayout, records: Sequence[Record], using: Embedding) -> int:
    """Write the dense arm of a generation; returns how many passages were embedded for it.

    Raises:
        EncoderError: something is new and the encoder cannot be had.
    """
    chosen = {kind: _choose(kind, records) for kind in KINDS}
    try:
        embedded, vectors = _vectors(chosen, using)
    except sqlite3.OperationalError:
        raise  # a full disk or a lock: nothing is wrong with the cache
    except sqlite3.DatabaseError:
        forget(using.cache)
        embedded, vectors = _vectors(chosen, using)
    means = {kind: language_means(vectors[kind], chosen[kind].languages) for kind in KINDS}
    centred = {kind: centre(vectors[kind], chosen[kind].languages, means[kind]) for kind in KINDS}
    _with_reference(means, centred, chosen, len(records)).write(folder.means)
    for kind in KINDS:
        dense.write(centred[kind], folder.dense(kind))
    return embedded


def _choose(kind: Kind, records: Sequence[Record]) -> _Chosen:
    found = [
        (row, passage) for row, record in enumerate(records) for passage in record.passages if passage.kind == kind
    ]
    return _Chosen(
        practices=tuple(row for row, _ in found),
        passages=tuple(passage for _, passage in found),
        keys=tuple(text_key(passage.embedded, PROMPTS[kind]) for _, passage in found),
    )


def _vectors(chosen: Mapping[Kind, _Chosen], using: Embedding) -> tuple[int, dict[Kind, Vectors]]:
    """How many passages were embedded, and the vectors of all of them."""
    with VectorCache(using.cache, using.fingerprint) as cache:
        embedded = _embed(chosen, cache, using)
        dimension = _dimension(using)
        vectors = {kind: cache.get(chosen[kind].keys, dimension) for kind in KINDS}
        cache.forget_others(key for kind in KINDS for key in chosen[kind].keys)
    return embedded, vectors


def _embed(chosen: Mapping[Kind, _Chosen], cache: VectorCache, using: Embedding) -> int:
    """Embed the passages that the cache has no vector for."""
    new: dict[TextKind, dict[str, str]] = {"document": {}, "query": {}}
    for kind in KINDS:
        texts = {key: p.embedded for key, p in zip(chosen[kind].keys, chosen[kind].passages, strict=True)}
        new[PROMPTS[kind]] |= {key: texts[key] for key in cache.missing(texts)}
    total = sum(map(len, new.values()))
    if not total:
        return 0
    encoder = using.encoder or load_encoder(using.config, many=True)
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        using.tell("embed", done, total)

    using.tell("embed", 0, total)
    for prompt, texts in new.items():
        cache.add(encoder, texts, prompt, count)
    return total


def _dimension(using: Embedding) -> int:
    """The length of a vector, without loading the encoder where its card is known."""
    card = known_card(using.config.model)
    if card is not None:
        return card.dimension
    return using.encoder.dimension if using.encoder else 0


def _with_reference(
    means: Mapping[Kind, Mapping[str, Vectors]],
    centred: Mapping[Kind, Vectors],
    chosen: Mapping[Kind, _Chosen],
    practices: int,
) -> Means:
    """The means, with evenly chosen practices (at most REFERENCE) to hold a query against."""
    step = max(1, -(-practices // REFERENCE))
    number = {row: place for place, row in enumerate(range(0, practices, step))}
    picked = {kind: np.array([row in number for row in chosen[kind].practices], dtype=bool) for kind in KINDS}
    return Means(
        by_kind=means,
        reference={kind: centred[kind][picked[kind]] for kind in KINDS},
        reference_practices={
            kind: np.array([number[row] for row in chosen[kind].practices if row in number], dtype=np.int32)
            for kind in KINDS
        },
    )
