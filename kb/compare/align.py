"""Passages that speak of the same thing, aligned across practices and languages.

The stored vectors have lost their language. Two passages are near by what they speak of, and by what
they say beyond the rest of their own practice: the first alone finds the shared topic in every pair,
the second alone the shared form ("who took part"). Their mean was read on ten comparisons of the
shipped practices: in the same section, pairs above LIMIT speak of the same thing; across sections a
pair is only as sure when it is nearer by ELSEWHERE.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.compare.model import Aligned, Quote
from kb.index.generation import Generation
from kb.index.means import unit
from kb.passages import Passage
from kb.vocabulary import Vocabulary

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

LIMIT = 0.18
ELSEWHERE = 0.12

ORDER = ("problem", "practice", "results", "lessons", "conditions", "adaptation", "involved", "own_words", "other")
"""The order in which a reader wants them."""

Group = dict[int, int]
"""Which passage each practice has in a group: the practice's place among those compared, and the passage's."""


def aligned(generation: Generation, rows: Sequence[int], vocabulary: Vocabulary, language: str) -> list[Aligned]:
    """The passages of some practices that belong together, in the order of the format's sections."""
    store = generation.store
    numbers = [store.rows_of(row, "text") for row in rows]
    passages = [store.passage("text", number) for own in numbers for number in own]
    owners = np.repeat(np.arange(len(rows)), [len(own) for own in numbers])
    if not generation.dense:
        return list(_by_section(passages, owners.tolist(), len(rows), vocabulary, language))
    vectors = generation.dense["text"].vectors([number for own in numbers for number in own])
    near = _nearness(vectors, owners, [passage.section for passage in passages])
    found = [_aligned(group, near, passages, len(rows), vocabulary, language) for group in _groups(near, owners)]
    return sorted(found, key=lambda one: (_place(one.section), -one.nearness))


def _nearness(vectors: Vectors, owners: NDArray[np.intp], sections: Sequence[str]) -> Vectors:
    """How near every two passages are; those of one practice are never aligned: float32 (n, n)."""
    beyond = vectors.copy()
    for owner in np.unique(owners):
        beyond[owners == owner] -= vectors[owners == owner].mean(axis=0)
    beyond = unit(beyond)
    near: Vectors = (vectors @ vectors.T + beyond @ beyond.T) * np.float32(0.5)
    named = np.array(sections)
    near[(named[:, None] != named[None, :]) | (named == "other")[:, None]] -= ELSEWHERE
    near[owners[:, None] == owners[None, :]] = -1
    return near


def _groups(near: Vectors, owners: NDArray[np.intp]) -> list[Group]:
    """Passages that are each other's best in their practices, the nearest first; a group has one of each practice."""
    group_of: list[Group] = [{int(owner): place} for place, owner in enumerate(owners)]
    for left, right in _mutual(near, owners):
        first, second = group_of[left], group_of[right]
        between = near[np.ix_(list(first.values()), list(second.values()))]
        if first.keys().isdisjoint(second) and between.mean() >= LIMIT:
            merged = first | second
            for place in merged.values():
                group_of[place] = merged
    return list({id(group): group for group in group_of if len(group) > 1}.values())


def _mutual(near: Vectors, owners: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Pairs of passages, each the nearest to the other in its practice, nearest pair first."""
    found = []
    for left in range(len(owners)):
        for other in range(int(owners[left]) + 1, int(owners.max()) + 1):
            right = _best(near[left], owners == other)
            if near[left, right] >= LIMIT and _best(near[right], owners == owners[left]) == left:
                found.append((left, right))
    return sorted(found, key=lambda pair: (-near[pair], pair))


def _best(near: Vectors, among: NDArray[np.bool_]) -> int:
    return int(np.where(among, near, -np.inf).argmax())


def _aligned(
    group: Group, near: Vectors, passages: Sequence[Passage], columns: int, vocabulary: Vocabulary, language: str
) -> Aligned:
    sections = Counter(passages[place].section for place in group.values())
    section = min(sections, key=lambda name: (-sections[name], _place(name)))
    places = list(group.values())
    between = near[np.ix_(places, places)]
    heading = vocabulary.heading(section, language) or next(
        (passages[place].heading for place in places if passages[place].section == section), ""
    )
    return Aligned(
        section=section,
        heading=heading,
        quotes=tuple(
            _quote(passages[group[column]], section) if column in group else None for column in range(columns)
        ),
        nearness=float(between[between > -1].mean()),
    )


def _by_section(
    passages: Sequence[Passage], owners: Sequence[int], columns: int, vocabulary: Vocabulary, language: str
) -> Iterator[Aligned]:
    """What stands under the same heading of the format, whole."""
    for section in ORDER[:-1]:
        own = [
            [passage for passage, owner in zip(passages, owners, strict=True) if (owner, passage.section) == wanted]
            for wanted in ((column, section) for column in range(columns))
        ]
        if sum(map(bool, own)) > 1:
            quotes = tuple(_joined(found) if found else None for found in own)
            yield Aligned(section, vocabulary.heading(section, language), quotes)


def _joined(passages: Sequence[Passage]) -> Quote:
    return Quote("\n".join(passage.text for passage in passages), passages[0].language, passages[0].line)


def _quote(passage: Passage, section: str) -> Quote:
    """A passage; where it stands under another heading than the rest, that heading is told."""
    return Quote(passage.text, passage.language, passage.line, passage.heading if passage.section != section else "")


def _place(section: str) -> int:
    return ORDER.index(section) if section in ORDER else len(ORDER)
