"""What places say of a concept, and its form as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.practice import Practice
from kb.search.hits import FoundPassage, Hit, Mode, Why, hit_json


@dataclass(frozen=True, slots=True)
class Wording:
    """What one place says of a concept."""

    practice: Practice
    place: str
    """The municipality or district that speaks; empty where the practice names none."""
    passage: FoundPassage
    score: float
    """Comparable among passages that name the concept, and among those that do not; never a percentage."""
    named: bool
    """The passage or its practice's title names the concept, in whatever language; otherwise it only comes near."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """The places that speak of a concept, each once, those that name it first."""

    query: str
    wordings: tuple[Wording, ...]
    total: int
    """How many places speak of it, of which `wordings` are the first."""
    mode: Mode
    named: int = 0
    """How many of all the places name it; the others only come near."""
    notice: str = ""
    """What the reader should know, such as that only keyword search worked."""
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words of the question that were looked for under other names too, and those names."""

    def __getitem__(self, index: int) -> Wording:
        return self.wordings[index]

    def __len__(self) -> int:
        return len(self.wordings)

    def __iter__(self) -> Iterator[Wording]:
        return iter(self.wordings)


def wordings_json(wordings: Wordings, folder: str = "") -> dict[str, Any]:
    """The same as plain data, under the keys that a search has; `folder` goes in front of each path."""
    return {
        "query": wordings.query,
        "total": wordings.total,
        "mode": wordings.mode,
        "notice": wordings.notice,
        "also": {word: list(others) for word, others in wordings.also.items()},
        "hits": [_wording_json(wording, folder) for wording in wordings],
    }


def _wording_json(wording: Wording, folder: str) -> dict[str, Any]:
    data = hit_json(Hit(wording.practice, wording.score, "possible", wording.passage, Why()), folder)
    # How sure an answer is, why, and who borrowed it, is said of answers to questions only.
    del data["strength"], data["why"], data["borrowers"]
    return {**data, "speaker": wording.place, "named": wording.named}
