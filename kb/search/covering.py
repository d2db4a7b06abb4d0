"""How much of what a question asks for a text names."""

from __future__ import annotations

from collections.abc import Sequence

from kb.language.concordance import Asked
from kb.language.highlight import matches
from kb.language.text import folded_words


def covered(text: str, asked: Sequence[Asked]) -> float:
    """The share of the words asked for that a text has, in a form or by another name: 0–1."""
    here = {word.folded for word in folded_words(text)}

    def has(word: str) -> bool:
        wanted = frozenset([word])
        return any(matches(one, wanted) for one in here)

    whole = sum(len(item.words) for item in asked)
    named = sum(
        len(item.words) if any(all(map(has, phrase)) for phrase in item.alternatives) else sum(map(has, item.words))
        for item in asked
    )
    return named / whole if whole else 0.0
