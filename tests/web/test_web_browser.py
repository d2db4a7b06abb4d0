"""The app in a real browser: addresses, Back, narrow screens, the keyboard and what axe sees."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from kb.config import load_config
from kb.index.build import build
from web.web_library import CHOSEN, HOSTILE_ID, plant, serve
from web.web_screen import NEEDS, too_wide, violations

ALL = len(CHOSEN) + 1

pytestmark = NEEDS


def _says(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the status, which is read aloud, says how many were found."""
    expect(page.locator(".st-key-announce [role=status]")).to_contain_text(text)


def test_search_open_and_back_keeps_the_question_and_the_filters(page: Page, server: str) -> None:
    page.goto(server)
    _says(page, f"{ALL} praksiser")
    page.get_by_label("Hva strever dere med?").fill("arbeid")
    page.keyboard.press("Enter")
    _says(page, "Fant")
    page.get_by_role("button", name=re.compile("Sverige")).click()
    expect(page).to_have_url(re.compile(r"q=arbeid&country=se"))
    expect(page.get_by_role("button", name="Sverige", exact=True)).to_be_visible()
    found = page.locator(".st-key-announce").inner_text()
    page.locator(".card h2 a").first.click()
    expect(page.locator(".practice h1")).to_be_visible()
    expect(page).to_have_title(re.compile(r".+ – Praksis"))
    page.go_back()
    _says(page, found)
    expect(page.get_by_label("Hva strever dere med?")).to_have_value("arbeid")
    expect(page.get_by_role("button", name="Sverige", exact=True)).to_be_visible()


def test_the_link_back_keeps_the_question_too(page: Page, server: str) -> None:
    page.goto(f"{server}/?q=arbeidstid&country=se")
    page.locator(".card h2 a").first.click()
    page.get_by_role("link", name="Tilbake til søket").click()
    expect(page.get_by_label("Hva strever dere med?")).to_have_value("arbeidstid")
    expect(page).to_have_url(f"{server}/?q=arbeidstid&country=se")


def test_back_undoes_one_choice_at_a_time(page: Page, server: str) -> None:
    page.goto(f"{server}/?country=se")
    _says(page, "2 praksiser passer")
    page.get_by_role("button", name=re.compile("Island")).click()
    _says(page, "3 praksiser passer")
    page.go_back()
    _says(page, "2 praksiser passer")


def test_a_shared_link_shows_the_same_question_lens_filters_and_page(page: Page, server: str) -> None:
    page.goto(f"{server}/?q=arbeid&lens=problem&country=no&country=se&has_lessons=yes")
    _says(page, "Fant")
    expect(page.get_by_label("Hva strever dere med?")).to_have_value("arbeid")
    expect(page.get_by_role("radio", name="Utfordringer")).to_be_checked()
    expect(page.get_by_role("checkbox", name=re.compile("lærdommer"))).to_be_checked()
    for chosen in ("Norge", "Sverige", "Har lærdommer"):
        expect(page.get_by_role("button", name=chosen, exact=True)).to_be_visible()
    page.goto(f"{server}/?page=2")
    expect(page.locator(".card")).to_have_count(ALL)


def test_the_document_is_in_the_app_s_language(page: Page, server: str) -> None:
    page.goto(server)
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(page).to_have_title("Praksis")
    expect(page.locator("[aria-label='Skjul filtrene']")).to_have_count(1)


def test_switching_language_keeps_the_question_and_back_undoes_it(page: Page, server: str) -> None:
    page.goto(f"{server}/?q=arbeid&country=se")
    _says(page, "Fant")
    page.get_by_role("navigation", name="Språk").get_by_role("link", name="Svenska").click()
    expect(page).to_have_url(f"{server}/?q=arbeid&country=se&lang=sv")
    expect(page.get_by_label("Vad brottas ni med?")).to_have_value("arbeid")
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    _says(page, "Hittade")
    page.get_by_role("button", name=re.compile("Island")).click()
    expect(page).to_have_url(re.compile("lang=sv"))
    page.locator(".card h2 a").first.click()
    expect(page.get_by_role("link", name="Tillbaka till sökningen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    page.go_back()
    _says(page, "Hittade")
    page.go_back()
    page.go_back()
    _says(page, "Fant")
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(page).to_have_url(f"{server}/?q=arbeid&country=se")


def test_the_menu_leads_from_page_to_page_in_the_chosen_language(page: Page, server: str) -> None:
    page.goto(f"{server}/?lang=en")
    menu = page.get_by_role("navigation", name="Pages")
    menu.get_by_role("link", name="About Praksis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About Praksis")
    expect(page).to_have_title("About Praksis")
    expect(menu.locator("[aria-current=page]")).to_have_text("About Praksis")
    menu.get_by_role("link", name="Find", exact=True).click()
    expect(page.get_by_label("What are you struggling with?")).to_be_visible()


def test_a_new_generation_is_picked_up_without_a_restart(page: Page, library: Path, tmp_path: Path) -> None:
    root = tmp_path / "own"
    shutil.copytree(library, root)
    for address in serve(root):
        page.goto(address)
        _says(page, f"{ALL} praksiser")
        (root / "practices" / "no" / "oslo" / f"{HOSTILE_ID}.md").unlink()
        build(load_config(root))
        page.get_by_role("button", name="Søk", exact=True).click()
        _says(page, f"{ALL - 1} praksiser")


def test_starting_without_an_index_builds_one_and_goes_on(page: Page, tmp_path: Path) -> None:
    plant(tmp_path)
    for address in serve(tmp_path):
        page.goto(address)
        _says(page, f"{ALL} praksiser")
    assert (tmp_path / "index" / "CURRENT").is_file()


def test_a_script_in_a_practice_is_shown_and_not_run(page: Page, server: str) -> None:
    page.goto(f"{server}/praksis?id={HOSTILE_ID}")
    expect(page.locator(".practice h1")).to_contain_text("<script>document.title='kapret'</script>")
    expect(page.locator(".practice h1")).to_contain_text("$5 :red[nå]")
    expect(page).to_have_title(re.compile("Praksis$"))
    assert page.locator(".practice script, .practice img").count() == 0
    assert violations(page) == {}
    assert too_wide(page) == {}


def test_the_keyboard_alone_finds_and_opens_a_practice(page: Page, server: str) -> None:
    page.goto(server)
    _says(page, "praksiser")
    page.get_by_label("Hva strever dere med?").focus()
    page.keyboard.type("sekstimmarsdag")
    page.keyboard.press("Enter")
    _says(page, "Fant")
    page.locator(".card h2 a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".practice h1")).to_be_visible()


def test_the_keyboard_alone_unfolds_why_a_hit_was_found(page: Page, server: str) -> None:
    page.goto(f"{server}/?q=sykefravær i hjemmetjenesten")
    why = page.locator(".card details").first
    summary = why.get_by_text("Hvorfor dette treffet?")
    reasons = why.locator("li")
    expect(summary).to_be_visible()
    expect(reasons.first).to_be_hidden()
    page.locator(".card h2 a").first.focus()
    page.keyboard.press("Tab")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    expect(reasons.first).to_be_visible()
    expect(reasons.first).to_have_text(re.compile("^mye"))
    expect(page.locator(".card details[open]")).to_have_count(1)
    assert violations(page) == {}
    page.keyboard.press("Space")
    expect(reasons.first).to_be_hidden()
    also = page.locator("details.also")
    also.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(also.get_by_text("hjemmetjenesten:")).to_be_visible()


def test_a_lens_lasts_from_choosing_it_to_coming_back(page: Page, server: str) -> None:
    page.goto(f"{server}/?q=arbeid")
    _says(page, "Fant")
    page.get_by_role("radio", name="Lærdommer").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(f"{server}/?q=arbeid&lens=lessons")
    expect(page.get_by_text("Lærdommer: ser først på det som ble stoppet")).to_be_visible()
    first = page.locator(".card h2 a").first
    expect(first).to_have_attribute("href", re.compile("lens%3Dlessons"))
    first.click()
    expect(page.locator(".practice h1")).to_be_visible()
    page.get_by_role("link", name="Tilbake til søket").click()
    expect(page.get_by_role("radio", name="Lærdommer")).to_be_checked()
    expect(page).to_have_url(f"{server}/?q=arbeid&lens=lessons")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("radio", name="Lærdommer")).to_be_checked()


def test_the_way_out_of_filters_and_lens_is_a_link(page: Page, server: str) -> None:
    page.goto(f"{server}/?q=qwxz&lens=results&country=se")
    page.get_by_role("link", name="Fjern filtrene").click()
    expect(page).to_have_url(f"{server}/?q=qwxz&lens=results")
    page.get_by_role("link", name="Let i alt").click()
    expect(page).to_have_url(f"{server}/?q=qwxz")
    expect(page.get_by_role("radio", name="Alt")).to_be_checked()
    expect(page.get_by_label("Hva strever dere med?")).to_have_value("qwxz")


def test_where_there_is_no_page_the_way_home_is_in_the_readers_language(page: Page, server: str) -> None:
    page.goto(f"{server}/finnes-ikke?lang=da")
    expect(page.get_by_role("heading", level=1)).to_have_text("Siden findes ikke")
    page.get_by_role("link", name="Til forsiden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hvad kæmper I med?")
