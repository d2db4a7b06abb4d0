"""The dense arm of a generation: embed what is new, and take the language out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import known_card
from kb.encoder.protocol import Encoder, TextKind
from kb.index.means import REFERENCE, Means, centre, language_means
from kb.index.store import Record
from kb.index.vectors import DamagedCache, VectorCache, text_key
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
    encoder: Encoder | None
    """None until a text is new: an encoder takes a while to load."""
    cached: Callable[[], AbstractContextManager[VectorCache]]
    tell: Progress


@dataclass(frozen=True, slots=True)
class DenseArm:
    """The vectors of a generation, without their language: float32 (passages of the kind, dimension) each."""

    vectors: Mapping[Kind, Vectors]
    means: Means
    embedded: int
    """How many passages were embedded for it."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The passages of one kind, in the order of their rows."""

    practices: tuple[int, ...]
    passages: tuple[Passage, ...]
    keys: tuple[str, ...]

    @property
    def languages(self) -> list[str]:
        return [passage.language for passage in self.passages]


def dense_arm(records: Sequence[Record], using: Embedding) -> DenseArm:
    """The dense arm of a generation.

    Raises:
        EncoderError: something is new and the encoder cannot be had.
    """
    chosen = {kind: _choose(kind, records) for kind in KINDS}
    asked = _asked(records)
    try:
        embedded, vectors, asked_vectors = _vectors(chosen, asked, using)
    except DamagedCache:
        # It was thrown away; another one is begun.
        embedded, vectors, asked_vectors = _vectors(chosen, asked, using)
    means = {kind: language_means(vectors[kind], chosen[kind].languages) for kind in KINDS}
    if using.config.search.centring:
        vectors = {kind: centre(vectors[kind], chosen[kind].languages, means[kind]) for kind in KINDS}
    means["question"] = language_means(asked_vectors, asked.languages)
    reference = _with_reference(means, vectors, chosen, len(records))
    return DenseArm(vectors, replace(reference, centring=using.config.search.centring), embedded)


def _choose(kind: Kind, records: Sequence[Record]) -> _Chosen:
    found = [
        (row, passage) for row, record in enumerate(records) for passage in record.passages if passage.kind == kind
    ]
    return _chosen(kind, found)


def _chosen(kind: Kind, found: Sequence[tuple[int, Passage]]) -> _Chosen:
    return _Chosen(
        practices=tuple(row for row, _ in found),
        passages=tuple(passage for _, passage in found),
        keys=tuple(text_key(passage.embedded, PROMPTS[kind]) for _, passage in found),
    )


def _asked(records: Sequence[Record]) -> _Chosen:
    """What tells how questions sound in each language: the questions, and the titles where nobody wrote any."""
    found = []
    for row, record in enumerate(records):
        questions = [passage for passage in record.passages if passage.kind == "question"]
        practice = record.practice
        cards = (practice.card(practice.language), *practice.cards.values())
        titles = [Passage("question", "question", "", 1, card.language, card.title) for card in cards if card.title]
        found += [(row, passage) for passage in questions or titles]
    return _chosen("question", found)


def _vectors(
    chosen: Mapping[Kind, _Chosen], asked: _Chosen, using: Embedding
) -> tuple[int, dict[Kind, Vectors], Vectors]:
    """How many passages were embedded, the vectors of all of them, and those of what is asked."""
    groups = [(PROMPTS[kind], chosen[kind]) for kind in KINDS]
    groups.append((PROMPTS["question"], asked))
    with using.cached() as cache:
        embedded = _embed(groups, cache, using)
        dimension = _dimension(using)
        vectors = {kind: cache.get(chosen[kind].keys, dimension) for kind in KINDS}
        asked_vectors = cache.get(asked.keys, dimension)
        cache.forget_others(key for _, group in groups for key in group.keys)
    return embedded, vectors, asked_vectors


def _embed(groups: Sequence[tuple[TextKind, _Chosen]], cache: VectorCache, using: Embedding) -> int:
    """Embed the passages that the cache has no vector for."""
    new: dict[TextKind, dict[str, str]] = {"document": {}, "query": {}}
    for prompt, group in groups:
        texts = {key: p.embedded for key, p in zip(group.keys, group.passages, strict=True)}
        new[prompt] |= {key: texts[key] for key in cache.missing(texts)}
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
    card = known_card(using.config.model, adapter_of(using.config))
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
