"""Which words of a passage answer a question, in their original spelling."""

from __future__ import annotations

from functools import lru_cache

from kb.language.detect import MARKERS
from kb.language.text import fold, folded_words, likeness, shape

ALIKE = 0.55
"""Share of grams (Dice) from which two words are forms or cousins of each other."""

MAX_WORDS = 100
"""Words of a question that are looked for; a pasted page is not marked word by word."""

SMALL_WORDS = frozenset(fold(word) for markers in MARKERS.values() for word in markers) | frozenset(
    "a an as at da de dem den der det din do dog du eit ein en er et for har hun hvor i in is it ja jo kan man me meg "
    "min ned nei no noe og oh ok om on or os oss pa paa saa seg sig sin sitt skal so som til to try ut vaar ved vil "
    "vor who why with you de i och att den som en ett om kan ska vill ha har var vi ni ej".split()
)
"""Words that every text has: matching them tells nothing."""


def highlights(text: str, question: str) -> tuple[tuple[int, int], ...]:
    """Offsets (start, end) of the words in `text` that match words of the question, in order."""
    wanted = list(dict.fromkeys(word.folded for word in folded_words(question) if _tells(word.folded)))[:MAX_WORDS]
    if not wanted:
        return ()
    asked = frozenset(wanted)
    return tuple((word.start, word.end) for word in folded_words(text) if matches(word.folded, asked))


@lru_cache(maxsize=65_536)
def matches(word: str, asked: frozenset[str]) -> bool:
    """Whether a folded word is one of those asked for, a form of one, or a compound with one."""
    # Words that are alike share a gram, and most words share none with any that is asked for.
    if not _tells(word) or shape(word).isdisjoint(_grams_of(asked)):
        return False
    return word in asked or any(_alike(word, wanted) for wanted in asked)


@lru_cache(maxsize=4096)
def _grams_of(asked: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*map(shape, asked))


@lru_cache(maxsize=262_144)
def _alike(word: str, wanted: str) -> bool:
    """A form of the word, or a compound with it."""
    shorter, longer = (word, wanted) if len(word) < len(wanted) else (wanted, word)
    if len(shorter) >= 5 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return True
    return len(shorter) >= 4 and likeness(shape(word), shape(wanted)) >= ALIKE


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in SMALL_WORDS
