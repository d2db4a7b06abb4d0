"""Another order changes where the answers stand, never which they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_helpers import ids

import kb
from kb.config import Config
from kb.errors import SearchError
from kb.index.build import build
from kb.practice import Practice
from kb.search.order import SORTS, dated
from kb.search.scoring import highest

QUESTION = "ensomme eldre"
NONSENSE = "qwxz wqzx xzqw zwxq qxwz"


@pytest.fixture
def few(small: Callable[..., Config]) -> kb.KnowledgeBase:
    """Ten practices, for keyword search."""
    config = small()
    build(config)
    return kb.KnowledgeBase(config)


@pytest.mark.model
@pytest.mark.parametrize("lens", ["", "lessons"])
def test_the_same_answers_stand_in_each_order(base: kb.KnowledgeBase, lens: str) -> None:
    best, newest, borrowed = (
        base.search(QUESTION, sort=sort, lens=lens, country=["no", "dk"], limit=100) for sort in SORTS
    )
    assert sorted(ids(best)) == sorted(ids(newest)) == sorted(ids(borrowed))
    assert {hit.practice.id: hit for hit in newest} == {hit.practice.id: hit for hit in best}
    assert replace(newest, hits=(), sort="relevance") == replace(borrowed, hits=(), sort="relevance")
    assert replace(best, hits=()) == replace(newest, hits=(), sort="relevance")
    assert len(best) == best.total > 10


@pytest.mark.model
def test_newest_goes_by_date_and_what_ties_by_how_well_it_answers(base: kb.KnowledgeBase) -> None:
    best = ids(base.search(QUESTION, limit=100))
    newest = base.search(QUESTION, sort="newest", limit=100)
    keys = [dated(hit.practice) for hit in newest]
    assert keys == sorted(keys, reverse=True)
    assert len(set(keys)) > 3
    for date in set(keys):
        tied = [hit.practice.id for hit in newest if dated(hit.practice) == date]
        assert tied == [name for name in best if name in tied]


@pytest.mark.model
def test_most_borrowed_goes_by_how_many_say_so_and_then_by_how_well_it_answers(base: kb.KnowledgeBase) -> None:
    best = ids(base.search("hjemmetjeneste", limit=100))
    borrowed = base.search("hjemmetjeneste", sort="borrowed", limit=100)
    counts = [hit.borrowers for hit in borrowed]
    assert counts == sorted(counts, reverse=True)
    assert (borrowed[0].practice.id, counts[0]) == ("netherlands-buurtzorg-neighbourhood-care", 6)
    unborrowed = [hit.practice.id for hit in borrowed if not hit.borrowers]
    assert unborrowed == [name for name in best if name in unborrowed]


@pytest.mark.model
def test_pages_of_an_order_follow_each_other(base: kb.KnowledgeBase) -> None:
    whole = ids(base.search(QUESTION, sort="newest", limit=20))
    assert ids(base.search(QUESTION, sort="newest", limit=10)) == whole[:10]
    assert ids(base.search(QUESTION, sort="newest", limit=10, offset=10)) == whole[10:]


@pytest.mark.model
def test_how_many_borrowed_it_is_what_the_borrowings_say(base: kb.KnowledgeBase) -> None:
    spread = base.spread()
    for results in (base.search(limit=1000), base.search(QUESTION, limit=1000), base.similar("grong-bygdemodre")):
        for hit in results:
            assert hit.borrowers == len({loan.borrower for loan in spread.borrowers(hit.practice.id)})


@pytest.mark.model
def test_what_lies_nearest_comes_first_where_nothing_answers(base: kb.KnowledgeBase) -> None:
    newest = base.search(NONSENSE, sort="newest")
    assert (newest.strength, newest.total, newest.sort) == ("none", 0, "relevance")
    assert newest == base.search(NONSENSE)


def test_without_a_question_the_newest_comes_first(few: kb.KnowledgeBase) -> None:
    results = few.search(limit=100)
    assert results.sort == "newest"
    assert ids(results) == ids(few.search(sort="newest", limit=100)) == ids(few.search(sort="relevance", limit=100))
    dates = [dated(hit.practice) for hit in results]
    assert dates == sorted(dates, reverse=True)


def test_without_a_question_the_most_borrowed_may_come_first(few: kb.KnowledgeBase) -> None:
    results = few.search(sort="borrowed", limit=100)
    counts = [hit.borrowers for hit in results]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_browsing_for_lessons_still_begins_with_what_was_stopped(few: kb.KnowledgeBase) -> None:
    stopped = [hit.practice.status == "stopped" for hit in few.search(lens="lessons", limit=100)]
    assert stopped == sorted(stopped, reverse=True)
    assert any(stopped)


def test_an_order_that_there_is_not_is_refused_with_the_nearest(few: kb.KnowledgeBase) -> None:
    with pytest.raises(SearchError, match="There is no order newst") as refused:
        few.search("eldre", sort="newst")
    assert refused.value.hint == "Did you mean newest?"
    with pytest.raises(SearchError) as refused:
        few.search(sort="x")
    assert all(sort in refused.value.hint for sort in SORTS)


@pytest.mark.parametrize(
    ("started", "status_as_of", "date"),
    [
        ("2019", "2024", "2019"),
        ("2019-05", "unknown", "2019-05"),
        ("", "2024-02-01", "2024-02-01"),
        ("i fjor", "2024", "2024"),
        ("", "unknown", ""),
        ("", "", ""),
    ],
)
def test_new_is_when_it_began_or_else_when_its_status_was_known(started: str, status_as_of: str, date: str) -> None:
    practice = Practice("x", PurePosixPath("x.md"), "x", started=started, status_as_of=status_as_of)
    assert dated(practice) == date


def test_one_that_says_it_borrowed_itself_is_not_borrowed(small: Callable[..., Config]) -> None:
    config = small()
    path = config.practices / "no/grong/grong-bygdemodre.md"
    own = "borrowed_from:\n  - practice: grong-bygdemodre\n"
    path.write_text(path.read_text(encoding="utf-8").replace("borrowed_from:\n", own, 1), encoding="utf-8")
    build(config)
    hits = {hit.practice.id: hit for hit in kb.KnowledgeBase(config).search(limit=100)}
    assert hits["grong-bygdemodre"].practice.borrowed_from[0].practice == "grong-bygdemodre"
    assert hits["grong-bygdemodre"].borrowers == 0


@given(scores=st.lists(st.sampled_from([-1.0, 0.0, 0.5, 7.25, float("-inf")]), max_size=40), most=st.integers(1, 12))
def test_the_highest_few_are_the_first_of_all_in_order(scores: list[float], most: int) -> None:
    by_score = sorted(range(len(scores)), key=lambda row: -scores[row])
    assert highest(np.array(scores), most, np.arange(len(scores))).tolist() == by_score[:most]
