"""The files that mean harm, less long than in `make trust`, and a few hundred texts that nobody thought of."""

from __future__ import annotations

from pathlib import Path

import pytest

from trust.corpus import cases
from trust.parts.input import alone, fuzzed, sizes, styles, together
from trust.rows import Row, Untried

SHRINK = 40
"""How many times less often what is repeated in a file is repeated here."""


def sound(rows: list[Row | Untried]) -> list[str]:
    """What went wrong, told."""
    return [f"{row.tried}: {row.examples}" for row in rows if isinstance(row, Row) and not row.sound]


def test_the_list_is_as_long_as_promised_and_names_each_file_once() -> None:
    every = list(cases(SHRINK))
    assert len(every) >= 150
    assert len({case.name for case in every}) == len({case.what for case in every}) == len(every)


def test_each_file_by_itself_goes_through_every_reader(tmp_path: Path) -> None:
    rows = list(alone.rows(tmp_path, cases(SHRINK)))
    assert sound([*rows]) == []
    assert all(row.times > 200 for row in rows)


def test_all_of_them_in_one_folder_hide_nothing_of_the_good_ones(tmp_path: Path) -> None:
    rows = list(together.rows(tmp_path, cases(SHRINK), pages=40, runs=3))
    assert sound(rows) == []
    assert sum(isinstance(row, Row) for row in rows) == 8


def test_large_deep_and_many_end(tmp_path: Path) -> None:
    large = {what: text[:25_000] for what, text in sizes.LARGE.items()}
    assert sound([*sizes.rows(tmp_path, large, many=60, deep=1_200)]) == []


def test_repositories_as_others_write_them_are_indexed_as_they_stand(tmp_path: Path) -> None:
    rows = list(styles.rows(tmp_path))
    assert sound([*rows]) == []
    assert len(rows) >= 4


@pytest.mark.parametrize("reader", fuzzed.READERS)
def test_no_text_at_all_breaks_a_reader(reader: str) -> None:
    row = fuzzed.row(reader, 40)
    assert sound([row]) == []
    assert row.times >= 40
