"""With the keyboard alone: every task can be done, and at every stop one sees where one is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from web.web_screen import NEEDS, ready

pytestmark = NEEDS

GOTEBORG, KIRUNA, REYKJAVIK = (
    "goteborg-svartedalen-sextimmarsdag",
    "kiruna-sextimmarsdag-hemtjanst",
    "reykjavik-shorter-working-week",
)
BUURTZORG = "netherlands-buurtzorg-neighbourhood-care"
STRONG = {"rgb(11, 93, 102)", "rgb(28, 42, 46)"}
"""The accent and the ink: both far darker than any ground they stand on."""
STOPS = 160
"""More than any page of the small collection has; who has not come round by then is held."""

_MARK = """() => {
  const here = document.activeElement;
  const field = here.matches("input, textarea") && here.closest(
    "[data-testid=stTextInputRootElement], [data-testid=stTextAreaRootElement], [role=group], label");
  const seen = [here, field].filter(Boolean).map((element) => getComputedStyle(element));
  const mark = seen.find((style) => style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2);
  const box = (field || here).getBoundingClientRect();
  const what = `${here.tagName} ${here.getAttribute("aria-label") || here.innerText || here.id}`.slice(0, 60);
  return [here === document.body, what, mark ? mark.outlineColor : "none", box.width > 4 && box.height > 4];
}"""


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has focus."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"The keyboard does not reach {target}")


def _open(page: Page, address: str) -> None:
    page.goto(address)
    ready(page)


@pytest.mark.parametrize(
    "path",
    [
        f"/?q=arbeidstid&valgt={GOTEBORG},{KIRUNA}",
        f"/praksis?id={GOTEBORG}",
        f"/sammenlign?p={GOTEBORG},{KIRUNA}",
        f"/lan?p={GOTEBORG}",
        f"/spredning?p={BUURTZORG}&sted=no/oslo",
        "/ord?q=tillit",
        "/ny",
        "/steder",
        "/om",
        f"/p/{GOTEBORG}",
        "/finnes-ikke",
    ],
)
def test_every_stop_is_seen_and_none_holds_the_keyboard(page: Page, server: str, path: str) -> None:
    _open(page, server + path)
    unseen = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        out, what, mark, has_room = page.evaluate(_MARK)
        if out:
            break
        if mark not in STRONG or not has_room:
            unseen.append((what, mark))
    else:
        pytest.fail(f"The keyboard does not come out of the page: it is at {what}")
    assert unseen == []


@pytest.mark.parametrize("path", ["/", "/steder", "/sammenlign", "/om", "/finnes-ikke", f"/p/{GOTEBORG}"])
def test_the_first_stop_leads_past_the_menu(page: Page, server: str, path: str) -> None:
    _open(page, server + path)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Hopp til innholdet")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.masthead, .menu')")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")


def test_find_open_and_back(page: Page, server: str) -> None:
    _open(page, server)
    _tab_to(page, page.get_by_label("Hva strever dere med?"))
    page.keyboard.type("sekstimmarsdag")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-announce [role=status]")).to_contain_text("Fant")
    ready(page)
    first = page.locator(".card h2 a").first
    title = first.inner_text()
    _tab_to(page, first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    # A new page is read from its title, which the browser says, and from its top.
    expect(page).to_have_title(f"{title} – Praksis")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Hopp til innholdet")
    page.keyboard.press("Enter")
    expect(page.locator("h1:focus")).to_have_text(title)
    page.go_back()
    expect(page.get_by_label("Hva strever dere med?")).to_have_value("sekstimmarsdag")


def test_choose_three_compare_them_and_take_one_away(page: Page, server: str) -> None:
    _open(page, f"{server}/?q=arbeidstid")
    for practice in (GOTEBORG, KIRUNA, REYKJAVIK):
        choice = page.locator(f"#velg-{practice}")
        _tab_to(page, choice)
        page.keyboard.press("Enter")
        expect(choice).to_have_class("chosen")
        # One goes on from where one was.
        expect(choice).to_be_focused()
        page.evaluate("document.activeElement.blur()")
    _tab_to(page, page.get_by_role("link", name="Sammenlign 3 valgte"))
    page.keyboard.press("Enter")
    heads = page.locator("table.compare th[scope=col]")
    expect(heads).to_have_count(3)
    ready(page)
    _tab_to(page, page.get_by_role("link", name=re.compile("^Fjern .* fra sammenligningen")).first)
    page.keyboard.press("Enter")
    expect(heads).to_have_count(2)
    expect(page.get_by_role("region", name=re.compile("^2 praksiser side om side"))).to_be_focused()


def test_choose_a_filter_and_another_language(page: Page, server: str) -> None:
    _open(page, server)
    sweden = page.get_by_role("button", name=re.compile("Sverige"))
    _tab_to(page, page.get_by_role("button", name=re.compile(r"Norge \(")))
    for _ in range(8):
        if sweden.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".st-key-announce [role=status]")).to_contain_text("2 praksiser passer")
    expect(page).to_have_url(f"{server}/?country=se")
    ready(page)
    page.evaluate("document.activeElement.blur()")
    _tab_to(page, page.get_by_role("link", name="Svenska"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Vad brottas ni med?")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page).to_have_url(f"{server}/?country=se&lang=sv")


def test_begin_to_borrow_and_hear_what_is_missing(page: Page, server: str) -> None:
    _open(page, f"{server}/lan?p={GOTEBORG}")
    _tab_to(page, page.get_by_role("combobox", name=re.compile("Stedet vårt")))
    page.keyboard.type("Nordstrand")
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_label("Hva kaller vi det hos oss?"))
    page.keyboard.type("Kortere dag")
    _tab_to(page, page.get_by_role("button", name="Vis hva som mangler"))
    page.keyboard.press("Enter")
    expect(page.locator(".fault").first).to_be_visible()


def test_what_is_drawn_is_told_as_links_too(page: Page, server: str) -> None:
    links = "elements => [...new Set(elements.map(element => element.href))].sort()"
    _open(page, f"{server}/steder")
    spots = page.locator(".map a.spot").evaluate_all(links)
    assert spots
    assert set(spots) <= set(page.locator(".counted a").evaluate_all(links))
    _tab_to(page, page.locator(".map a.spot").first)
    page.keyboard.press("Enter")
    expect(page.locator(".trail")).to_be_visible()
    _open(page, f"{server}/spredning?p={BUURTZORG}")
    drawn = page.locator(".family a.node .name").all_inner_texts()
    assert drawn
    assert set(drawn) <= set(page.locator(".tree a").all_inner_texts())


def test_a_part_of_a_page_that_an_address_names_is_where_one_goes_on(page: Page, server: str) -> None:
    _open(page, f"{server}/steder")
    _tab_to(page, page.get_by_role("link", name="Personvern"))
    page.keyboard.press("Enter")
    part = page.locator("#privacy")
    expect(part).to_be_in_viewport()
    expect(part).to_be_focused()
