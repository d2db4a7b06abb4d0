"""Two to four practices side by side: what each says of the same things, in its own words."""

from __future__ import annotations

from collections.abc import Sequence

from kb.compare.align import aligned
from kb.compare.model import Comparison
from kb.compare.rows import rows
from kb.errors import CannotCompare
from kb.index.generation import Generation
from kb.vocabulary import Vocabulary

FEWEST, MOST = 2, 4
"""More than four columns cannot be read side by side."""


def compare(generation: Generation, ids: Sequence[str], vocabulary: Vocabulary, language: str) -> Comparison:
    """Practices row by row, and the passages in which they speak of the same thing.

    Args:
        generation: the generation to read from.
        ids: the practices, in the order in which they are to be shown.
        vocabulary: where labels, places and headings come from.
        language: of labels and headings; what practices say stays in their own.

    Raises:
        CannotCompare: fewer than two, more than four, or the same one twice.
        UnknownPractice: no practice has one of the ids.
    """
    _check(ids)
    store = generation.store
    numbers = [store.row(practice_id) for practice_id in ids]
    practices = tuple(store.practice(number) for number in numbers)
    return Comparison(
        practices=practices,
        rows=tuple(rows(practices, store, vocabulary, language)),
        passages=tuple(aligned(generation, numbers, vocabulary, language)),
        language=language,
        by_meaning=bool(generation.dense),
    )


def _check(ids: Sequence[str]) -> None:
    twice = next((practice_id for practice_id in ids if list(ids).count(practice_id) > 1), "")
    if twice:
        raise CannotCompare(f"{twice} is named twice.", hint="Name each practice once.")
    if len(ids) < FEWEST:
        hint = "Name at least two by their ids; kb search finds them."
        raise CannotCompare("There is nothing to compare with.", hint=hint)
    if len(ids) > MOST:
        raise CannotCompare(f"{len(ids)} practices are too many to compare.", hint=f"Name at most {MOST}.")
