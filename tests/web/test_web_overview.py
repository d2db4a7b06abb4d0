"""The collection in numbers: each bar with its number, each number true."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import streamlit as st

from kb.web import entries
from web.test_web_spread import Open, levels, opened, shown

__all__ = ["opened"]


def test_every_bar_has_its_number_in_a_table(opened: Open) -> None:
    html = shown(opened("overview.page"))
    tables = re.findall(r'<table class="bars">.*?</table>', html, re.DOTALL)
    assert len(tables) == 4
    for table in tables:
        counts = [int(count) for count in re.findall(r'class="count">(\d+)<', table)]
        assert sum(counts) == 14
        assert table.count('class="shape"') == len(counts) == table.count('scope="row"')


def test_areas_by_status_are_bars_and_the_same_as_a_table(opened: Open) -> None:
    html = shown(opened("overview.page"))
    stacks = re.findall(r'<div class="stacks">', html)
    table = re.findall(r'<div class="wide".*?</table>', html, re.DOTALL)[0]
    assert len(stacks) == 1
    assert re.findall(r'<th scope="col">([^<]+)', table) == [
        "Område", "Idé", "Pilot", "I bruk", "I bred bruk", "Avsluttet",
    ]  # fmt: skip


def test_what_is_due_for_review_is_listed_with_the_rule(opened: Open) -> None:
    html = shown(opened("overview.page"))
    due = html[html.index("Bør gjennomgås") :]
    assert "på 3 år eller mer" in due
    assert "kiruna-sextimmarsdag-hemtjanst" in due


def test_names_lead_to_the_practices(opened: Open) -> None:
    html = shown(opened("overview.page"))
    assert 'href="./?evidence=experience"' in html
    assert 'href="steder?omrade=helse-omsorg"' in html


def test_nothing_that_can_be_reached_by_keyboard_is_hidden_from_those_who_listen(opened: Open) -> None:
    html = shown(opened("overview.page"))
    hidden = re.findall(r'<span class="stack" aria-hidden="true">.*?</span></div>', html, re.DOTALL)
    assert hidden
    assert all("<a " not in part for part in hidden)


def test_headings_step_down_one_at_a_time(opened: Open) -> None:
    found = levels(shown(opened("overview.page")))
    assert found[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(found))


def test_a_long_list_is_folded_and_says_how_many_it_leaves_out(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MOST", 12)
    # Parts of the page are kept for all readers.
    st.cache_resource.clear()
    html = shown(opened("overview.page"))
    st.cache_resource.clear()
    due = html[html.index("Bør gjennomgås") :]
    assert "Vis 2 til" in due
    left = int(re.findall(r"(\d+) til vises ikke her\.", due)[0])
    assert due.count("praksis?id=") == 12
    assert f"{12 + left} praksiser" in due
