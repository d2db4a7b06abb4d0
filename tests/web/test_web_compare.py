"""Comparing in the app: choosing while one searches, the table, and what it takes along."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from kb.config import load_config
from kb.figures import decimal_text
from kb.index.build import build
from web.web_library import HOSTILE_ID
from web.web_screen import NEEDS

KIRUNA, GOTEBORG, REYKJAVIK = (
    "kiruna-sextimmarsdag-hemtjanst",
    "goteborg-svartedalen-sextimmarsdag",
    "reykjavik-shorter-working-week",
)
THREE = f"{GOTEBORG},{KIRUNA},{REYKJAVIK}"
PAGE = """
import os
from kb.config import load_config
from kb.web.base import open_site
from kb.web.compare.page import page
page(open_site(load_config(os.environ["KB_ROOT"])))
"""
App = Callable[..., AppTest]


@pytest.fixture
def compared(library: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """The page at an address: `compared(p="a,b")`."""
    monkeypatch.setenv("KB_ROOT", str(library))

    def visit(**params: str) -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=30)
        for name, value in params.items():
            test.query_params[name] = value
        return test.run()

    return visit


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def test_the_table_has_a_heading_for_each_practice_and_each_row(compared: App) -> None:
    shown = _html(compared(p=THREE))
    assert shown.count('scope="col"') == 3
    assert re.findall(r'<th scope="row">([^<]*)', shown)[:4] == ["Kort fortalt", "Problemet", "Det de gjør", "Sted"]
    assert "<caption>Sammenligning av " in shown
    assert '<div lang="sv" class="said"><p>Sjuktalen var höga' in shown


def test_a_summary_by_a_machine_says_so_and_sizes_and_dates_are_as_one_reads_them(compared: App) -> None:
    shown = _html(compared(p=THREE))
    assert '<p class="more">(maskinoversatt)</p>' in shown
    assert '<p class="fact">Kommune · 22\u00a0426 innbyggere (2024)</p>' in shown
    assert "februar 2015" in shown
    assert "2015-02" not in shown


def test_decimals_are_as_the_reader_writes_them(compared: App) -> None:
    assert "sjukfrånvaro: 6,3 %, 2016" in _html(compared(p=THREE))
    assert decimal_text("-17.6", "da") == "-17,6"
    assert decimal_text("6,3 %", "en") == "6.3 %"
    for written in ("ca. 1100", "1.000", "2015.05.01", "minst 6,6", "16"):
        assert decimal_text(written, "nb") == written


def test_what_differs_is_said_in_words(compared: App) -> None:
    shown = _html(compared(p=THREE))
    assert '<th scope="row">Land<span class="differs">≠ ulikt</span></th>' in shown
    assert '<th scope="row">Periode</th>' in shown


def test_headings_step_down_one_at_a_time(compared: App) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", _html(compared(p=THREE)))]
    assert levels[:2] == [1, 2]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_two_that_say_nothing_alike_are_compared_all_the_same(
    compared: App, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "---\ntitle: {}\nlanguage: nb\nplace: no/oslo\nstatus: pilot\n---\n\n## {}\n\nVi prøvde noe nytt.\n"
    for name, section in (("ene", "Utfordringen"), ("andre", "Slik gjør vi det")):
        (own_library / "practices" / f"{name}.md").write_text(head.format(name, section), encoding="utf-8")
    build(load_config(own_library))
    monkeypatch.setenv("KB_ROOT", str(own_library))
    shown = _html(compared(p="ene,andre"))
    assert "<caption>" in shown
    assert 'class="aligned"' not in shown


def test_each_practice_can_be_removed_borrowed_and_read(compared: App) -> None:
    shown = _html(compared(p=THREE, fra="q=arbeid"))
    assert f'href="sammenlign?p={GOTEBORG},{REYKJAVIK}&amp;fra=q%3Darbeid"' in shown
    assert f"praksis?id={KIRUNA}&amp;fra=q%3Darbeid" in shown
    others = "%2C".join(one for one in THREE.split(",") if one != KIRUNA)
    assert f'href="lan?p={KIRUNA}&amp;fra=q%3Darbeid&amp;ved={others}" target="_self" aria-label="Lån ' in shown
    assert 'href="./?q=arbeid"' in shown


def test_one_more_is_added_from_the_list(compared: App) -> None:
    test = compared(p=f"{GOTEBORG},{KIRUNA}")
    assert not [option for option in test.selectbox(key="add").options if "Kiruna" in option]
    label = next(option for option in test.selectbox(key="add").options if "Reykjav" in option)
    test.selectbox(key="add").select(label).run()
    assert test.query_params["p"] in (THREE, [THREE])
    assert _html(test).count('scope="col"') == 3


def test_four_are_full(compared: App) -> None:
    test = compared(p=f"{THREE},{HOSTILE_ID}")
    assert not test.selectbox
    assert "Fjern én for å legge til en annen" in _html(test)


def test_without_a_choice_it_says_how_to_choose(compared: App) -> None:
    test = compared()
    assert "Velg to til fire praksiser" in _html(test)
    assert len(test.selectbox(key="add").options) > 10


def test_one_alone_is_met_with_what_is_near_it(compared: App) -> None:
    shown = _html(compared(p=KIRUNA))
    assert "Velg minst én praksis" in shown
    assert f'href="sammenlign?p={KIRUNA},{GOTEBORG}"' in shown


def test_an_old_link_shows_what_is_left_and_names_the_rest(compared: App) -> None:
    test = compared(p=f"{THREE},borte-praksis,{KIRUNA}")
    assert "borte\\-praksis" in test.warning[0].value
    assert _html(test).count('scope="col"') == 3


def test_more_than_four_are_named_and_left_out(compared: App) -> None:
    test = compared(p=f"{THREE},{HOSTILE_ID},arendal-med-hjerte-for-arendal")
    assert "Med hjerte for Arendal" in test.warning[0].value
    assert _html(test).count('scope="col"') == 4


def test_what_a_practice_says_is_shown_and_not_run(compared: App) -> None:
    shown = _html(compared(p=f"{HOSTILE_ID},{KIRUNA}"))
    assert "Vaktliste &lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_choices_on_the_cards_are_kept_in_the_address_whatever_is_asked(app: App) -> None:
    test = app(q="arbeidstid", valgt=KIRUNA)
    shown = _html(test)
    assert f'href="./?q=arbeidstid&amp;valgt={KIRUNA}%2C' in shown
    assert "Valgt – fjern" in shown
    assert "Velg minst én til" in shown
    test.text_input(key="q").set_value("innovasjon").run()
    assert test.query_params["valgt"] in (KIRUNA, [KIRUNA])


def test_the_bar_leads_to_the_comparison_and_back(app: App) -> None:
    shown = _html(app(q="arbeidstid", valgt=f"{KIRUNA},{REYKJAVIK}"))
    assert "Sammenlign 2 valgte" in shown
    assert f'href="sammenlign?p={KIRUNA},{REYKJAVIK}&amp;fra=q%3Darbeidstid' in shown


def test_a_chosen_card_leads_the_keyboard_on_once_two_are_chosen(app: App) -> None:
    onward = f'href="sammenlign?p={KIRUNA},{REYKJAVIK}&amp;fra=q%3Darbeidstid'
    two = [part for part in _html(app(q="arbeidstid", valgt=f"{KIRUNA},{REYKJAVIK}")).split("<p ") if onward in part]
    assert sum('class="skip"' in part and "Videre med de 2 valgte" in part for part in two) == 2
    assert "Videre med" not in _html(app(q="arbeidstid", valgt=KIRUNA))


def test_with_four_chosen_no_card_offers_a_fifth(app: App) -> None:
    shown = _html(app(valgt=f"{THREE},{HOSTILE_ID}"))
    assert "+ Sammenlign" not in shown
    assert "Fire er valgt" in shown


def test_choosing_does_not_search_again(app: App) -> None:
    assert app(q="arbeidstid").info[0].value == app(q="arbeidstid", valgt=KIRUNA).info[0].value


@pytest.fixture
def screen(page: Page) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


class TestInABrowser:
    pytestmark = NEEDS

    def test_choose_three_compare_them_remove_one_and_go_back(self, screen: Page, server: str) -> None:
        screen.goto(f"{server}/?q=arbeidstid")
        for number, practice_id in enumerate((KIRUNA, GOTEBORG, REYKJAVIK), 1):
            screen.locator(f"#velg-{practice_id}").focus()
            screen.keyboard.press("Enter")
            expect(screen.locator(f"#velg-{practice_id}")).to_have_text("✓ Valgt – fjern")
            expect(screen.locator(f"#velg-{practice_id}")).to_be_focused()
            expect(screen.locator(".choice-bar li")).to_have_count(number)
        screen.get_by_role("link", name="Sammenlign 3 valgte").click()
        heads = screen.locator("table.compare th[scope=col]")
        expect(heads).to_have_count(3)
        expect(screen).to_have_title(re.compile("^Sammenlign: Kiruna, "))
        screen.get_by_role("link", name=re.compile("^Fjern Sekstimersdag i hjemme")).click()
        expect(heads).to_have_count(2)
        expect(screen).to_have_url(re.compile(f"p={GOTEBORG},{REYKJAVIK}&"))
        screen.go_back()
        expect(heads).to_have_count(3)
        screen.go_forward()
        expect(heads).to_have_count(2)
        screen.get_by_role("link", name="Tilbake til søket").click()
        expect(screen.get_by_label("Hva strever dere med?")).to_have_value("arbeidstid")
        expect(screen.locator(".choice-bar li")).to_have_count(3)

    def test_one_more_is_found_by_typing_and_the_link_is_copied(self, screen: Page, server: str) -> None:
        screen.goto(f"{server}/sammenlign?p={GOTEBORG},{KIRUNA}")
        screen.get_by_role("combobox", name=re.compile("Legg til en praksis")).fill("Reykj")
        screen.keyboard.press("Enter")
        expect(screen.locator("table.compare th[scope=col]")).to_have_count(3)
        screen.get_by_role("button", name="Kopier lenke").click()
        expect(screen.get_by_text("Lenken er kopiert")).to_be_visible()
        copied = screen.evaluate("navigator.clipboard.readText()")
        assert copied.split("?")[0] == f"{server}/sammenlign"
        assert REYKJAVIK in copied

    def test_a_narrow_screen_scrolls_the_table_in_its_own_box(self, screen: Page, server: str) -> None:
        screen.set_viewport_size({"width": 320, "height": 640})
        screen.goto(f"{server}/sammenlign?p={THREE}")
        expect(screen.locator("table.compare")).to_be_visible()
        wide = "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
        assert screen.evaluate(f"({wide})().every(e => e.scrollWidth <= e.clientWidth)")
        assert screen.evaluate("(b => b.scrollWidth > b.clientWidth)(document.querySelector('.compare-box'))")
        screen.evaluate("document.querySelector('.compare-box').scrollLeft = 200")
        first = screen.locator("table.compare tbody th").first.bounding_box()
        assert first
        assert 0 <= first["x"] < 40

    @pytest.mark.parametrize("path", [f"/sammenlign?p={THREE}", "/sammenlign", f"/?valgt={KIRUNA},{GOTEBORG}"])
    def test_axe_finds_nothing(self, screen: Page, server: str, path: str) -> None:
        screen.goto(server + path)
        expect(screen.locator("table.compare, .compare-empty, .choice-bar").first).to_be_visible()
        expect(screen.locator('[data-test-script-state="notRunning"]')).to_be_visible()
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
        found = Axe().run(screen, options={"runOnly": rules})
        serious = {
            rule["id"]: [node["html"][:200] for node in rule["nodes"]]
            for rule in found.response["violations"]
            if rule["impact"] in {"serious", "critical"}
        }
        assert serious == {}
