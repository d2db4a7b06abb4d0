"""What the dense arm must know of each passage, in arrays: a million passages in some 80 MB, without their texts."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kb.encoder.protocol import TextKind
from kb.index.means import language_group
from kb.index.store import Record
from kb.index.vectors import KEY, Keys, text_key
from kb.passages import KINDS

Group = Literal["text", "card", "question", "title"]
GROUPS: tuple[Group, ...] = (*KINDS, "title")
"""The kinds of passages, and the titles that stand in for questions where nobody wrote any."""

PROMPTS: Mapping[Group, TextKind] = {"text": "document", "card": "document", "question": "query", "title": "query"}
"""Questions are held against questions, so they are embedded as such."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The passages of one group, in order."""

    keys: Keys
    practices: NDArray[np.int32]
    """Each one's practice, by its row."""
    languages: NDArray[np.str_]
    """Each one's language group."""


@dataclass(slots=True)
class _Gathered:
    keys: bytearray = field(default_factory=bytearray)
    practices: array[int] = field(default_factory=lambda: array("i"))
    languages: list[str] = field(default_factory=list)


def rows_of(records: Iterable[Record]) -> dict[Group, Rows]:
    """The rows of every group, from one pass over the records."""
    found = {group: _Gathered() for group in GROUPS}
    for row, record in enumerate(records):
        for group, language, text in texts_of(record):
            into = found[group]
            into.keys += text_key(text, PROMPTS[group]).encode()
            into.practices.append(row)
            into.languages.append(language_group(language))
    return {
        group: Rows(
            keys=np.frombuffer(bytes(each.keys), dtype=KEY),
            practices=np.array(each.practices, dtype=np.int32),
            languages=np.array(each.languages, dtype=np.str_),
        )
        for group, each in found.items()
    }


def texts_of(record: Record) -> Iterator[tuple[Group, str, str]]:
    """Group, language and what the encoder reads of each passage, and of the titles that stand in for questions."""
    has_questions = False
    for passage in record.passages:
        has_questions = has_questions or passage.kind == "question"
        yield passage.kind, passage.language, passage.embedded
    if not has_questions:
        practice = record.practice
        for card in (practice.card(practice.language), *practice.cards.values()):
            if card.title:
                yield "title", card.language, card.title
