"""The dense arm of a generation: embed what is new, and take the language out.

Neither the texts nor the vectors are ever all in memory: texts stream past the encoder into the
cache, and a generation is written from a file that is mapped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import known_card
from kb.encoder.protocol import Encoder, Stream, Text
from kb.encoder.window import FEW
from kb.index.ahead import NOTHING, Ahead
from kb.index.matrix import Matrix, mapped
from kb.index.means import QUESTION_PART, REFERENCE, TAUGHT_PART, Means, language_means
from kb.index.rows import GROUPS, PROMPTS, Group, Rows, rows_of, texts_of
from kb.index.store import Record
from kb.index.vectors import DamagedCache, Keys, VectorCache
from kb.index.workers import THIS_MACHINE, Workers
from kb.passages import KINDS, Kind

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors
    from kb.index.storage import Writer

Made = tuple[Keys, int, "Vectors"]
"""The different keys in order, how many of them were embedded for it, and their vectors."""

Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """What vectors are made with, and where they are kept."""

    config: Config
    fingerprint: str
    """The encoder's; vectors in the cache are kept under it."""
    encoder: Encoder | None
    """None until a text is new: an encoder takes a while to load."""
    index: Writer
    tell: Progress
    workers: Workers = THIS_MACHINE
    ahead: Ahead = NOTHING


@dataclass(frozen=True, slots=True)
class DenseArm:
    """The vectors of a generation, without their language; they are read in slices."""

    vectors: Mapping[Kind, Matrix]
    means: Means
    embedded: int
    """How many texts were embedded for it."""


def dense_arm(records: Collection[Record], using: Embedding) -> DenseArm:
    """The dense arm of a generation.

    Raises:
        EncoderError: something is new and the encoder cannot be had.
        ClusterError: the cluster cannot be had or was lost; what came back is kept.
    """
    rows = rows_of(records)
    wanted, embedded, vectors = _twice(lambda: _all_vectors(records, rows, using))
    raw = {group: Matrix(vectors, np.searchsorted(wanted, each.keys), each.languages) for group, each in rows.items()}
    return _without_language(raw, rows, len(records), using.config, embedded)


def layer_arm(records: Collection[Record], means: Means, using: Embedding) -> DenseArm:
    """The vectors of the few records of a layer, without the language as its base has it.

    Raises:
        EncoderError: something is new and the encoder cannot be had.
        ClusterError: the cluster cannot be had or was lost; what came back is kept.
    """
    rows = rows_of(records)
    wanted, embedded, vectors = _twice(lambda: _few_vectors(records, rows, using))
    taken = means.by_kind if means.centring else dict.fromkeys(KINDS)
    places = {kind: np.searchsorted(wanted, rows[kind].keys) for kind in KINDS}
    arm = {kind: Matrix(vectors, places[kind], rows[kind].languages, taken[kind]) for kind in KINDS}
    return DenseArm(arm, means, embedded)


def _twice(make: Callable[[], Made]) -> Made:
    """What is made with the cache; where that was damaged and thrown away, with another one."""
    try:
        return make()
    except DamagedCache:
        return make()


def _all_vectors(records: Collection[Record], rows: Mapping[Group, Rows], using: Embedding) -> Made:
    keys = _keys(rows)
    wanted = np.unique(keys)
    with using.index.vectors(using.fingerprint) as cache:
        known = cache.keys()
        embedded = _embed_new(records, rows, known, cache, using)
        vectors = mapped(cache, wanted, _dimension(using), using.index.scratch)
        cache.forget(known[~_among(known, wanted)])
    return wanted, embedded, vectors


def _few_vectors(records: Collection[Record], rows: Mapping[Group, Rows], using: Embedding) -> Made:
    """The same by looking for these keys alone; what the cache has besides stays."""
    wanted = np.unique(_keys(rows))
    with using.index.vectors(using.fingerprint) as cache:
        known, _ = cache.some(wanted)
        embedded = _embed_new(records, rows, known, cache, using)
        found, vectors = cache.some(wanted)
        if len(found) != len(wanted) or (len(found) and vectors.shape[1] != _dimension(using)):
            raise DamagedCache
    return wanted, embedded, vectors.reshape(len(wanted), _dimension(using))


def _keys(rows: Mapping[Group, Rows]) -> Keys:
    return np.concatenate([rows[group].keys for group in GROUPS])


def _embed_new(
    records: Collection[Record], rows: Mapping[Group, Rows], known: Keys, cache: VectorCache, using: Embedding
) -> int:
    """Embed the texts whose keys are not known, each once; how many they were."""
    keys = _keys(rows)
    wanted, first = np.unique(keys, return_index=True)
    new = ~_among(wanted, known)
    if new.any():
        fresh = np.zeros(len(keys), dtype=bool)
        fresh[first[new]] = True
        _embed(records, rows, fresh, cache, using)
    return int(new.sum())


def _among(keys: Keys, others: Keys) -> NDArray[np.bool_]:
    """Which keys are among others; both are sorted."""
    if not len(others):
        return np.zeros(len(keys), dtype=bool)
    places = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    found: NDArray[np.bool_] = others[places] == keys
    return found


def _embed(
    records: Collection[Record],
    rows: Mapping[Group, Rows],
    fresh: NDArray[np.bool_],
    cache: VectorCache,
    using: Embedding,
) -> None:
    """Embed the rows that are fresh, groups one after the other, and keep each lot as it comes."""
    total, done = int(fresh.sum()), 0
    stream = _stream(using, total)
    waiting: dict[int, str] = {}

    def texts() -> Iterator[Text]:
        for place, (key, text) in enumerate(_chosen(records, rows, fresh)):
            waiting[place] = key
            yield text

    using.tell("embed", done, total)
    for lot in stream(texts()):
        cache.add([waiting.pop(place) for place in lot.places], lot.vectors)
        done += len(lot.places)
        using.tell("embed", done, total)


def _chosen(
    records: Collection[Record], rows: Mapping[Group, Rows], fresh: NDArray[np.bool_]
) -> Iterator[tuple[str, Text]]:
    """The texts of the rows that are fresh, with their keys, in order of the records."""
    ends = np.cumsum([len(rows[group].keys) for group in GROUPS])
    parts = dict(zip(GROUPS, np.split(fresh, ends[:-1]), strict=True))
    at = dict.fromkeys(GROUPS, 0)
    for record in records:
        for group, _, text in texts_of(record):
            row = at[group]
            at[group] = row + 1
            if parts[group][row]:
                yield rows[group].keys[row].decode(), (text, PROMPTS[group])


def _stream(using: Embedding, texts: int) -> Stream:
    if using.workers.cluster:
        from kb.cluster.client import stream_on

        return stream_on(using.workers.cluster, using.config, using.fingerprint)
    if texts <= FEW and using.ahead.encoder:
        return using.ahead.encoder.result().stream
    return (using.encoder or load_encoder(using.config, many=True, jobs=using.workers.jobs)).stream


def _dimension(using: Embedding) -> int:
    """The length of a vector, without loading the encoder where its card is known."""
    card = known_card(using.config.model, adapter_of(using.config))
    if card is not None:
        return card.dimension
    return using.encoder.dimension if using.encoder else 0


def _without_language(
    raw: Mapping[Group, Matrix], rows: Mapping[Group, Rows], practices: int, config: Config, embedded: int
) -> DenseArm:
    """The vectors of each kind as they are searched, and the means that were taken out."""
    means = {kind: language_means(raw[kind], rows[kind].languages) for kind in KINDS}
    vectors = {kind: replace(raw[kind], means=means[kind]) if config.search.centring else raw[kind] for kind in KINDS}
    means["question"] = _asked_means(raw)
    reference = replace(
        _with_reference(means, vectors, rows, practices),
        centring=config.search.centring,
        question_part=TAUGHT_PART if adapter_of(config) else QUESTION_PART,
    )
    return DenseArm(vectors, reference, embedded)


def _asked_means(raw: Mapping[Group, Matrix]) -> dict[str, NDArray[np.float32]]:
    """How questions sound in each language: the questions, and the titles where nobody wrote any."""
    asked, titles = raw["question"], raw["title"]
    places = np.concatenate([asked.places, titles.places])
    languages = np.concatenate([asked.languages, titles.languages])
    return language_means(Matrix(asked.mapped, places, languages), languages)


def _with_reference(
    means: Mapping[Kind, Mapping[str, NDArray[np.float32]]],
    vectors: Mapping[Kind, Matrix],
    rows: Mapping[Group, Rows],
    practices: int,
) -> Means:
    """The means, with evenly chosen practices (at most REFERENCE) to hold a query against."""
    step = max(1, -(-practices // REFERENCE))
    picked = {kind: np.flatnonzero(rows[kind].practices % step == 0) for kind in KINDS}
    return Means(
        by_kind=means,
        reference={kind: vectors[kind][picked[kind]] for kind in KINDS},
        reference_practices={kind: rows[kind].practices[picked[kind]] // step for kind in KINDS},
    )
