"""Which concepts of the vocabulary the practices speak of: what to suggest to one who is new here."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    texts = [(practice.country, _text(practice)) for practice in practices]
    told = [(country, text, frozenset(_WORD.findall(text))) for country, text in texts]
    themes = {label.casefold() for names in vocabulary.labels.get("themes", {}).values() for label in names.values()}
    found = []
    for concept in vocabulary.concepts:
        use = _use(concept, told)
        common = len(told) > FEW and use.practices > COMMON * len(told)
        if len(use.words) > 1 and not common:
            theme = any(word.casefold() in themes for word in concept.all)
            found.append((not theme, -use.countries * len(use.words), _name(concept, language), use))
    return [(name, use) for _, _, name, use in sorted(found, key=lambda item: item[:3])[:limit]]


def _text(practice: Practice) -> str:
    return f"{practice.title} {practice.summary} {practice.body}".casefold()


def _name(concept: Concept, language: str) -> str:
    words = concept.words.get(language) or concept.words.get("nb") or concept.all
    return words[0]


def _use(concept: Concept, told: list[tuple[str, str, frozenset[str]]]) -> Spoken:
    """Which of its words stand where."""
    where = {
        word: [number for number, item in enumerate(told) if _names(word.casefold(), item)] for word in concept.all
    }
    numbers = {number for found in where.values() for number in found}
    words = sorted((word for word in where if where[word]), key=lambda word: (-len(where[word]), word))
    return Spoken(tuple(words), len(numbers), len({told[number][0] for number in numbers}))


def _names(word: str, item: tuple[str, str, frozenset[str]]) -> bool:
    """A word as it stands; of several, the first is looked up before the text is read."""
    first, _, more = word.partition(" ")
    return first in item[2] and (not more or word in item[1])
