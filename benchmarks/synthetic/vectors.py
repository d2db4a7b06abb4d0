"""Vectors for synthetic passages without encoding them: those of the real texts, moved as far as was measured.

A synthetic passage holds texts of real passages under another title. Its vector is their mean, turned by an angle
towards some other real vector and a little away from a third, so that what is made stays in the narrow cone that
real vectors lie in. How far: `python -m benchmarks.synthetic --measure` encodes a sample of synthetic passages with
the model and gives the distribution of the cosine between what the encoder says and that mean; `COSINES` is it.
It also shows how near their neighbours both lie, which `AWAY` is chosen by. Which vectors and how far is read off
the text's digest, so that the same text has the same vector.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.cached import PROMPTS, add, card_of, vectors_of
from benchmarks.shipped import shipped
from benchmarks.synthetic.compose import MARK, compose
from benchmarks.synthetic.material import Material, material
from benchmarks.synthetic.tree import SEED
from kb.config import Config
from kb.encoder.layout import ModelCard
from kb.encoder.protocol import TextKind
from kb.index.means import unit
from kb.index.vectors import text_key
from kb.passages import Kind, Passage, passages

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

COSINES: Mapping[Kind, tuple[float, ...]] = {
    "text": (0.691, 0.789, 0.833, 0.878, 0.996),
    "card": (0.984, 0.994, 0.996, 0.997, 0.999),
    "question": (0.934, 0.955, 0.961, 0.968, 0.985),
}
"""The smallest, the quartiles and the largest cosine between an encoded synthetic passage and its sources."""

AWAY = 0.5
"""With 0 moved vectors lie too near each other (tenth neighbour among 200 texts: .81, encoded .73), with 1 too far."""

AT_ONCE = 2000
"""Practices whose texts are held in memory together."""
_KNOWN_BY = 60
"""Characters by which a text is known again; some are cut at their end."""
_WHOLE = 2.0**32


@dataclass(frozen=True, slots=True)
class Sources:
    """The vectors of the shipped passages, and which of them hold a text."""

    vectors: Mapping[TextKind, Vectors]
    """Per prompt: float32 (passages, dimension)."""
    rows: Mapping[TextKind, Mapping[str, int]]
    """Per prompt: the beginning of a text to its row."""

    def mean(self, text: str, kind: TextKind) -> Vectors:
        """The mean of the vectors of what a synthetic text is made of: float32 (dimension,), of length 1.

        Raises:
            KeyError: nothing of it is known; the practices have changed since they were taken apart.
        """
        known = self.rows[kind]
        parts = (part for line in text.split("\n") for part in MARK.split(line))
        # A card's summary comes after the title's mark and a full stop.
        rows = [known[name] for part in parts if (name := part.removeprefix(". ")[:_KNOWN_BY]) in known]
        if not rows:
            raise KeyError(f"No shipped passage holds any of: {text[:200]}")
        mean: Vectors = unit(self.vectors[kind][rows].mean(axis=0))
        return mean


class Perturbed:
    """Gives vectors to synthetic texts alone, under the fingerprint of the encoder whose vectors it moves."""

    def __init__(self, sources: Sources, card: ModelCard) -> None:
        self._sources = sources
        self.fingerprint = card.fingerprint

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """The vectors of synthetic texts; see `Encoder.encode`."""
        means = np.stack([self._sources.mean(text, kind) for text in texts])
        cosines = [_cosines(text, kind) for text in texts]
        return perturbed(means, self._sources.vectors[kind], _digests(texts), cosines)


def perturbed(
    means: Vectors, pool: Vectors, digests: NDArray[np.uint32], cosines: Sequence[Sequence[float]]
) -> Vectors:
    """Each mean turned towards a vector of the pool, to a cosine drawn from its quartiles."""
    towards = pool[digests[:, 0] % len(pool)] - AWAY * pool[digests[:, 2] % len(pool)]
    towards = unit(towards - (towards * means).sum(axis=1, keepdims=True) * means)
    table = np.array(cosines)
    quarter, within = np.divmod(digests[:, 1] / _WHOLE * (table.shape[1] - 1), 1)
    rows, below = np.arange(len(table)), quarter.astype(np.int64)
    cosine = (table[rows, below] * (1 - within) + table[rows, below + 1] * within)[:, None]
    return unit(cosine * means + np.sqrt(1 - cosine**2) * towards)


def _cosines(text: str, kind: TextKind) -> tuple[float, ...]:
    """Those of a passage's kind, told by what is embedded: a text stands under its title, a card on one line."""
    return COSINES["question" if kind == "query" else "text" if "\n" in text else "card"]


def fill_cache(config: Config, size: int, seed: int = SEED, real: Config | None = None) -> int:
    """Put a vector for every passage of a synthetic collection in its cache; returns how many were new.

    The vectors are moved from those of `real`, by default the shipped practices'.

    Raises:
        ModelUnavailable: there is no model whose vectors could be moved.
    """
    source = real or shipped()
    parts = material(source.practices)
    encoder = Perturbed(sources_of(source, parts), card_of(source))
    batches = (range(start, min(size, start + AT_ONCE)) for start in range(0, size, AT_ONCE))
    return sum(add(config, _texts(parts, seed, numbers), encoder) for numbers in batches)


def sources_of(real: Config, parts: Material) -> Sources:
    """The vectors of indexed practices, and what each is of."""
    found: dict[TextKind, list[Passage]] = {"document": [], "query": []}
    for practices in parts.practices.values():
        for passage in (passage for practice in practices for passage in passages(practice)):
            found[PROMPTS[passage.kind]].append(passage)
    rows = {kind: dict(_names(some)) for kind, some in found.items()}
    return Sources({kind: vectors_of(real, some) for kind, some in found.items()}, rows)


def _names(found: Iterable[Passage]) -> Iterator[tuple[str, int]]:
    """Each text that synthetic passages may hold, by its beginning, with the row of the passage that holds it."""
    for row, passage in enumerate(found):
        texts = passage.text.split("\n")
        if passage.kind == "card":
            # Title and summary; synthetic ones have the mark between the two.
            sentences = passage.text.split(". ")
            texts = [". ".join(sentences[start:]) for start in range(1, len(sentences))]
        yield from ((text[:_KNOWN_BY], row) for text in texts)


def _texts(parts: Material, seed: int, numbers: range) -> dict[TextKind, dict[str, str]]:
    """Per prompt, key to text of every passage of some practices."""
    found: dict[TextKind, dict[str, str]] = {"document": {}, "query": {}}
    for number in numbers:
        for passage in passages(compose(parts, seed, number).practice):
            kind = PROMPTS[passage.kind]
            found[kind][text_key(passage.embedded, kind)] = passage.embedded
    return found


def _digests(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The digest of each text as numbers: uint32 (len(texts), 8)."""
    joined = b"".join(hashlib.sha256(text.encode()).digest() for text in texts)
    return np.frombuffer(joined, dtype="<u4").reshape(len(texts), 8)
