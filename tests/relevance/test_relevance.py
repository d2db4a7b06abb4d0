"""How well the shipped practices are found does not fall by more than chance."""

from __future__ import annotations

from pathlib import Path

import pytest

import kb
from kb.evaluate import Evaluation, answers, evaluate, practices_of, read_queries

pytestmark = pytest.mark.model

FOLDER = Path(__file__).parent
FILES = {"practices-dev.yaml": (0.77, 0.66), "practices-own.yaml": (0.55, 0.39)}
"""The least nDCG@10: of all answers, and of those in another language. Measured .807 and .718, .582 and .427.

With 42 and 68 questions a difference of two or three hundredths is chance.
"""

TOLD_APART = 0.90
"""The least AUC of the evidence between questions that something answers and others. Measured .92."""


def evaluation(base: kb.KnowledgeBase, *names: str) -> Evaluation:
    queries = read_queries(*(FOLDER / name for name in names))
    collection = practices_of(base)
    return evaluate(queries, dict(answers(collection, queries)), collection.languages)


@pytest.mark.parametrize(("name", "floors"), FILES.items())
def test_the_judged_questions_find_their_answers(
    base: kb.KnowledgeBase, name: str, floors: tuple[float, float]
) -> None:
    found = evaluation(base, name)
    assert (found.overall.ndcg or 0) >= floors[0]
    assert (found.elsewhere_whole.ndcg or 0) >= floors[1]


def test_questions_that_nothing_answers_are_told_apart(base: kb.KnowledgeBase) -> None:
    nothing = evaluation(base, *FILES).nothing
    assert (nothing.auc or 0) >= TOLD_APART
    assert nothing.unanswered >= 0.6 * nothing.queries
    assert nothing.answerable_unanswered <= 0.12 * nothing.answerable


@pytest.mark.parametrize("name", FILES)
def test_every_judged_practice_exists(base: kb.KnowledgeBase, name: str) -> None:
    assert practices_of(base).unknown(read_queries(FOLDER / name)) == ()


def test_there_are_enough_questions_of_our_own() -> None:
    own = read_queries(FOLDER / "practices-own.yaml")
    assert sum(query.answerable for query in own) >= 60
    assert sum(query.type == "none" for query in own) >= 20
    assert {query.language for query in own} == {"nb", "nn", "da", "sv", "en"}
