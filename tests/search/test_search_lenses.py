"""Lenses over the shipped practices: where they look, what they show, and what comes first."""

from __future__ import annotations

import pytest
from search_helpers import ids

import kb
from kb import schema

pytestmark = pytest.mark.model

SHORTER = "kortere arbeidsdag"
QUESTIONS = (
    "hjemmetjenesten finner ikke vikarer",
    "Vi bruker for mye tid på rapportering og kontroll",
    "Eldre som bor alene, er ensomme",
    "ungdom som slutter på videregående",
    "hur minskar vi sjukfrånvaron",
)


def test_lessons_begin_with_what_was_stopped_among_the_relevant(base: kb.KnowledgeBase) -> None:
    found = base.search(SHORTER, lens="lessons", limit=1000)
    moved = [hit.why.stopped > 0 for hit in found]
    assert moved == sorted(moved, reverse=True)
    first = {hit.practice.id: hit.practice.status for hit in found if hit.why.stopped}
    assert {"goteborg-svartedalen-sextimmarsdag", "kiruna-sextimmarsdag-hemtjanst"} <= first.keys()
    assert set(first.values()) == {"stopped"}
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_only_lessons_begin_with_what_was_stopped(base: kb.KnowledgeBase) -> None:
    for lens in ("", "problem", "practice", "results"):
        found = base.search(SHORTER, lens=lens, limit=1000)
        assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
        assert not any(hit.why.stopped for hit in found)


def test_browsing_lessons_begins_with_what_was_stopped(base: kb.KnowledgeBase) -> None:
    stopped = [hit.practice.status == "stopped" for hit in base.search(lens="lessons", limit=1000)]
    assert stopped == sorted(stopped, reverse=True)
    assert 0 < sum(stopped) < len(stopped)


def test_pages_of_lessons_put_together_are_the_whole(base: kb.KnowledgeBase) -> None:
    whole = base.search(SHORTER, lens="lessons", limit=1000)
    pages = [base.search(SHORTER, lens="lessons", limit=3, offset=offset) for offset in range(0, whole.total, 3)]
    assert [name for page in pages for name in ids(page)] == ids(whole)


@pytest.mark.parametrize("lens", ["", *schema.LENSES])
def test_who_took_part_and_what_it_takes_are_seldom_what_answers(base: kb.KnowledgeBase, lens: str) -> None:
    shown = [hit.passage.section for question in QUESTIONS for hit in base.search(question, lens=lens, limit=5)]
    assert shown.count("involved") + shown.count("conditions") <= len(shown) / 10
