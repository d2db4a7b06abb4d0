"""Words, folding and grams: the same text however it is spelled in the Nordic languages.

Folding unites æ/ä, ø/ö, å/aa and accents, so that `Sjöberg` finds `Sjøberg`; what is shown is
always the original, found back by its offsets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

GRAM = 4
"""Folded character 4-grams beat stemming in Danish, Swedish, bokmål and nynorsk (measured)."""

_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "oe", "ß": "ss", "ð": "d", "þ": "th", "đ": "d", "ŋ": "n", "ŧ": "t"}
)
_MARKED = (("a\u0308", "ae"), ("o\u0308", "oe"), ("a\u030a", "aa"))
"""Letters that are more than a letter with an accent, decomposed: ä, ö, å."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, folded, and where it stands in the original."""

    folded: str
    start: int
    end: int


def words(text: str) -> Iterator[str]:
    """The words of a text in lower case, in order."""
    return (text[start:end].lower() for start, end in _spans(text))


def folded_words(text: str) -> Iterator[Word]:
    """The words of a text, folded, with their offsets in the original."""
    for start, end in _spans(text):
        yield Word(_folded(text[start:end]), start, end)


def fold(text: str) -> str:
    """One spelling for all the Nordic ones: lower case, æ/ä → ae, ø/ö → oe, å → aa, accents off."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).lower().translate(_LETTERS)
    for marked, letters in _MARKED:
        plain = plain.replace(marked, letters)
    return plain if plain.isascii() else "".join(char for char in plain if not unicodedata.combining(char))


_folded = lru_cache(maxsize=65_536)(fold)
"""Of words, which come again and again."""


def grams(word: str, size: int = GRAM) -> Iterator[str]:
    """The character grams of a folded word, with its edges marked; a short word is its own gram."""
    marked = f"_{word}_"
    if len(marked) <= size:
        yield marked
        return
    for start in range(len(marked) - size + 1):
        yield marked[start : start + size]


@lru_cache(maxsize=65_536)
def shape(word: str) -> frozenset[str]:
    """The different grams of a folded word: words of like shape are forms or cousins of each other."""
    return frozenset(grams(word))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of their grams two shapes share, 0–1 (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
"""Runs of letters and digits; a combining accent belongs to its letter."""


def _spans(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _WORD.finditer(text))
