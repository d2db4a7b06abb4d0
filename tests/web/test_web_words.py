"""A concept in each place's own words, side by side, in its own language."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from web.test_web_spread import Open, levels, opened, shown

__all__ = ["opened"]


def test_each_place_speaks_in_its_own_language_with_the_words_marked(opened: Open) -> None:
    html = shown(opened("words", q="tillitsledelse"))
    cards = re.findall(r'<article class="saying">.*?</article>', html, re.DOTALL)
    assert cards
    danish = next(card for card in cards if "København" in card)
    assert '<p lang="da">' in danish
    assert "<mark>" in danish
    assert 'href="praksis?id=kobenhavn-tillidsreform-hjemmepleje"' in danish


def test_how_many_places_and_languages_is_announced(opened: Open) -> None:
    test = opened("words", q="tillitsledelse")
    assert re.search(r"\d+ steder bruker ordet(, \d+ er inne på det samme)?, på \d språk\.", test.info[0].value)


def test_without_a_model_the_reader_is_told_what_is_missed(opened: Open) -> None:
    assert "bare steder som bruker selve ordene" in opened("words", q="tillitsledelse").warning[0].value


def test_the_other_words_that_were_looked_for_are_named(opened: Open) -> None:
    assert "tillidsbaseret ledelse" in shown(opened("words", q="tillitsledelse"))


def test_concepts_of_these_practices_are_suggested_to_begin_with(opened: Open) -> None:
    html = shown(opened("words"))
    assert re.findall(r'href="ord\?q=([^"]+)"', html)
    assert "Begreper som sies på ulike måter" in html


def test_nothing_found_says_so_and_what_to_try(opened: Open) -> None:
    test = opened("words", q="qzxvwk")
    assert test.info[0].value == "Ingen steder snakker om dette."
    html = shown(test)
    assert "Prøv dette" in html
    assert 'href="./?q=qzxvwk"' in html
    assert "Prøv et av disse" in html


def test_a_concept_typed_stands_in_the_address(opened: Open) -> None:
    test = opened("words")
    test.text_input(key="concept").set_value("  samskaping ").run()
    assert test.query_params["q"] == "samskaping"


@pytest.mark.parametrize("q", ["", "tillit", "<script>alert(1)</script>", "qzxvwk"])
def test_headings_step_down_and_what_is_asked_is_text(opened: Open, q: str) -> None:
    html = shown(opened("words", q=q))
    found = levels(html)
    assert found[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(found))
    assert "<script" not in html
