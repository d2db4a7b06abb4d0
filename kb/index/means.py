"""Take the language out of vectors, so that what is left is meaning.

The vectors of a multilingual model carry the language more strongly than the topic. Subtracting
the mean of its language from every vector, and normalising again, makes a Norwegian question find
a Swedish answer (language identity as a centroid: Yang et al. 2021, LIR; measured in
docs/search-quality.md). Bokmål and nynorsk share a mean. The query's language is the one whose
question mean lies nearest, so no detector is needed: a wrong guess is a near one. Passages lose
all of their mean and questions half: that keeps the order among answers in the question's own
language, where there is no language to take out, and costs the others nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.passages import KINDS, Kind

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

MEANS_RULES = "3"
"""Part of the index's fingerprint: raise it when the means are made another way."""

QUESTION_PART = 0.5
"""How much of its language's mean a question loses; .3 to .7 measure alike."""

TAUGHT_PART = 0.15
"""The same with an adapter: less language is left in a taught question, and taking it out takes meaning along."""

SHRINK = 20
"""A language with few passages leans on the mean of all, as if it had this many of those too."""

REFERENCE = 256
"""How many practices a query is held against to tell an ordinary score from a high one."""

GLOBAL = "*"

BLOCK = 8192
"""How many vectors are worked on at a time."""


Languages = Sequence[str] | NDArray[np.str_]
"""The language of each of some vectors."""


class Sliced(Protocol):
    """Vectors that are read some at a time, such as an array or a `kb.index.matrix.Matrix`."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | NDArray[np.int64], /) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Means:
    """Per kind of passage, the mean vector of each language; `*` is the mean of all."""

    by_kind: Mapping[Kind, Mapping[str, Vectors]]
    """Those of `question` are of what people ask: the practices' questions, and their titles where there are none."""
    reference: Mapping[Kind, Vectors]
    """Per kind, centred vectors of the reference practices' passages."""
    reference_practices: Mapping[Kind, NDArray[np.int32]]
    """Per kind, which reference practice (0 …) each of those rows belongs to."""
    centring: bool = True
    """False where the index was made with the language left in."""
    question_part: float = QUESTION_PART
    """How much of its language's mean a question loses."""

    def centre_query(self, query: Vectors) -> Vectors:
        """A query's vector as it is compared, without part of its language: float32 (dimension,)."""
        return self._without(query, self.question_part)

    def without_language(self, query: Vectors) -> Vectors:
        """A query's vector with nothing left of its language, for absolute cosines: float32 (dimension,)."""
        return self._without(query, 1.0)

    def _without(self, query: Vectors, part: float) -> Vectors:
        means = self.by_kind["question"]
        if not means or not self.centring or not part:
            return query
        return unit(query - part * means[self.language_of(query)])

    def stretch(self, query: Vectors) -> float:
        """What brings a cosine with a question to the scale of one that lost its language altogether.

        Passages have lost theirs, so that what a question keeps of its own only shortens its cosines: by more where
        a model gives language much room. With this the limits of strength hold for more than one model.
        """
        means = self.by_kind["question"]
        if not means or not self.centring:
            return 1.0
        mean = means[self.language_of(query)]
        return float(np.linalg.norm(query - self.question_part * mean) / np.linalg.norm(query - mean))

    def language_of(self, query: Vectors) -> str:
        """The language group whose question mean lies nearest; `*` where there are no means."""
        means = self.by_kind["question"]
        names = [name for name in means if name != GLOBAL] or [GLOBAL]
        return max(names, key=lambda name: float(query @ unit(means[name])) if means else 0.0)

    def ordinary(self, kind: Kind, query: Vectors) -> tuple[float, float]:
        """Mean and spread of the best score per reference practice: what a chance match gives."""
        rows = self.reference[kind]
        if not len(rows):
            return 0.0, 1.0
        owners = self.reference_practices[kind]
        from kb.index.dense import inner_products

        # A practice's passages stand together.
        best = np.maximum.reduceat(inner_products(rows, query), np.flatnonzero(np.diff(owners, prepend=-1)))
        spread = float(best.std())
        return float(best.mean()), spread if spread > 1e-4 else 1.0

    def write(self, stream: BinaryIO) -> None:
        arrays: dict[str, NDArray[np.generic]] = {
            "centring": np.array(self.centring),
            "question_part": np.array(self.question_part),
        }
        for kind, means in self.by_kind.items():
            arrays |= {f"mean/{kind}/{language}": vector for language, vector in means.items()}
            arrays[f"reference/{kind}"] = self.reference[kind].astype(np.float16)
            arrays[f"owner/{kind}"] = self.reference_practices[kind]
        # To mypy its last parameter could be meant.
        np.savez(stream, **arrays)  # type: ignore[arg-type]


def read_means(stream: BinaryIO) -> Means:
    """Read what `Means.write` wrote."""
    with np.load(stream) as arrays:
        by_kind = {
            kind: {name.split("/", 2)[2]: arrays[name] for name in arrays.files if name.startswith(f"mean/{kind}/")}
            for kind in KINDS
        }
        return Means(
            by_kind=by_kind,
            reference={kind: arrays[f"reference/{kind}"].astype(np.float32) for kind in KINDS},
            reference_practices={kind: arrays[f"owner/{kind}"] for kind in KINDS},
            centring=bool(arrays["centring"]),
            question_part=float(arrays["question_part"]),
        )


def language_means(vectors: Sliced, languages: Languages) -> dict[str, Vectors]:
    """The mean of each language, shrunk towards the mean of all; empty without vectors."""
    if not len(vectors):
        return {}
    groups, codes = _groups(languages)
    sums = np.zeros((len(groups), vectors.shape[1]))
    for start in range(0, len(vectors), BLOCK):
        block, its = vectors[start : start + BLOCK], codes[start : start + BLOCK]
        for code in np.unique(its):
            sums[code] += block[its == code].sum(axis=0, dtype=np.float64)
    overall = sums.sum(axis=0) / len(vectors)
    means = {GLOBAL: overall.astype(np.float32)}
    for name, total, count in zip(groups, sums, np.bincount(codes), strict=True):
        if name:
            means[name] = ((total + SHRINK * overall) / (count + SHRINK)).astype(np.float32)
    return means


def centre(vectors: Vectors, languages: Languages, means: Mapping[str, Vectors]) -> Vectors:
    """Vectors without their language, of length 1."""
    if not len(vectors):
        return vectors
    groups, codes = _groups(languages)
    return unit(vectors - np.stack([means.get(name, means[GLOBAL]) for name in groups])[codes])


def _groups(languages: Languages) -> tuple[list[str], NDArray[np.intp]]:
    """The language groups, and which of them each row is in."""
    names, codes = np.unique(np.asarray(languages), return_inverse=True)
    groups = sorted({language_group(name) for name in names.tolist()})
    return groups, np.array([groups.index(language_group(name)) for name in names.tolist()])[codes]


def language_group(language: str) -> str:
    """Bokmål and nynorsk are near enough to share a mean."""
    return "nb" if language in {"nn", "no"} else language


def unit(vectors: Vectors) -> Vectors:
    """Rows of length 1."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = (vectors / np.maximum(length, 1e-9)).astype(np.float32, copy=False)
    return result
