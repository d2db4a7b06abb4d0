"""The front page in a real browser: coming back to one's place, the keyboard's way to the hits, and a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from web.web_library import CHOSEN
from web.web_screen import NEEDS

ALL = len(CHOSEN) + 1
FURTHER_DOWN = 12
"""A card that only the second page has."""

pytestmark = NEEDS


def _drawn(page: Page) -> None:
    """Wait until the hits are there and nothing is on its way."""
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()


def _title(page: Page, number: int) -> Locator:
    return page.locator(".card h2 a").nth(number)


def _stands_at(link: Locator, height: float) -> None:
    """Wait until a link stands as high on the screen as it did, give or take a line."""
    expect(link).to_be_in_viewport()
    box = link.bounding_box()
    assert box is not None
    assert abs(box["y"] - height) < 20


def _height(link: Locator) -> float:
    link.scroll_into_view_if_needed()
    box = link.bounding_box()
    assert box is not None
    return box["y"]


def test_back_leads_to_the_card_that_was_opened(page: Page, server: str) -> None:
    page.goto(f"{server}/?page=2")
    opened = _title(page, FURTHER_DOWN)
    height = _height(opened)
    opened.click()
    expect(page.locator(".practice h1")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    page.go_back()
    expect(opened).to_be_focused()
    _stands_at(opened, height)
    page.go_forward()
    expect(page.locator(".practice h1")).to_be_visible()
    page.get_by_role("link", name="Tilbake til søket").click()
    expect(opened).to_be_focused()
    _stands_at(opened, height)


def test_a_reload_keeps_the_place_and_a_new_visit_begins_at_the_top(page: Page, server: str) -> None:
    page.goto(f"{server}/?page=2")
    _drawn(page)
    height = _height(_title(page, FURTHER_DOWN))
    page.reload()
    _stands_at(_title(page, FURTHER_DOWN), height)
    page.goto(f"{server}/?page=2")
    _drawn(page)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()


def test_an_order_stands_in_the_address_and_back_undoes_it(page: Page, server: str) -> None:
    page.goto(f"{server}/?q=arbeid")
    status = page.locator(".st-key-announce [role=status]")
    expect(status).to_contain_text("Fant")
    best = status.inner_text()
    first = _title(page, 0)
    page.get_by_role("radio", name="Mest lånte").click()
    expect(page).to_have_url(f"{server}/?q=arbeid&sort=borrowed")
    expect(status).to_have_text(f"{best} Mest lånte først.")
    expect(page.locator(".card").first.locator(".borrowed")).to_have_text("Lånt av 1 annen")
    first.click()
    expect(page.locator(".practice h1")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("radio", name="Mest lånte")).to_be_checked()
    expect(first).to_be_focused()
    page.go_back()
    expect(page).to_have_url(f"{server}/?q=arbeid")
    expect(page.get_by_role("radio", name="Beste treff")).to_be_checked()
    expect(status).to_have_text(best)


def test_the_keyboard_goes_from_the_question_to_the_first_hit_and_on_to_more(page: Page, server: str) -> None:
    page.goto(server)
    _drawn(page)
    page.get_by_label("Hva strever dere med?").focus()
    page.keyboard.type("arbeid")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-announce [role=status]")).to_contain_text("Fant")
    _drawn(page)
    skip = page.get_by_role("link", name="Hopp til treffene")
    # It comes with the hits: a key that is pressed sooner goes past it.
    expect(skip).to_be_attached()
    expect(page.get_by_label("Hva strever dere med?")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(_title(page, 0)).to_be_focused()
    page.goto(server)
    _drawn(page)
    page.get_by_role("button", name=re.compile("Vis flere")).focus()
    page.keyboard.press("Enter")
    expect(_title(page, 10)).to_be_focused()


def test_on_a_phone_the_filters_lead_back_to_the_hits(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 380, "height": 700})
    page.goto(server)
    _drawn(page)
    page.get_by_role("button", name="Filtre").click()
    expect(page.get_by_role("button", name="Skjul filtrene")).to_be_focused()
    out = page.get_by_role("button", name=f"Vis {ALL} praksiser")
    expect(out).to_be_in_viewport()
    page.get_by_role("button", name=re.compile("Sverige")).click()
    out = page.get_by_role("button", name="Vis 2 praksiser")
    expect(out).to_be_in_viewport()
    out.click()
    expect(out).not_to_be_in_viewport()
    status = page.locator(".st-key-announce")
    expect(status).to_be_focused()
    expect(status).to_be_in_viewport()
    expect(status).to_have_text("2 praksiser passer med filtrene.")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("button", name="Vis 2 praksiser")).to_have_count(0)
