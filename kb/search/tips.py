"""What to try when nothing answers; how it is said is for the terminal and the app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from kb.language.concordance import asked_words

Tip = Literal["sentence", "fewer_words", "other_words", "filters", "lens", "propose"]

SHORT, LONG = 3, 12
"""A question with so few telling words says too little, and with so many too much at once."""


def tips(question: str, *, filtered: bool, lens: str) -> Iterator[Tip]:
    """What to try, the likeliest first."""
    if filtered:
        yield "filters"
    if lens:
        yield "lens"
    if question.strip():
        telling = len(asked_words(question))
        yield "sentence" if telling <= SHORT else "fewer_words" if telling >= LONG else "other_words"
        yield "propose"
