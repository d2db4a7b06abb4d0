"""Two runs are compared query by query, and the interval is the same at every run."""

from __future__ import annotations

import pytest

from kb.errors import EvaluationError
from kb.evaluate.compare import Comparison, compare


@pytest.mark.parametrize(
    ("new", "earlier", "expected"),
    [
        ({"a": 0.5}, {"a": 0.5}, Comparison(1, 0, 1, 0, 0.0, 0.0, 0.0, 0)),
        ({"a": 0.5 + 1e-12}, {"a": 0.5}, Comparison(1, 0, 1, 0, 0.0, 0.0, 0.0, 0)),
        ({"a": 1.0, "b": 1.0}, {"a": 0.5, "b": 0.5}, Comparison(2, 2, 0, 0, 0.5, 0.5, 0.5, 0)),
        ({"a": 0.0, "b": 0.2}, {"b": 0.6, "c": 1.0}, Comparison(1, 0, 0, 1, -0.4, -0.4, -0.4, 2)),
        # Of two queries drawn with replacement a quarter are both the first and a quarter both the second.
        ({"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 0.5}, Comparison(2, 1, 0, 1, 0.25, -0.5, 1.0, 0)),
    ],
)
def test_comparisons_by_hand(new: dict[str, float], earlier: dict[str, float], expected: Comparison) -> None:
    found = compare(new, earlier)
    assert (found.queries, found.wins, found.ties, found.losses) == (
        expected.queries,
        expected.wins,
        expected.ties,
        expected.losses,
    )
    assert (found.mean_difference, found.low, found.high) == pytest.approx(
        (expected.mean_difference, expected.low, expected.high)
    )
    assert found.left_out == expected.left_out


def test_the_interval_is_that_of_the_mean_and_never_changes() -> None:
    new = {str(number): (number % 10) / 10 for number in range(400)}
    earlier = dict.fromkeys(new, 0.4)
    found = compare(new, earlier)
    # Differences −.4 … .5, each 40 times: standard error .2872 / √400, and 1.96 of them on each side.
    assert found.mean_difference == pytest.approx(0.05)
    assert (found.low, found.high) == pytest.approx((0.05 - 0.0281, 0.05 + 0.0281), abs=0.002)
    assert compare(dict(reversed(new.items())), earlier) == found


def test_the_other_way_round_is_the_opposite() -> None:
    new, earlier = {"a": 0.1, "b": 0.9, "c": 0.5}, {"a": 0.2, "b": 0.3, "c": 0.5}
    one, other = compare(new, earlier), compare(earlier, new)
    assert (one.wins, one.losses, one.ties) == (other.losses, other.wins, other.ties) == (1, 1, 1)
    assert (one.mean_difference, one.low, one.high) == pytest.approx((-other.mean_difference, -other.high, -other.low))


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no judged query in common"):
        compare({"a": 1.0}, {"b": 1.0})
