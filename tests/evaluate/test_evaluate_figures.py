"""The figures of an evaluation, by hand: which queries count where, and which judgments."""

from __future__ import annotations

import json
import math

import pytest

from kb.evaluate import Answer, Query, Run, evaluate, ndcg_by_query, run_of
from kb.evaluate.compare import compare
from kb.evaluate.report import Report, as_json, heading, lines, table
from kb.search.hits import Strength

LANGUAGES = {"no1": "nb", "no2": "nn", "da1": "da", "sv1": "sv", "xx1": ""}
QUERIES = (
    Query("q1", "…", "nb", "problem", {"no1": 1, "da1": 3, "sv1": 2, "gone": 2}),
    Query("q2", "…", "nn", "problem", {"no1": 3, "no2": 1, "xx1": 1}),
    Query("q3", "…", "sv", "lesson", {"sv1": 1, "da1": 0}),
    Query("q4", "…", "nb", "none"),
    Query("q5", "…", "da", "none"),
    Query("q6", "…", "da", "problem", {"da1": 0}),
)


def answer(*ids: str, words: tuple[str, ...] = (), strength: Strength = "strong", evidence: float = 0.5) -> Answer:
    """An answer in which the other languages are as `LANGUAGES` has them for a question in bokmål."""
    order = tuple((key, float(-rank)) for rank, key in enumerate(ids))
    elsewhere = tuple(key for key in ids if LANGUAGES[key] not in {"nb", "nn", ""})
    return Answer(order, ids, {"words": words, "text": ids}, elsewhere, ids, strength, evidence)


FOUND = {
    "q1": answer("no1", "no2", "sv1", "da1", words=("da1",), evidence=0.9),
    "q2": answer("no2", "no1", strength="none", evidence=0.4),
    "q3": answer("sv1", "no1", words=("sv1",), evidence=0.3),
    "q4": answer("no1", strength="none", evidence=0.3),
    "q5": answer("no1", strength="possible", evidence=0.5),
    "q6": answer("no1", evidence=0.6),
}


def discounted(*gains: float) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


Q1 = discounted(1, 0, 3, 7) / discounted(7, 3, 3, 1)
Q2 = discounted(1, 7) / discounted(7, 1, 1)


def test_the_whole_counts_every_query_with_something_to_find() -> None:
    found = evaluate(QUERIES, FOUND, LANGUAGES)
    assert found.recall_threshold == 2
    assert found.per_query == pytest.approx({"q1": Q1, "q2": Q2, "q3": 1.0})
    assert found.overall.queries == 3
    assert found.overall.ndcg == pytest.approx((Q1 + Q2 + 1) / 3)
    assert found.overall.mrr == pytest.approx(1.0)
    # Of q1's three of grade 2 and up one is not here; q3 has none.
    assert found.overall.recall == pytest.approx((2 / 3 + 1) / 2)
    assert found.overall.recall_queries == 2
    linear = discounted(1, 3) / discounted(3, 1, 1), discounted(1, 0, 2, 3) / discounted(3, 2, 2, 1)
    assert found.overall.ndcg_linear == pytest.approx((sum(linear) + 1) / 3)
    assert found.pages is None, "no document is a part of a page"


def test_groups_are_those_of_their_own_queries() -> None:
    found = evaluate(QUERIES, FOUND, LANGUAGES)
    assert {name: figures.queries for name, figures in found.languages.items()} == {"nb": 1, "nn": 1, "sv": 1}
    assert {name: figures.queries for name, figures in found.types.items()} == {"lesson": 1, "problem": 2}
    assert found.types["problem"].ndcg == pytest.approx((Q1 + Q2) / 2)
    assert list(found.arms) == ["all", "words", "text"]
    assert found.arms["all"] == found.arms["text"] == found.overall
    assert found.arms["words"].ndcg == pytest.approx((7 / discounted(7, 3, 3, 1) + 0 + 1) / 3)


def test_other_languages_count_in_the_whole_ranking_and_among_themselves() -> None:
    found = evaluate(QUERIES, FOUND, LANGUAGES)
    # Bokmål and nynorsk are one language, and what has none is no other: only q1 has such answers.
    assert found.elsewhere_whole.queries == found.elsewhere_among.queries == 1
    assert found.elsewhere_whole.ndcg == pytest.approx(discounted(0, 0, 3, 7) / discounted(7, 3))
    assert found.elsewhere_among.ndcg == pytest.approx(discounted(3, 7) / discounted(7, 3))
    assert found.elsewhere_whole.mrr == pytest.approx(1 / 3)
    assert found.elsewhere_among.mrr == 1.0


def test_queries_that_nothing_answers_are_held_against_the_others() -> None:
    nothing = evaluate(QUERIES, FOUND, LANGUAGES).nothing
    assert (nothing.queries, nothing.unanswered) == (2, 1)
    assert (nothing.answerable, nothing.answerable_unanswered) == (3, 1)
    # .9, .4 and .3 against .3 and .5: pairs won 1, 1, 1, 0, ½, 0.
    assert nothing.auc == pytest.approx(3.5 / 6)


def test_without_anything_judged_there_is_no_figure() -> None:
    found = evaluate(QUERIES[3:], {name: FOUND[name] for name in ("q4", "q5", "q6")}, LANGUAGES)
    assert (found.overall.queries, found.overall.ndcg, found.overall.recall) == (0, None, None)
    assert (found.nothing.auc, found.languages) == (None, {})
    assert "–" in " ".join(lines(report(found_only=True)))


def report(*, found_only: bool = False) -> Report:
    queries = QUERIES[3:] if found_only else QUERIES
    found = evaluate(queries, {query.id: FOUND[query.id] for query in queries}, LANGUAGES)
    earlier: Run = {**run_of(FOUND), "q1": run_of(FOUND)["q4"]}
    return Report(
        source="queries.yaml",
        queries=len(queries),
        documents=5,
        model="packaged",
        settings={"cards": False, "grams": True, "reranker": ""},
        depth=100,
        unknown=("gone",),
        evaluation=found,
        against="" if found_only else "before.jsonl",
        comparison=None if found_only else compare(found.per_query, ndcg_by_query(queries, earlier)),
    )


def test_json_holds_every_figure() -> None:
    data = json.loads(json.dumps(as_json(report())))
    assert set(data) == {
        *("source", "queries", "documents", "model", "search", "depth", "recall_counts_from_grade", "unknown"),
        *("overall", "languages", "types", "arms", "other_languages", "pages", "nothing", "per_query", "comparison"),
    }
    assert data["overall"]["nDCG@10"] == pytest.approx((Q1 + Q2 + 1) / 3)
    assert set(data["overall"]) == {
        *("queries", "recall_queries", "nDCG@10", "nDCG@10 linear", "recall@10", "MRR@10"),
    }
    assert set(data["arms"]) == {"all", "words", "text"}
    assert set(data["other_languages"]) == {"whole_ranking", "among_themselves"}
    assert data["per_query"]["q3"] == {"nDCG@10": 1.0}
    assert data["search"] == {"cards": False, "grams": True, "reranker": ""}
    compared = data["comparison"]
    assert (compared["against"], compared["wins"], compared["ties"], compared["losses"]) == ("before.jsonl", 1, 2, 0)


def test_the_table_shows_what_json_holds() -> None:
    from rich.console import Console

    console = Console(width=80, record=True, file=None, quiet=False, highlight=False)
    with console.capture() as capture:
        console.print(table(report()))
    text = capture.get()
    rows = {line[:26].strip(): line[26:].split() for line in text.splitlines()}
    assert rows["all queries"] == ["3", f"{(Q1 + Q2 + 1) / 3:.3f}", *rows["all queries"][2:]]
    assert rows["all together"] == rows["all queries"] == rows["what it says"]
    assert rows["problem"][0] == "2"
    assert rows["in the whole ranking"][0] == "1"
    assert max(len(line) for line in text.splitlines()) <= 80
    assert heading(report()) == "6 queries, 5 documents, model packaged, without cards"
    said = " ".join(lines(report()))
    assert "Recall counts answers of grade 2 and up." in said
    assert "Of 2 queries that nothing answers, 1 got no sure hits; of 3 that something answers, 1." in said
    assert "Against before.jsonl: nDCG@10 +" in said
    assert "better on 1, equal on 2 and worse on 0 of 3 queries" in said
