"""Everything in order for a question, as a whole and by each arm: what evaluation asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kb.index.dense import Mask
from kb.index.generation import Generation
from kb.search import facets
from kb.search.arms import Scores
from kb.search.hits import Strength
from kb.search.question import Question
from kb.search.rerank import RERANKED, dealt, pair_text
from kb.search.run import in_order, judged
from kb.search.scoring import score, score_passages
from kb.search.strength import list_strength, measure

if TYPE_CHECKING:
    from kb.encoder.reranker import Reranker


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything in order for one question, with no passages looked up; for evaluation."""

    order: tuple[tuple[str, float], ...]
    """Practice id and score, best first."""
    arms: Mapping[str, tuple[tuple[str, float], ...]]
    """The same for each arm by itself; what an arm has nothing to go by in is left out."""
    strength: Strength
    evidence: float
    """How well the best passage agrees in absolute terms; low where nothing answers."""


def rank(generation: Generation, question: Question, reranker: Reranker | None = None) -> Ranking:
    """Rank every practice that the filters let through, as a whole and by each arm."""
    allowed = facets.mask(question.filters, generation.store)
    scored = score(generation, question, allowed)
    if reranker is not None:
        scored = judged(generation, question, scored, reranker)

    def ordered(scores: Scores, shown: Mask) -> tuple[tuple[str, float], ...]:
        order = in_order(scores, shown)[: question.limit]
        return tuple((generation.store.ids[row], float(scores[row])) for row in order)

    said = {name: scores for name, scores in scored.first.dense.items() if not np.isnan(scores).all()}
    arms = {name: ordered(scores, allowed & ~np.isnan(scores)) for name, scores in said.items()}
    words = scored.first.words.shares
    return Ranking(
        order=ordered(scored.total, allowed),
        arms=dict(arms) | {"words": ordered(words, allowed & (words > 0))},
        strength=list_strength(scored),
        evidence=measure(scored.evidence),
    )


def rank_passages(generation: Generation, question: Question, reranker: Reranker | None = None) -> Ranking:
    """Rank every text passage; ids are practice ids with the passage's line, as `id:line`."""
    store = generation.store
    scored = score(generation, question, np.ones(len(store), dtype=bool))
    scores = dict(score_passages(generation, scored))
    lines = store.lines()
    names = [f"{store.ids[owner]}:{line}" for owner, line in zip(store.owners["text"], lines, strict=True)]

    def ordered(values: Scores, shown: Mask) -> tuple[tuple[str, float], ...]:
        return tuple((names[row], float(values[row])) for row in in_order(values, shown)[: question.limit])

    everything = np.ones(len(names), dtype=bool)
    if reranker is not None:
        order = in_order(scores["all"], everything)
        first = order[:RERANKED]
        owners = store.owners["text"]
        texts = [pair_text(store.practice(int(owners[row])), store.passage("text", int(row))) for row in first]
        gave = reranker.score(question.text, texts)
        scores["all"] = dealt(scores["all"], order, first[np.argsort(-gave, kind="stable")])
    found = {"text": everything, "words": scores["words"] > 0}
    return Ranking(
        order=ordered(scores["all"], everything),
        arms={name: ordered(values, found[name]) for name, values in scores.items() if name != "all"},
        strength=list_strength(scored),
        evidence=measure(scored.evidence),
    )
