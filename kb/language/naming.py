"""Where a text names what was asked for: the word itself, a form of it, a compound with it, or another word for it.

Stricter than what is marked in a search: `skole` in a text marks `skolefravær`, but does not name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from kb.language.concordance import Asked
from kb.language.text import folded_words

Span = tuple[int, int]

ENDINGS = frozenset(
    "a an ar ara arna arnas as d de e en ene enes ens er erna erne ernes ers es et ets n na nas ne nes or orna r s t "
    "te".split()
) | {""}
"""What a noun or adjective of the five languages may end in beside its stem; the empty one too."""

STEM = 4
"""Two forms of a word have at least this many letters in common."""

FIRST_PART = 5
LAST_PART = 7
"""A word this long can begin or end a compound: `eldreomsorg` is about eldre, `foreldre` is not."""

BETWEEN = 2
"""Words that may stand between those of a phrase: tillidsbaseret styring og ledelse."""

MOST_THINGS = 8
"""A question with more in it is a description, and nothing names that."""


def naming(asked: Sequence[Asked]) -> Callable[[str], frozenset[Span]]:
    """Makes what gives the offsets of the words in a text that name what was asked for.

    There are none unless each thing asked for is named.
    """
    if len(asked) > MOST_THINGS:
        return lambda _: frozenset()
    # What is the other word only for the first part of a compound does not name the compound.
    things = [(item.words, *(item.alternatives if item.certainty >= 1 else ())) for item in asked]
    wanted = sorted({word for phrases in things for phrase in phrases for word in phrase})

    @cache
    def forms(word: str) -> tuple[str, ...]:
        """Which of the words that are looked for this is a form of."""
        return tuple(one for one in wanted if _is_form(word, one))

    def named(text: str) -> frozenset[Span]:
        words = list(folded_words(text))
        places: dict[str, list[int]] = {}
        for row, word in enumerate(words):
            for form in forms(word.folded):
                places.setdefault(form, []).append(row)
        found = [{row for phrase in phrases for row in _together(phrase, places)} for phrases in things]
        return frozenset((words[row].start, words[row].end) for rows in found for row in rows if all(found))

    return named


def _together(phrase: Sequence[str], places: Mapping[str, Sequence[int]]) -> Iterator[int]:
    """Where all the words of a phrase stand close together."""
    reach = len(phrase) + BETWEEN
    for first in places.get(phrase[0], ()):
        near = [[row for row in places.get(word, ()) if abs(row - first) < reach] for word in phrase]
        if all(near):
            yield from (row for rows in near for row in rows)


def _is_form(word: str, wanted: str) -> bool:
    """The same word, a form of it, or a compound with it."""
    if word == wanted:
        return True
    if len(wanted) >= LAST_PART and word.endswith(wanted):
        return True
    if word[:STEM] != wanted[:STEM] or len(wanted) < STEM:
        return False
    if len(wanted) >= FIRST_PART and word.startswith(wanted):
        return True
    alike = (one == other for one, other in zip(word, wanted, strict=False))
    stem = next((number for number, same in enumerate(alike) if not same), min(len(word), len(wanted)))
    return word[stem:] in ENDINGS and wanted[stem:] in ENDINGS
