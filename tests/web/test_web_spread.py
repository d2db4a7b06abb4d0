"""Who borrowed what from whom, and what awaits a decision, as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import Config
from kb.index.build import build
from kb.web.base import open_site
from kb.web.spread.graph import layout
from web.web_library import HOSTILE_ID

PAGE = """
import os
from kb.config import load_config
from kb.web.base import open_site
from kb.web.{page} import page
page(open_site(load_config(os.environ["KB_ROOT"]), "{language}"))
"""

Open = Callable[..., AppTest]


@pytest.fixture
def opened(library: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A page of the small repository, as an address asks: `opened("spread.page", p="…")`."""
    monkeypatch.setenv("KB_ROOT", str(library))

    def visit(page: str, language: str = "nb", **params: str) -> AppTest:
        test = AppTest.from_string(PAGE.format(page=page, language=language), default_timeout=30)
        for name, value in params.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception
        return test

    return visit


def shown(test: AppTest) -> str:
    said = [str(status.value) for status in test.info]
    return "\n".join([*said, *(str(element.proto.body) for element in test.get("html"))])


def levels(html: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h(\d)", html)]


def drawn(html: str) -> str:
    return "".join(re.findall(r'<div class="family".*?</div></div>', html, re.DOTALL))


def test_the_whole_collection_is_told_with_how_much_crossed_a_border(opened: Open) -> None:
    html = shown(opened("spread.page"))
    told = re.search(r"forteller om (\d+) lån\. Minst (\d+)", html)
    assert told
    assert int(told[1]) > int(told[2]) > 0
    for heading in ("Familier av praksiser", "Over landegrensene", "Hvem gir, og hvem tar"):
        assert f"<h2>{heading}</h2>" in html


def test_only_those_that_take_part_are_drawn_and_all_of_them(opened: Open) -> None:
    html = drawn(shown(opened("spread.page")))
    assert "p=netherlands-buurtzorg-neighbourhood-care" in html
    assert "p=aalborg-borgerens-faste-tvaerfaglige-teams" in html
    assert "viborg-skaermbesoeg" not in html
    assert ">Rooster</span>" in html


def test_the_drawing_s_facts_stand_in_a_table(opened: Open) -> None:
    html = shown(opened("spread.page"))
    table = re.findall(r'<table class="loans">.*?</table>', html, re.DOTALL)[0]
    for text in ("Måten å spre på", "Delft", "Buurtzorg", "Hvem lånte", "Fra hvem"):
        assert text in table
    assert table.count('scope="row"') == int(re.findall(r"forteller om (\d+) lån", html)[0])


def test_one_family_is_in_focus_with_the_same_as_a_list(opened: Open) -> None:
    html = shown(opened("spread.page", p="aalborg-borgerens-faste-tvaerfaglige-teams"))
    assert "Bygger på 1." in html
    assert html.count('aria-current="true"') == 1
    tree = html[html.index('class="tree"') :]
    assert tree.index("netherlands-buurtzorg") < tree.index("aalborg-borgerens-faste")
    assert '<span lang="da" class="more">' in tree
    assert "goteborg-svartedalen" not in html


def test_a_practice_without_borrowings_and_one_that_is_unknown_are_said_to_be_so(opened: Open) -> None:
    assert "forteller ikke at den er lånt" in shown(opened("spread.page", p="viborg-skaermbesoeg"))
    assert "Vi fant ikke praksisen" in shown(opened("spread.page", p="finnes-ikke"))


def test_a_choice_stands_in_the_address(opened: Open) -> None:
    test = opened("spread.page")
    test.selectbox(key="choose-p").select("kiruna-sextimmarsdag-hemtjanst").run()
    assert test.query_params["p"] == "kiruna-sextimmarsdag-hemtjanst"
    assert "Ført videre av 1." in shown(test)
    test.selectbox(key="choose-p").select("").run()
    assert "p" not in test.query_params


def test_not_tried_yet_names_what_others_have_and_is_honest_about_it(opened: Open) -> None:
    html = shown(opened("spread.page", sted="no/arendal"))
    assert "Dette er ikke delt fra Arendal, Norge ennå. At ingen har delt det, betyr ikke at ingen gjør det." in html
    assert 'href="./?area=helse-omsorg"' in html
    assert "praksis?id=arendal-med-hjerte-for-arendal" not in html


@pytest.mark.parametrize(
    ("page", "params"),
    [
        ("spread.page", {}),
        ("spread.page", {"p": HOSTILE_ID}),
        ("spread.page", {"sted": "no"}),
        ("ideas", {}),
        ("ideas", {"sted": "no/oslo", "omrade": "helse-omsorg"}),
    ],
)
def test_headings_step_down_one_at_a_time_and_harm_is_text(opened: Open, page: str, params: dict[str, str]) -> None:
    html = shown(opened(page, **params))
    found = levels(html)
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(found))
    assert "<script" not in html
    assert "<img src=x" not in html
    assert not re.search(r'href="javascript:', html)


def test_boxes_never_cover_each_other_and_arrows_point_onward(small: Callable[..., Config]) -> None:
    config = small()
    build(config)
    spread = open_site(config).spread()
    assert spread.loans
    for family in spread.families():
        boxes = layout(family, spread)
        places = [(box.x, box.y) for box in boxes.values()]
        assert len(set(places)) == len(places)
        assert all(boxes[loan.source].x < boxes[loan.borrower].x for node in family for loan in spread.sources(node))


def test_every_status_is_a_column_with_its_number(opened: Open) -> None:
    html = shown(opened("ideas"))
    board = re.findall(r"<h2>([^<]+) <span class=\"count\">(\d+)</span>", html)
    assert [name for name, _ in board] == ["Idé", "Pilot", "I bruk", "I bred bruk", "Avsluttet"]
    assert sum(int(count) for _, count in board) == 14


def test_what_awaits_a_decision_says_how_it_was_judged_and_for_how_long(opened: Open) -> None:
    test = opened("ideas")
    assert re.search(r"14 praksiser\. \d+ venter på en beslutning\.", test.info[0].value)
    html = shown(test)
    assert "Ikke vurdert ennå" in html
    assert "Ukjent: kilden er ikke datert" in html
    assert re.search(r"Siden 20\d\d, om lag \d+ år", html)


def test_what_awaits_a_decision_names_each_cell_and_is_still_a_table_where_rows_are_stacked(opened: Open) -> None:
    [table] = re.findall(r'<table class="results waiting" role="table">.*?</table>', shown(opened("ideas")), re.DOTALL)
    heads = re.findall(r'<th scope="col" role="columnheader">([^<]+)', table)
    row = table[table.index("<tbody") :].split("</tr>")[0]
    assert re.findall(r'<td data-label="([^"]+)" role="cell">', row) == heads[1:]
    assert 'role="rowheader"' in row


def test_place_and_area_narrow_what_is_shown(opened: Open) -> None:
    html = shown(opened("ideas", sted="se"))
    assert "kiruna-sextimmarsdag-hemtjanst" in html
    assert "oslo-nordstrand" not in html
    test = opened("ideas", sted="se", omrade="digitalisering")
    assert "Ingen praksiser her med dette valget" in test.info[0].value


def test_every_language_has_its_own_words(opened: Open) -> None:
    headings = {
        language: re.findall(r"<h1>([^<]+)", shown(opened("ideas", language)))[0]
        for language in ("nb", "nn", "da", "sv", "en")
    }
    assert headings["nn"] == "Idear og pilotar"
    assert headings["sv"] == "Idéer och piloter"
    assert headings["en"] == "Ideas and pilots"
