"""The terms of the lexical arm, and what each counts in a question: the same for every index of words.

A word is itself and its character 4-grams, folded by `kb.language.text`. What a question asks for
is looked for by all its names, each term of them once and for the most that it counts in any: a plain sum
of terms is what a search can skip through (Ding and Suel 2011, block-max indexes).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kb.language.concordance import Asked
from kb.language.text import fold, grams
from kb.language.text import words as words_of

LANGUAGE_RULES = "2"
"""Part of the index's fingerprint: raise it when a text gives other terms."""

K1 = 1.2
"""BM25's constant, as tantivy has it: one term gives at most idf · (K1 + 1)."""

WHOLE_WORD = 0.5
"""What a whole word counts beside the grams it is made of, each of which counts 1."""

SAME_MEANING = 0.45
"""What another word for the same counts, where the word itself counts 1 and both may stand in a text."""

Idf = Callable[[str], tuple[float, int]]
"""A term's inverse document frequency, and in how many passages it is."""


@dataclass(frozen=True, slots=True)
class LexicalHits:
    """Passages that share words or pieces of words with a question, best first; arrays side by side."""

    kinds: NDArray[np.int64]
    """Which of KINDS each is."""
    rows: NDArray[np.int64]
    """Its number among the passages of its kind."""
    shares: NDArray[np.float64]
    """0–1: the share of the best possible score."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a question asks for."""

    terms: Mapping[str, float]
    """The terms of its names that are here, each with what its BM25 score is multiplied by."""
    most: float
    """The most that the word itself can give, in units of K1 + 1."""


def indexed_terms(text: str) -> Iterator[str]:
    """The terms that a passage is found by, repeats included."""
    return chain.from_iterable(map(_written, words_of(text)))


def asked_terms(asked: Asked, *, pieces: bool = True) -> Iterator[str]:
    """Every term that `wanted` looks at."""
    for words in (asked.words, *_others(asked, pieces=pieces)):
        for word in words:
            yield from _terms_of(word, pieces=pieces)


def wanted(asked: Asked, idf: Idf, *, pieces: bool = True) -> Wanted:
    """What to look for where one thing is asked for: the word, and its other names for somewhat less."""
    own = _weights(asked.words, idf, pieces=pieces)
    most = sum(own.values())
    terms = _boosts(own, 1.0, idf)
    for words in _others(asked, pieces=pieces):
        other = _weights(words, idf, pieces=pieces)
        boosts = _boosts(other, SAME_MEANING * asked.certainty * most / sum(other.values()), idf)
        terms |= {term: max(boost, terms.get(term, 0.0)) for term, boost in boosts.items()}
    return Wanted(terms, most)


def shares_of(scores: NDArray[np.floating], most: float) -> NDArray[np.float64]:
    """Scores as shares of the most that the words of a question can give; its other names may give more."""
    shares: NDArray[np.float64] = np.minimum(scores / (most or 1.0), 1.0).astype(np.float64)
    return shares


def idf_of(count: int, passages: int) -> float:
    """BM25's inverse document frequency of a term that is in `count` of `passages`."""
    return math.log(1 + (passages - count + 0.5) / (count + 0.5))


def _others(asked: Asked, *, pieces: bool) -> Sequence[Sequence[str]]:
    return asked.distinct if pieces else asked.alternatives


def _terms_of(word: str, *, pieces: bool = True) -> dict[str, float]:
    """The terms of a folded word and what each counts; a word that is one gram is that gram."""
    whole = f"_{word}_"
    if not pieces:
        return {whole: 1.0}
    return {whole: WHOLE_WORD} | dict.fromkeys(grams(word), 1.0)


@lru_cache(maxsize=65_536)
def _written(word: str) -> tuple[str, ...]:
    """The terms of a word as it is written; the same words come again and again."""
    return tuple(_terms_of(fold(word)))


def _weights(words: Sequence[str], idf: Idf, *, pieces: bool) -> dict[str, float]:
    """The terms of some words together, each with what a match gives in units of K1 + 1."""
    shares: dict[str, float] = {}
    for word in words:
        shares |= _terms_of(word, pieces=pieces)
    return {term: share * idf(term)[0] for term, share in shares.items()}


def _boosts(weights: Mapping[str, float], factor: float, idf: Idf) -> dict[str, float]:
    """What the BM25 score of each term that is here is multiplied by, to give its weight times a factor."""
    known = {term: (weight, *idf(term)) for term, weight in weights.items()}
    return {term: factor * weight / rarity for term, (weight, rarity, count) in known.items() if count}
