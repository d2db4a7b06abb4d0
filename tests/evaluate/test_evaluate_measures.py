"""The measures are what ir-measures (trec_eval) says they are, on whatever run and judgments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from kb.evaluate.measures import (
    auc,
    exponential,
    linear,
    mean,
    ndcg,
    recall,
    recall_threshold,
    reciprocal_rank,
    reciprocal_rank_fusion,
)

DOCUMENTS = [f"d{number}" for number in range(30)]
GRADES = {grade: int(exponential(grade)) for grade in range(5)}
RANKINGS = st.lists(st.sampled_from(DOCUMENTS), unique=True, max_size=30)
JUDGMENTS = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 4), min_size=1, max_size=20)


def judged_by_others(measure: ir_measures.Measure, ranking: Sequence[str], judgments: Mapping[str, int]) -> float:
    """What ir-measures gives; it sorts by score, so the order is made one."""
    run = {"q": {key: float(-rank) for rank, key in enumerate(ranking)}}
    values = [metric.value for metric in ir_measures.iter_calc([measure], {"q": dict(judgments)}, run)]
    # A query without any hits is not in the run at all.
    return float(values[0]) if values else 0.0


@given(RANKINGS, JUDGMENTS)
def test_every_measure_is_that_of_ir_measures(ranking: list[str], judgments: dict[str, int]) -> None:
    threshold = recall_threshold([judgments])
    pairs = {
        nDCG @ 10: ndcg(ranking, judgments, gain=linear),
        nDCG(gains=GRADES) @ 10: ndcg(ranking, judgments),
        R(rel=threshold) @ 10: recall(ranking, judgments, threshold=threshold),
        RR @ 10: reciprocal_rank(ranking, judgments),
    }
    for measure, value in pairs.items():
        expected = judged_by_others(measure, ranking, judgments)
        if value is None:
            assert not any(judgments.values())
            assert expected == 0
        else:
            assert value == pytest.approx(expected, abs=1e-9), measure
            assert 0 <= value <= 1 + 1e-12


@given(st.lists(RANKINGS.filter(bool), min_size=1, max_size=5), JUDGMENTS)
def test_means_are_those_of_ir_measures(rankings: list[list[str]], judgments: dict[str, int]) -> None:
    judgments = {**judgments, "d0": 3}
    names = [f"q{number}" for number in range(len(rankings))]
    run = {
        name: {key: float(-rank) for rank, key in enumerate(ranking)}
        for name, ranking in zip(names, rankings, strict=True)
    }
    expected = ir_measures.calc_aggregate([nDCG @ 10], dict.fromkeys(names, judgments), run)
    found = mean(ndcg(ranking, judgments, gain=linear) for ranking in rankings)
    assert found == pytest.approx(expected[nDCG @ 10], abs=1e-9)


@given(RANKINGS, JUDGMENTS)
def test_the_best_order_is_one_and_what_is_not_judged_counts_as_nothing(
    ranking: list[str], judgments: dict[str, int]
) -> None:
    best = sorted(judgments, key=lambda key: -judgments[key])
    for gain in (linear, exponential):
        at_best, without = (ndcg(order, judgments, gain=gain) for order in (best, [f"other {key}" for key in ranking]))
        assert (at_best, without) == ((pytest.approx(1.0), 0.0) if any(judgments.values()) else (None, None))
    assert ndcg(ranking, {**judgments, "unheard of": 0}) == ndcg(ranking, judgments)


def test_ndcg_by_hand() -> None:
    judgments = {"a": 3, "b": 1, "c": 2}
    ranking = ["b", "x", "a"]
    ideal = 3 + 2 / math.log2(3) + 1 / 2
    assert ndcg(ranking, judgments, gain=linear) == pytest.approx((1 + 3 / 2) / ideal)
    assert ndcg(ranking, judgments, gain=linear, depth=1) == pytest.approx(1 / 3)
    ideal = 7 + 3 / math.log2(3) + 1 / 2
    assert ndcg(ranking, judgments) == pytest.approx((1 + 7 / 2) / ideal)


def test_beyond_the_depth_nothing_counts() -> None:
    ranking = [f"x{number}" for number in range(10)] + ["a"]
    assert ndcg(ranking, {"a": 3}) == recall(ranking, {"a": 3}) == reciprocal_rank(ranking, {"a": 3}) == 0
    assert reciprocal_rank(ranking[1:], {"a": 1}) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("judgments", "threshold"),
    [([{"a": 3, "b": 1}], 2), ([{"a": 2}], 2), ([{"a": 1}, {"b": 1}], 1), ([{"a": 0}], 1), ([{}], 1), ([], 1)],
)
def test_recall_counts_from_two_where_grades_go_that_high(judgments: list[dict[str, int]], threshold: int) -> None:
    assert recall_threshold(judgments) == threshold


@pytest.mark.parametrize(
    ("positives", "negatives", "expected"),
    [
        ([2.0, 3.0], [1.0], 1.0),
        ([1.0], [2.0, 3.0], 0.0),
        ([1.0, 1.0], [1.0], 0.5),
        ([1.0, 3.0], [2.0, 1.0], 0.625),
        ([], [1.0], None),
        ([1.0], [], None),
    ],
)
def test_auc_by_hand(positives: list[float], negatives: list[float], expected: float | None) -> None:
    assert auc(positives, negatives) == expected


VALUES = st.lists(st.integers(0, 8).map(float), min_size=1, max_size=12)


@given(VALUES, VALUES)
def test_auc_is_the_share_of_pairs(positives: list[float], negatives: list[float]) -> None:
    pairs = [(mine > other) + 0.5 * (mine == other) for mine in positives for other in negatives]
    assert auc(positives, negatives) == pytest.approx(sum(pairs) / len(pairs))


def test_reciprocal_ranks_are_added() -> None:
    assert reciprocal_rank_fusion([["a", "b", "c"], ["c", "a"]]) == ["a", "c", "b"]
    assert reciprocal_rank_fusion([["a"], []]) == ["a"]


def test_a_mean_leaves_out_what_says_nothing() -> None:
    assert mean([1.0, None, 0.0]) == 0.5
    assert mean([None]) is None
    assert mean([]) is None
