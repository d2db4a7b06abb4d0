"""The words of a question, with the other words that the concordance has for the same things.

`vocabulary.yaml` says which words of the five languages mean the same. A word of the question is
looked up as it stands, in its inflected forms and as the first part of a compound; phrases of
several words before single ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from kb.language.highlight import SMALL_WORDS
from kb.language.text import folded_words, likeness, shape

Lookup = Callable[[Sequence[str]], Mapping[str, tuple[str, ...]]]
"""Folded phrases to those that are known, each with every other word for the same, folded."""

LONGEST_PHRASE = 4
Spelling = Mapping[str, tuple[str, int]]
"""Folded words, each with how it is written and its place among those to tell of."""

ENDING = 4
"""A form of a word may be longer by this many letters: sykefravær, sykefraværets."""

STEM = 6
"""The first part of a compound has at least this many letters."""

LONGEST_WORD = 60
"""A longer run of letters is no word, and has no forms to look up."""

SHORTEST = 3
"""The last word of a phrase keeps at least this many letters: care homes, care home."""

COMPOUND = 0.6
"""How much a compound's first part counts beside the word itself."""

SAME_SHAPE = 0.5
"""Words that share this many of their grams are spellings of one another."""

MOST_WORDS = 200
"""Words of a question that are searched for; a pasted page has said what it says by then."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One word or phrase of a question, and what else it may be called."""

    words: tuple[str, ...]
    """Folded, without the small words of the phrase."""
    alternatives: tuple[tuple[str, ...], ...] = ()
    certainty: float = 1.0
    """How sure it is that the alternatives mean this."""

    @property
    def distinct(self) -> tuple[tuple[str, ...], ...]:
        """The alternatives that are no mere spelling of the words or of one another: grams find those anyway."""
        kept: list[tuple[str, ...]] = []
        shapes = [_shape(self.words)]
        for words in self.alternatives:
            own = _shape(words)
            if all(likeness(own, other) < SAME_SHAPE for other in shapes):
                kept.append(words)
                shapes.append(own)
        return tuple(kept)


def asked_words(text: str, lookup: Lookup | None = None) -> list[Asked]:
    """What a question asks for, each word once; its small words only where it has no others."""
    words = [word.folded for word in folded_words(text)][:MOST_WORDS]
    telling = [word for word in words if word not in SMALL_WORDS]
    if not telling:
        return [Asked((word,)) for word in dict.fromkeys(words)]
    known = lookup(list(dict.fromkeys(_candidates(words)))) if lookup else {}
    found: dict[tuple[str, ...], Asked] = {}
    start = 0
    while start < len(words):
        asked, length = _longest(words, start, known)
        if asked is not None:
            found.setdefault(asked.words, asked)
        start += length
    return list(found.values())


def also_called(
    text: str, asked: Sequence[Asked], spelling: Mapping[str, tuple[str, int]]
) -> dict[str, tuple[str, ...]]:
    """What a question asks for, as it says it, and the other words that were searched for.

    Args:
        text: the question.
        asked: what `asked_words` made of it.
        spelling: how the other words are written.
    """
    found = {}
    for item in asked:
        others = {" ".join(other) for other in item.alternatives}
        if others:
            known = sorted((spelling[other] for other in others if other in spelling), key=itemgetter(1))
            found[_as_asked(text, item)] = (*(word for word, _ in known), *sorted(others - spelling.keys()))
    return found


def _shape(words: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*map(shape, words))


def _as_asked(text: str, asked: Asked) -> str:
    """The shortest piece of a question that runs from the first word of a phrase to its last."""
    words = list(folded_words(text))
    starts = [word.start for word in words if word.folded == asked.words[0]]
    ends = [word.end for word in words if word.folded == asked.words[-1]]
    return min((text[start:end] for start in starts for end in ends if end > start), key=len)


def _longest(words: Sequence[str], start: int, known: Mapping[str, tuple[str, ...]]) -> tuple[Asked | None, int]:
    """The longest known phrase from `start` on, else the word there; None for a small word."""
    for length in range(min(LONGEST_PHRASE, len(words) - start), 0, -1):
        phrase = words[start : start + length]
        for form, certainty in _forms(phrase):
            if others := known.get(form):
                own = tuple(word for word in phrase if word not in SMALL_WORDS) or tuple(phrase)
                return Asked(own, tuple(tuple(other.split()) for other in others), certainty), length
    word = words[start]
    return (None if word in SMALL_WORDS else Asked((word,))), 1


def _candidates(words: Sequence[str]) -> list[str]:
    """Every form of every phrase of a question, to be looked up at once."""
    return [
        form
        for start in range(len(words))
        for length in range(1, min(LONGEST_PHRASE, len(words) - start) + 1)
        for form, _ in _forms(words[start : start + length])
    ]


def _forms(phrase: Sequence[str]) -> list[tuple[str, float]]:
    """A phrase as it stands, then without its ending; a single word then by the first part of its compound."""
    before, last = " ".join(phrase[:-1]), phrase[-1]
    if len(last) > LONGEST_WORD:
        return [(" ".join(phrase), 1.0)]
    shortest = max(len(last) - ENDING, SHORTEST) if before else STEM
    lengths = [len(last), *range(len(last) - 1, shortest - 1, -1)]
    joined = f"{before} " if before else ""
    return [(joined + last[:length], 1.0 if len(last) - length <= ENDING else COMPOUND) for length in lengths]
