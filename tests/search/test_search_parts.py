"""Each part of the search is turned off by one setting, and only that part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import kb
from kb.config import Config, SearchSettings
from kb.errors import IndexFault
from kb.index.build import build
from kb.search.hits import ARMS

pytestmark = pytest.mark.model

QUESTION = "Vi finner ikke vikarer til nattevaktene"


def without(base: kb.KnowledgeBase, **settings: Any) -> kb.KnowledgeBase:
    return kb.KnowledgeBase(replace(base.config, search=SearchSettings(**settings)))


@pytest.mark.parametrize("part", ["card", "question"])
def test_an_arm_that_is_off_gives_nothing_and_the_others_answer(base: kb.KnowledgeBase, part: str) -> None:
    found = without(base, **{f"{part}s": False}).search(QUESTION)
    assert found
    assert not any(getattr(hit.why, part) for hit in found)
    assert any(getattr(hit.why, part) for hit in base.search(QUESTION))
    assert found[0].score == pytest.approx(sum(getattr(found[0].why, arm) for arm in ARMS))


def test_without_grams_only_whole_words_match(base: kb.KnowledgeBase) -> None:
    typo = "sykefavær"
    assert base.search(typo)[0].why.words > 0
    assert not any(hit.why.words for hit in without(base, grams=False).search(typo))
    assert without(base, grams=False).search("sykefravær")[0].why.words > 0


def test_without_the_concordance_only_what_is_asked_is_searched(base: kb.KnowledgeBase) -> None:
    assert "hemtjänst" in base.search("hjemmetjeneste").also["hjemmetjeneste"]
    assert without(base, concordance=False).search("hjemmetjeneste").also == {}


def test_without_feedback_the_order_is_that_of_the_first_look(base: kb.KnowledgeBase) -> None:
    once, twice = (list(next(one.rank([QUESTION])).order) for one in (without(base, feedback=False), base))
    assert once != twice
    first_look = base.search(QUESTION)[0].practice.id
    assert first_look in {name for name, _ in once[:3]}


def test_leaving_the_language_in_is_another_index_and_answers(small: Callable[..., Config]) -> None:
    names = (
        "se/kiruna/kiruna-sextimmarsdag-hemtjanst",
        "is/reykjavik/reykjavik-shorter-working-week",
        "no/grong/grong-bygdemodre",
    )
    config = small(model="packaged", names=names)
    assert build(config).wrote
    left_in = replace(config, search=SearchSettings(centring=False))
    again = build(left_in)
    assert again.wrote
    assert again.embedded == 0, "the vectors are the same, only kept another way"
    assert again.reasons == ("the language rules",)
    question = "sekstimersdag i hemtjänsten"
    assert not kb.KnowledgeBase(left_in).search(question).notice
    assert kb.KnowledgeBase(left_in).search(question)[0].practice.id == "kiruna-sextimmarsdag-hemtjanst"


def test_an_index_of_the_other_setting_says_so_and_is_not_measured(base: kb.KnowledgeBase) -> None:
    other = without(base, centring=False)
    assert "kb index" in other.search(QUESTION).notice
    with pytest.raises(IndexFault, match="centring"):
        next(other.rank([QUESTION]))


def test_everything_off_is_the_plainest_search(base: kb.KnowledgeBase) -> None:
    plain = without(base, cards=False, questions=False, grams=False, concordance=False, feedback=False)
    found = plain.search("sykefravær")
    assert found
    assert all(hit.why.card == hit.why.question == 0 for hit in found)
