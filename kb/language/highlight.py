"""Which words of a passage answer a question, in their original spelling."""

from __future__ import annotations

from collections.abc import Iterator

from kb.language.detect import MARKERS
from kb.language.text import Word, fold, folded_words, grams

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
    shapes = [(word, frozenset(grams(word))) for word in wanted]
    return tuple((word.start, word.end) for word in _matching(text, shapes))


def _matching(text: str, shapes: list[tuple[str, frozenset[str]]]) -> Iterator[Word]:
    for word in folded_words(text):
        if _tells(word.folded) and any(_alike(word.folded, wanted, pieces) for wanted, pieces in shapes):
            yield word


def _alike(word: str, wanted: str, pieces: frozenset[str]) -> bool:
    """The same word, a form of it, or a compound with it."""
    if word == wanted:
        return True
    shorter, longer = sorted((word, wanted), key=len)
    if len(shorter) >= 5 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return True
    own = frozenset(grams(word))
    return len(shorter) >= 4 and 2 * len(own & pieces) / (len(own) + len(pieces)) >= ALIKE


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in SMALL_WORDS
