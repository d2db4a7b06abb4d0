"""What each part of the search is worth: nDCG@10 on the judged development queries.

Run: python -m benchmarks.search_quality            (a minute; needs kb index)
     python -m benchmarks.search_quality --titles   (also embeds every text passage three ways)

"other languages" ranks all practices but counts only answers that are not in the question's language.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kb
from kb.encoder import Encoder, load_encoder
from kb.evaluate import Query, is_foreign, read_queries
from kb.evaluate.measures import DEPTH, exponential, mean, ndcg
from kb.index.layout import IndexLayout
from kb.index.means import centre, language_means
from kb.index.reader import Generation
from kb.index.vectors import VectorCache, text_key
from kb.passages import Passage
from kb.search import Question, Scored, score

QUERIES = Path(__file__).parents[1] / "tests" / "relevance" / "practices-dev.yaml"
Scores = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", action="store_true", help="measure where the title stands in a passage")
    options = parser.parse_args()
    config = kb.load_config()
    encoder = load_encoder(config)
    generation = Generation(IndexLayout(config.index))
    queries = [query for query in read_queries(QUERIES) if query.answerable]
    vectors = encoder.encode([query.text for query in queries], "query")
    everything = np.ones(len(generation.store), dtype=bool)
    scored = [
        score(generation, Question(query.text, vector), everything)
        for query, vector in zip(queries, vectors, strict=True)
    ]
    print(f"{len(queries)} judged questions, {len(generation.store)} practices; nDCG@{DEPTH}")
    print(f"{'':44} all    other languages")
    for name, choose in ARMS.items():
        report(name, generation, queries, [choose(item) for item in scored])
    report("text alone, language left in", generation, queries, uncentred(generation, config.index, vectors))
    if options.titles:
        for name, render in RENDERINGS.items():
            report(name, generation, queries, rendered(generation, encoder, vectors, render))


def dense(item: Scored) -> Scores:
    return item.arms["text"] + item.arms["card"] + item.arms["question"]


def reciprocal_ranks(*arms: Scores) -> Scores:
    """Reciprocal rank fusion with k = 60 (Cormack et al. 2009)."""
    total: Scores = np.sum([1 / (60 + 1 + np.argsort(np.argsort(-arm))) for arm in arms], axis=0)
    return total


ARMS: dict[str, Callable[[Scored], Scores]] = {
    "words alone": lambda item: item.arms["words"],
    "text alone": lambda item: item.arms["text"],
    "cards alone": lambda item: item.arms["card"],
    "questions alone": lambda item: item.arms["question"],
    "text, cards and questions": dense,
    "text and words": lambda item: item.arms["text"] + item.arms["words"] / 3,
    "reciprocal ranks of meaning and words": lambda item: reciprocal_ranks(dense(item), item.arms["words"]),
    "all, as kb search adds them": lambda item: item.total,
}

RENDERINGS: dict[str, Callable[[Passage], str]] = {
    "text alone, no title": lambda passage: passage.text,
    "text alone, title and a full stop": lambda passage: f"{passage.context}. {passage.text}",
    "text alone, title on a line of its own": lambda passage: passage.embedded,
    "text alone, template heading too": lambda p: f"{p.context}\n{p.heading}\n{p.text}",
}


def uncentred(generation: Generation, index: Path, queries: NDArray[np.float32]) -> list[Scores]:
    """The text arm on the vectors as the model gives them."""
    passages = text_passages(generation)
    keys = [text_key(passage.embedded, "document") for passage in passages]
    with VectorCache(IndexLayout(index).vectors, generation.manifest.fingerprint.encoder) as cache:
        vectors = cache.get(keys, len(queries[0]))
    return [best(generation, vectors @ query) for query in queries]


def rendered(
    generation: Generation, encoder: Encoder, queries: NDArray[np.float32], render: Callable[[Passage], str]
) -> list[Scores]:
    """The text arm with passages embedded another way."""
    passages = text_passages(generation)
    languages = [passage.language for passage in passages]
    vectors = encoder.encode([render(passage) for passage in passages], "document")
    centred = centre(vectors, languages, language_means(vectors, languages))
    return [best(generation, centred @ generation.means.centre_query(query)) for query in queries]


def text_passages(generation: Generation) -> list[Passage]:
    return [generation.store.passage("text", row) for row in range(len(generation.store.owners["text"]))]


def best(generation: Generation, cosines: NDArray[np.float32]) -> Scores:
    """Each practice's best passage."""
    found = np.full(len(generation.store), -1.0)
    np.maximum.at(found, generation.store.owners["text"], cosines)
    return found


def report(name: str, generation: Generation, queries: Sequence[Query], scores: Sequence[Scores]) -> None:
    languages = {key: generation.store.practice(row).language for row, key in enumerate(generation.store.ids)}
    everyone, others = [], []
    for query, totals in zip(queries, scores, strict=True):
        ranking = [generation.store.ids[row] for row in np.argsort(-totals, kind="stable")[:DEPTH]]
        foreign = {
            key: grade for key, grade in query.judgments.items() if is_foreign(query.language, languages.get(key, ""))
        }
        everyone.append(ndcg(ranking, query.judgments, gain=exponential))
        others.append(ndcg(ranking, foreign, gain=exponential))
    print(f"{name:44} {mean(everyone):.3f}  {mean(others):.3f}")


if __name__ == "__main__":
    main()
