"""The evaluation of a search on judged queries: what it gave, and every figure that tells how good that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from kb.evaluate import measures
from kb.evaluate.collection import PART, Collection, page_of
from kb.evaluate.judgments import NONE_TYPE, Query
from kb.evaluate.measures import DEPTH, Judgments, mean
from kb.evaluate.runs import Ranked, Run
from kb.index.means import language_group
from kb.search.hits import Strength
from kb.search.ranking import Ranking

ALL = "all"
"""Every arm together: the ranking that a search shows."""

FUSED = "fused"
"""The arms joined by reciprocal ranks, as plain hybrid searches join them; to compare with."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the search gave for one query, cut to what is measured and kept."""

    order: tuple[tuple[str, float], ...]
    """Id and score, best first, as deep as the run keeps."""
    best: tuple[str, ...]
    """The first of all, as deep as is measured."""
    arms: Mapping[str, tuple[str, ...]]
    """The first of each arm alone."""
    elsewhere: tuple[str, ...]
    """The first in another language than the query's."""
    pages: tuple[str, ...]
    """The first pages, each where its first part is."""
    strength: Strength
    evidence: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures of some rankings, each a mean over the queries that it says something about."""

    queries: int
    """Those with something relevant to find."""
    ndcg: float | None
    """With gains 2^grade − 1."""
    ndcg_linear: float | None
    """With the grade as gain, as trec_eval has it."""
    recall: float | None
    recall_queries: int
    """Those with something of the grade that recall counts from."""
    mrr: float | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """How well queries that nothing answers are told from the others."""

    queries: int
    unanswered: int
    """Of these, how many were told that there are no sure hits."""
    answerable: int
    answerable_unanswered: int
    """Of the answerable, how many were told so wrongly."""
    auc: float | None
    """Of the evidence: how often an answerable query has more of it than one that nothing answers."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every figure of one search on one set of judged queries."""

    recall_threshold: int
    overall: Figures
    languages: Mapping[str, Figures]
    """By the query's language."""
    types: Mapping[str, Figures]
    """By the query's type."""
    arms: Mapping[str, Figures]
    elsewhere_whole: Figures
    """Answers in another language than the query's: everything is ranked, only judgments of those count.

    Over the queries that have an answer there, of a grade that recall counts.
    """
    elsewhere_among: Figures
    """The same when everything in the query's own language is taken out of the ranking first."""
    pages: Figures | None
    """The same as `overall` with parts of pages taken together; None where documents are no parts."""
    nothing: Nothing
    per_query: Mapping[str, float]
    """nDCG of each query with something to find."""


def answers(collection: Collection, queries: Sequence[Query], *, limit: int = 100) -> Iterator[tuple[str, Answer]]:
    """Each query's id and what the collection gives for it, `limit` documents deep."""
    rankings = collection.rank(query.text for query in queries)
    for query, ranking in zip(queries, rankings, strict=True):
        yield query.id, _answer(query, ranking, collection.languages, limit)


def _answer(query: Query, ranking: Ranking, languages: Mapping[str, str], limit: int) -> Answer:
    foreign = (key for key, _ in ranking.order if is_foreign(query.language, languages.get(key, "")))
    arms = {name: [key for key, _ in hits] for name, hits in ranking.arms.items()}
    if len(arms) > 1:
        arms[FUSED] = measures.reciprocal_rank_fusion(list(arms.values()))
    return Answer(
        order=ranking.order[:limit],
        best=_first(key for key, _ in ranking.order),
        arms={name: _first(keys) for name, keys in arms.items()},
        elsewhere=_first(foreign),
        pages=_first(dict.fromkeys(page_of(key) for key, _ in ranking.order)),
        strength=ranking.strength,
        evidence=ranking.evidence,
    )


def _first(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(keys, DEPTH))


def _of_pages(judgments: Judgments) -> dict[str, int]:
    """A page is as good as its best part."""
    grades: dict[str, int] = {}
    for key, grade in judgments.items():
        grades[page_of(key)] = max(grade, grades.get(page_of(key), 0))
    return grades


def run_of(found: Mapping[str, Answer]) -> Run:
    """What is kept of the answers, to compare with later."""
    return {name: Ranked(answer.order, answer.evidence) for name, answer in found.items()}


def is_foreign(own: str, other: str) -> bool:
    """Whether a document in `other` is in another language; bokmål and nynorsk are one, and the unknown is none."""
    return bool(own and other) and language_group(own) != language_group(other)


def evaluate(queries: Sequence[Query], found: Mapping[str, Answer], languages: Mapping[str, str]) -> Evaluation:
    """Every figure.

    Args:
        queries: what was asked.
        found: each query's answer by its id.
        languages: each document's language; judged documents that are not in it count as not found.
    """
    threshold = measures.recall_threshold(query.judgments for query in queries)

    def figures(rankings: Iterable[tuple[Sequence[str], Judgments]]) -> Figures:
        return _figures(list(rankings), threshold)

    def of(some: Iterable[Query]) -> Figures:
        return figures((found[query.id].best, query.judgments) for query in some)

    answerable = [query for query in queries if query.answerable]
    arms = dict.fromkeys(name for answer in found.values() for name in answer.arms)
    foreign = [(found[query.id], _foreign_judgments(query, languages)) for query in answerable]
    foreign = [(answer, judged) for answer, judged in foreign if max(judged.values(), default=0) >= threshold]
    parts = any(PART in name for name in languages)
    overall = of(answerable)
    return Evaluation(
        recall_threshold=threshold,
        overall=overall,
        languages={name: of(some) for name, some in _grouped((query.language, query) for query in answerable)},
        types={name: of(some) for name, some in _grouped((query.type, query) for query in answerable)},
        arms={
            ALL: overall,
            **{
                name: figures((found[query.id].arms.get(name, ()), query.judgments) for query in answerable)
                for name in arms
            },
        },
        elsewhere_whole=figures((answer.best, judged) for answer, judged in foreign),
        elsewhere_among=figures((answer.elsewhere, judged) for answer, judged in foreign),
        pages=figures((found[query.id].pages, _of_pages(query.judgments)) for query in answerable) if parts else None,
        nothing=_nothing(answerable, [query for query in queries if query.type == NONE_TYPE], found),
        per_query=_by_query(queries, {name: answer.best for name, answer in found.items()}),
    )


def ndcg_by_query(queries: Iterable[Query], run: Run) -> dict[str, float]:
    """Each query's nDCG, where the run answers it and there is something to find."""
    return _by_query(queries, {name: ranked.ids for name, ranked in run.items()})


def _by_query(queries: Iterable[Query], rankings: Mapping[str, Sequence[str]]) -> dict[str, float]:
    asked = (query for query in queries if query.id in rankings)
    values = ((query.id, measures.ndcg(rankings[query.id], query.judgments)) for query in asked)
    return {name: value for name, value in values if value is not None}


def _figures(rankings: Sequence[tuple[Sequence[str], Judgments]], threshold: int) -> Figures:
    ndcgs = [measures.ndcg(ranking, judged) for ranking, judged in rankings]
    recalls = [measures.recall(ranking, judged, threshold=threshold) for ranking, judged in rankings]
    return Figures(
        queries=sum(value is not None for value in ndcgs),
        ndcg=mean(ndcgs),
        ndcg_linear=mean(measures.ndcg(ranking, judged, gain=measures.linear) for ranking, judged in rankings),
        recall=mean(recalls),
        recall_queries=sum(value is not None for value in recalls),
        mrr=mean(measures.reciprocal_rank(ranking, judged) for ranking, judged in rankings),
    )


def _nothing(answerable: Sequence[Query], nothing: Sequence[Query], found: Mapping[str, Answer]) -> Nothing:
    def unanswered(some: Sequence[Query]) -> int:
        return sum(found[query.id].strength == "none" for query in some)

    def evidence(some: Sequence[Query]) -> list[float]:
        return [found[query.id].evidence for query in some]

    return Nothing(
        queries=len(nothing),
        unanswered=unanswered(nothing),
        answerable=len(answerable),
        answerable_unanswered=unanswered(answerable),
        auc=measures.auc(evidence(answerable), evidence(nothing)),
    )


def _foreign_judgments(query: Query, languages: Mapping[str, str]) -> dict[str, int]:
    return {key: grade for key, grade in query.judgments.items() if is_foreign(query.language, languages.get(key, ""))}


def _grouped(pairs: Iterable[tuple[str, Query]]) -> list[tuple[str, list[Query]]]:
    """Queries by what stands in front of them, in order; those with nothing there are left out."""
    groups: dict[str, list[Query]] = {}
    for name, query in pairs:
        if name:
            groups.setdefault(name, []).append(query)
    return sorted(groups.items())
