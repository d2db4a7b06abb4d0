"""A large index is not looked at whole, and finds what one that is looked at whole does."""

from __future__ import annotations

import pytest
from search_helpers import ids

import kb
from kb.base import FilterOptions
from kb.index import dense
from kb.search import arms, closer, scoring

pytestmark = pytest.mark.model

QUESTIONS = (
    "Vi finner ikke vikarer til nattevaktene",
    "ungdom som slutter på videregående",
    "leverandøren gikk konkurs",
    "ensomme eldre",
    "kortere arbeidsdag i eldreomsorgen",
    "hur får vi fler att källsortera",
)


@pytest.fixture
def large(base: kb.KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> kb.KnowledgeBase:
    """The shipped practices, as if there were too many to look at them all."""
    monkeypatch.setattr(dense, "WHOLE_LIMIT", 100)
    monkeypatch.setattr(arms, "FEWER", 200)
    for module in (closer, scoring):
        monkeypatch.setattr(module, "CLOSER", 60)
    return kb.KnowledgeBase(base.config)


def test_it_finds_what_a_whole_look_finds(base: kb.KnowledgeBase, large: kb.KnowledgeBase) -> None:
    narrowed: tuple[FilterOptions, ...] = ({}, {"country": "no"}, {"country": "dk", "area": "helse-omsorg"})
    for filters in narrowed:
        same = due = 0
        for question in QUESTIONS:
            whole, found = ids(base.search(question, **filters)), ids(large.search(question, **filters))
            same += len({*whole[:5]} & {*found})
            due += len(whole[:5])
        assert same >= 0.8 * due, filters


def test_filters_are_never_left(large: kb.KnowledgeBase) -> None:
    for question in QUESTIONS:
        found = large.search(question, country="se", limit=50)
        assert all("se" in {place.split("/")[0] for place in hit.practice.places} for hit in found)


def test_pages_never_shuffle(large: kb.KnowledgeBase) -> None:
    first, second = (ids(large.search(QUESTIONS[1], limit=30)) for _ in range(2))
    assert first == second
    assert ids(large.search(QUESTIONS[1], limit=10, offset=10)) == first[10:20]
    scores = [hit.score for hit in large.search(QUESTIONS[1], limit=30)]
    assert scores == sorted(scores, reverse=True)


def test_words_alone_and_a_lens_answer_too(base: kb.KnowledgeBase, large: kb.KnowledgeBase) -> None:
    assert ids(large.search("lærdommer om leverandør", lens="lessons"))
    question = "velferdsteknologi"
    assert len({*ids(base.search(question))} & {*ids(large.search(question))}) >= 6


def test_what_no_arm_found_is_not_counted_as_an_answer(
    large: kb.KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arms, "FEWER", 20)
    monkeypatch.setattr(arms, "CANDIDATES", 30)
    for module in (closer, scoring):
        monkeypatch.setattr(module, "CLOSER", 10)
    # Each of three dense arms finds twenty passages, and words thirty.
    for question in ("sykefravær", "ensomme eldre", "kommune barn eldre skole ansatte"):
        assert 0 < large.search(question).total <= 3 * 20 + 30
