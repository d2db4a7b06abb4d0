"""Values of a facet are counted by the practices that have them."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb.index.facet import Facet

TOLD = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["helse", "kultur", "skole", "vei"])), unique=True)


@given(told=TOLD, chosen=st.sets(st.integers(0, 9)))
def test_each_value_has_as_many_as_have_it_commonest_first(told: list[tuple[int, str]], chosen: set[int]) -> None:
    counts = Facet.of(told, 10).counts(np.array(sorted(chosen), dtype=np.int64))
    expected = Counter(value for row, value in told if row in chosen)
    assert counts == expected
    assert list(counts) == sorted(expected, key=lambda value: (-expected[value], value))
