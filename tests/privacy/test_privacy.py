"""The page on privacy is true: what is written is on it, and what must not be seen is seen nowhere."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest
from privacy_day import NEVER, OWN, Day, day, rows
from privacy_helpers import PEOPLE

UNTRIED = {"~/.cache/praksis/*", "index/elsewhere/*", "index/vectors.sqlite*", "/tmp/praksis-*"}
"""Rows of the page that this trial does not see: no model runs here, nobody indexes another folder, and what Git writes
while a proposal is made is gone again."""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return day(tmp_path_factory.mktemp("privacy"))


def test_every_file_that_is_written_is_on_the_page_and_the_page_names_no_other(used: Day) -> None:
    assert used.unnamed() == set()
    files = {*used.at.files(), *used.at.opened()}
    unseen = {row for row in rows() if not any(fnmatch(file, row) for file in files)}
    assert unseen == UNTRIED


def test_nothing_is_written_anywhere_else(used: Day) -> None:
    assert used.elsewhere() == set()


def test_nobody_s_address_is_shown_or_kept(used: Day) -> None:
    # Names are shown, so that what is looked for could be there.
    assert PEOPLE["author"][0] in used.told[f"praksis?id={OWN}&q=vikarer"]
    assert {text: used.seen(text) for text in NEVER} == {text: [] for text in NEVER}


def test_a_question_is_kept_only_in_the_log_for_questions_and_nobody_with_it(used: Day) -> None:
    assert used.seen("vikarer i hjemmetjenesten") == ["index/queries.jsonl"]
    assert "vikarer" not in used.told["the log"]
    lines = used.at.read("index/queries.jsonl").decode()
    assert "127.0.0.1" not in lines
    assert not re.search(r"\d\d:\d\d", lines)


@pytest.mark.parametrize("name", ["index/queries.jsonl", "log/proposals.jsonl"])
def test_what_is_about_people_is_for_the_app_s_own_account(used: Day, name: str) -> None:
    assert (used.at.root / name).stat().st_mode & 0o077 == 0
