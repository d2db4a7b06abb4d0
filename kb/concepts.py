"""Which concepts of the vocabulary the practices speak of: what to suggest to one who is new here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.practice import Practice
from kb.vocabulary import Concept, Vocabulary

_WORD = re.compile(r"\w[\w-]*")
COMMON = 0.2
"""A concept that more than this share of the practices name, such as school, tells little when compared."""
FEW = 20
"""In a collection smaller than this nothing is common."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A concept in use."""

    words: tuple[str, ...]
    """Its words that stand in the practices, the commonest first."""
    practices: int
    countries: int


def spoken(
    practices: Iterable[Practice], vocabulary: Vocabulary, language: str, limit: int
) -> list[tuple[str, Spoken]]:
    """Concepts that are put in different words in different countries, each by its name in `language`.

    What is also a theme comes first: a theme is what somebody has found worth comparing.
    """
    listed = tuple(practices)
    where = _where({word.casefold() for concept in vocabulary.concepts for word in concept.all}, listed)
    themes = {label.casefold() for names in vocabulary.labels.get("themes", {}).values() for label in names.values()}
    found = []
    for concept in vocabulary.concepts:
        use = _use(concept, where, listed)
        common = len(listed) > FEW and use.practices > COMMON * len(listed)
        if len(use.words) > 1 and not common:
            theme = any(word.casefold() in themes for word in concept.all)
            found.append((not theme, -use.countries * len(use.words), _name(concept, language), use))
    return [(name, use) for _, _, name, use in sorted(found, key=lambda item: item[:3])[:limit]]


def _text(practice: Practice) -> str:
    return f"{practice.title} {practice.summary} {practice.body}".casefold()


def _name(concept: Concept, language: str) -> str:
    words = concept.words.get(language) or concept.words.get("nb") or concept.all
    return words[0]


def _where(names: Collection[str], practices: Sequence[Practice]) -> dict[str, list[int]]:
    """Names that stand in practices as they are, to the numbers of those; a text is taken apart once for all names."""
    begun_by: dict[str, list[str]] = {}
    for name in names:
        begun_by.setdefault(name.partition(" ")[0], []).append(name)
    found: dict[str, list[int]] = {}
    for number, practice in enumerate(practices):
        text = _text(practice)
        for word in begun_by.keys() & frozenset(_WORD.findall(text)):
            for name in begun_by[word]:
                if name == word or name in text:
                    found.setdefault(name, []).append(number)
    return found


def _use(concept: Concept, where: Mapping[str, Sequence[int]], practices: Sequence[Practice]) -> Spoken:
    """Which of its words stand where."""
    found = {word: where[word.casefold()] for word in concept.all if word.casefold() in where}
    numbers = {number for those in found.values() for number in those}
    words = sorted(found, key=lambda word: (-len(found[word]), word))
    return Spoken(tuple(words), len(numbers), len({practices[number].country for number in numbers}))
