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
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from kb.passages import KINDS, Kind

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

MEANS_RULES = "2"
"""Part of the index's fingerprint: raise it when the means are made another way."""

QUESTION_PART = 0.5
"""How much of its language's mean a question loses; .3 to .7 measure alike."""

SHRINK = 20
"""A language with few passages leans on the mean of all, as if it had this many of those too."""

REFERENCE = 512
"""How many practices a query is held against to tell an ordinary score from a high one."""

GLOBAL = "*"


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

    def centre_query(self, query: Vectors) -> Vectors:
        """A query's vector without its language: float32 (dimension,)."""
        means = self.by_kind["question"]
        if not means or not self.centring:
            return query
        return unit(query - QUESTION_PART * means[self.language_of(query)])

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
        best = np.full(int(owners.max()) + 1, -1.0, dtype=np.float32)
        np.maximum.at(best, owners, rows @ query)
        best = best[best > -1.0]
        spread = float(best.std())
        return float(best.mean()), spread if spread > 1e-4 else 1.0

    def write(self, stream: BinaryIO) -> None:
        arrays: dict[str, NDArray[np.generic]] = {"centring": np.array(self.centring)}
        for kind, means in self.by_kind.items():
            arrays |= {f"mean/{kind}/{language}": vector for language, vector in means.items()}
            arrays[f"reference/{kind}"] = self.reference[kind].astype(np.float16)
            arrays[f"owner/{kind}"] = self.reference_practices[kind]
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
        )


def language_means(vectors: Vectors, languages: Sequence[str]) -> dict[str, Vectors]:
    """The mean of each language, shrunk towards the mean of all; empty without vectors."""
    if not len(vectors):
        return {}
    overall = vectors.mean(axis=0)
    groups = np.array([language_group(language) for language in languages])
    means = {GLOBAL: overall}
    for name in sorted(set(groups) - {""}):
        rows = vectors[groups == name]
        means[name] = (rows.sum(axis=0) + SHRINK * overall) / (len(rows) + SHRINK)
    return means


def centre(vectors: Vectors, languages: Sequence[str], means: Mapping[str, Vectors]) -> Vectors:
    """Vectors without their language, of length 1."""
    if not len(vectors):
        return vectors
    groups = [language_group(language) for language in languages]
    return unit(vectors - np.stack([means.get(name, means[GLOBAL]) for name in groups]))


def language_group(language: str) -> str:
    """Bokmål and nynorsk are near enough to share a mean."""
    return "nb" if language in {"nn", "no"} else language


def unit(vectors: Vectors) -> Vectors:
    """Rows of length 1."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return result
