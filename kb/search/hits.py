"""What a search gives back, and its form as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal, overload

from kb.practice import Practice
from kb.search.order import Sort

Strength = Literal["strong", "possible", "none"]
ARMS = ("text", "card", "question", "words", "stopped", "reranker")
"""What can bring a practice up; together they are its score, but for an exact title."""

Mode = Literal["hybrid", "keyword", "browse"]


@dataclass(frozen=True, slots=True)
class Why:
    """What brought a practice up: what each arm gave, in the same unit as the score."""

    text: float = 0.0
    """How near the practice's own words are to the question, by meaning."""
    card: float = 0.0
    """The same for its title and summary in every language."""
    question: float = 0.0
    """The same for the questions that the practice answers."""
    words: float = 0.0
    """Words and pieces of words in common."""
    stopped: float = 0.0
    """That it was stopped, where lessons are asked for."""
    reranker: float = 0.0
    """What a better or worse place, given by the reranker, adds or takes away."""
    title: bool = False
    """The question is its title."""
    matched: tuple[str, ...] = ()
    """The words that matched, as the passage spells them."""
    estimated: bool = False
    """It says nothing in the question's language: `words` is what they would have given if it did."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """The passage of a practice that answers best."""

    section: str
    heading: str
    line: int
    """One-based line in the practice's file."""
    language: str
    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    """Start and end of each matched word in `text`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One practice that was found."""

    practice: Practice
    score: float
    """Comparable between questions; never a percentage."""
    strength: Strength
    passage: FoundPassage
    why: Why
    borrowers: int = 0
    """How many other practices say that they borrowed it."""


@dataclass(frozen=True, slots=True)
class Results(Sequence[Hit]):
    """The hits of one search, in order, with what they can be narrowed by."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    """How many practices answer, of which `hits` are the first."""
    strength: Strength
    facets: Mapping[str, Mapping[str, int]]
    """Facet to value to how many of the `total` have it."""
    mode: Mode
    notice: str = ""
    """What the reader should know, such as that only keyword search worked."""
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words of the question that were searched for under other names too, and those names."""
    sort: Sort = "relevance"
    """What the hits stand in order of."""

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        return self.hits[index]

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


def results_json(results: Results, folder: str = "") -> dict[str, Any]:
    """Results as plain data for `--json` and the web; `folder` goes in front of each path."""
    return {
        "query": results.query,
        "total": results.total,
        "strength": results.strength,
        "mode": results.mode,
        "sort": results.sort,
        "notice": results.notice,
        "also": {word: list(others) for word, others in results.also.items()},
        "facets": {name: dict(values) for name, values in results.facets.items()},
        "hits": [hit_json(hit, folder) for hit in results.hits],
    }


def listed_json(practice: Practice, folder: str = "") -> dict[str, Any]:
    """What a list says of a practice, as plain data."""
    return {
        "id": practice.id,
        "title": practice.title,
        "summary": practice.summary,
        "place": list(practice.places),
        "country": practice.country,
        "language": practice.language,
        "areas": list(practice.areas),
        "themes": list(practice.themes),
        "status": practice.status,
        "status_as_of": practice.status_as_of,
        "started": practice.started,
        "evidence": practice.evidence,
        "path": str(PurePosixPath(folder) / practice.path),
    }


def hit_json(hit: Hit, folder: str = "") -> dict[str, Any]:
    """One hit as plain data."""
    return {
        **listed_json(hit.practice, folder),
        "score": round(hit.score, 4),
        "strength": hit.strength,
        "borrowers": hit.borrowers,
        "passage": {**asdict(hit.passage), "highlights": [list(span) for span in hit.passage.highlights]},
        "why": {
            **{name: round(getattr(hit.why, name), 4) for name in ARMS},
            "title": hit.why.title,
            "matched": list(hit.why.matched),
            "estimated": hit.why.estimated,
        },
    }
