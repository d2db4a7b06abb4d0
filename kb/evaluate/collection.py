"""What is searched in an evaluation: an open knowledge base, with ids and languages as the judges know them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kb.base import KnowledgeBase
from kb.config import NO_MODEL
from kb.evaluate.judgments import Query
from kb.search.ranking import Ranking

PART = "#"
"""A document's id up to here is its page, where a corpus is made of parts of pages: `handbook#3`."""

Hits = tuple[tuple[str, float], ...]


def page_of(document: str) -> str:
    """The page that a document is a part of, by its id; a document that is no part is its own page."""
    return document.split(PART, 1)[0]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents that can be ranked."""

    base: KnowledgeBase
    languages: Mapping[str, str]
    """Every document's language by its id, as judgments name it."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The index's id of a document to the judges', where they differ."""
    parts: bool = False
    """Documents are passages of practices rather than practices."""

    @property
    def model(self) -> str:
        """The model that the index was made with; `none` for words alone."""
        status = self.base.status()
        return NO_MODEL if status.keyword_only else status.model

    def rank(self, texts: Iterable[str]) -> Iterator[Ranking]:
        """For each text every document in order."""
        rank = self.base.rank_passages if self.parts else self.base.rank
        for ranking in rank(texts, sys.maxsize):
            yield self._renamed(ranking) if self.names else ranking

    def unknown(self, queries: Iterable[Query]) -> tuple[str, ...]:
        """Judged ids that no document has, in order of id."""
        judged = {key for query in queries for key in query.judgments}
        return tuple(sorted(judged - self.languages.keys()))

    def _renamed(self, ranking: Ranking) -> Ranking:
        def named(hits: Hits) -> Hits:
            # A long document has several passages, and counts where the best of them is.
            found: dict[str, float] = {}
            for key, score in hits:
                found.setdefault(self.names.get(key) or self.names[key.split(":")[0]], score)
            return tuple(found.items())

        arms = {name: named(hits) for name, hits in ranking.arms.items()}
        return replace(ranking, order=named(ranking.order), arms=arms)


def practices_of(base: KnowledgeBase) -> Collection:
    """The practices of a knowledge base as they stand."""
    return Collection(base, {practice.id: practice.language for practice in base.practices})
