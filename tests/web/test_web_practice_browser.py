"""A practice's page in a real browser: a deep link without faults, what the browser keeps, and copying the link."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from web.web_library import serve
from web.web_screen import NEEDS

F7 = "oslo-nordstrand-f7-innovasjonsspeidere"

pytestmark = NEEDS


def _opened(page: Page, address: str) -> list[str]:
    """Open a page, and everything that went wrong or came from elsewhere while it was drawn."""
    faults: list[str] = []
    here = urlsplit(address).netloc
    page.on("console", lambda message: faults.append(message.text))
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    page.on("request", lambda asked: faults.append(asked.url) if urlsplit(asked.url).netloc != here else None)
    page.goto(address)
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_attached()
    return faults


def test_deep_links_ask_for_nothing_that_is_not_there_and_leave_one_cookie(page: Page, server: str) -> None:
    for path in (f"praksis?id={F7}", "sammenlign", "om", "om/"):
        assert _opened(page, f"{server}/{path}") == [], path
    cookies = page.context.cookies()
    assert [(cookie["name"], cookie["expires"]) for cookie in cookies] == [("_streamlit_xsrf", -1)]
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    # What the page on privacy tells of: the colours, and where on a page one was.
    assert [name for name in kept if not name.startswith(("stActiveTheme", "place ", "returning"))] == []


def test_deep_links_work_below_another_site_too(page: Page, library: Path) -> None:
    for address in serve(library, "verktoy/praksis"):
        assert _opened(page, f"{address}/praksis?id={F7}") == []
        page.get_by_role("link", name="Tilbake til søket").click()
        expect(page).to_have_url(f"{address}/")


def test_the_link_is_copied_with_the_keyboard_without_the_search_and_said_aloud(page: Page, server: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _opened(page, f"{server}/praksis?id={F7}&fra=q%3Dspre")
    page.get_by_role("button", name="Kopier lenke").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ways [role=status]")).to_have_text("Lenken er kopiert")
    assert page.evaluate("navigator.clipboard.readText()") == f"{server}/praksis?id={F7}"


def test_where_the_browser_does_not_copy_the_link_is_shown_selected(page: Page, server: str) -> None:
    page.add_init_script("document.execCommand = () => false; Object.defineProperty(navigator, 'clipboard', {});")
    _opened(page, f"{server}/praksis?id={F7}")
    page.get_by_role("button", name="Kopier lenke").click()
    field = page.get_by_role("textbox", name="Kopier lenke")
    expect(field).to_be_focused()
    expect(field).to_have_value(f"{server}/praksis?id={F7}")
    assert page.evaluate("getSelection().toString()") == f"{server}/praksis?id={F7}"
    expect(page.locator(".ways [role=status]")).to_have_text(re.compile("Ctrl\\+C"))


def test_the_way_to_print_is_the_plain_page(page: Page, server: str) -> None:
    _opened(page, f"{server}/praksis?id={F7}")
    page.get_by_role("link", name="Skriv ut").click()
    expect(page).to_have_url(f"{server}/p/{F7}")
    page.get_by_role("link", name="Åpne i Praksis").click()
    expect(page.get_by_role("button", name="Kopier lenke")).to_be_visible()
