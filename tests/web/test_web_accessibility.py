"""Every page, in a real browser over the shipped practices: open to everybody, in its own language, and alone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from kb.web.pages import PAGES
from kb.web.texts import LANGUAGES
from web.web_screen import NEEDS, headings, pages, photograph, ready, too_wide, violations

pytestmark = [*NEEDS, pytest.mark.model]

GOTEBORG, KIRUNA, REYKJAVIK = (
    "goteborg-svartedalen-sextimmarsdag",
    "kiruna-sextimmarsdag-hemtjanst",
    "reykjavik-shorter-working-week",
)
STATES: dict[str, tuple[str, dict[str, str]]] = {
    "forside": ("", {}),
    "treff": ("", {"q": "sykefravær i hjemmetjenesten"}),
    "treff-valgt": ("", {"q": "arbeidstid", "country": "se", "valgt": f"{GOTEBORG},{KIRUNA}"}),
    "uten-treff": ("", {"q": "qwxz plork", "lens": "results", "country": "no"}),
    "praksis": ("praksis", {"id": GOTEBORG}),
    "praksis-ukjent": ("praksis", {"id": "ukjent"}),
    "sammenlign": ("sammenlign", {"p": f"{GOTEBORG},{KIRUNA},{REYKJAVIK}"}),
    "sammenlign-en": ("sammenlign", {"p": GOTEBORG}),
    "lan": ("lan", {"p": GOTEBORG}),
    "spredning": ("spredning", {}),
    "spredning-familie": ("spredning", {"p": "netherlands-buurtzorg-neighbourhood-care"}),
    "spredning-sted": ("spredning", {"sted": "no/oslo"}),
    "ideer": ("ideer", {}),
    "ord": ("ord", {}),
    "ord-begrep": ("ord", {"q": "tillitsbasert ledelse"}),
    "ord-ingen": ("ord", {"q": "qwxz"}),
    "steder": ("steder", {}),
    "steder-land": ("steder", {"sted": "no"}),
    "steder-kommune": ("steder", {"sted": "no/oslo"}),
    "steder-bydel": ("steder", {"sted": "no/oslo/nordstrand"}),
    "steder-omrade": ("steder", {"omrade": "helse-omsorg"}),
    "oversikt": ("oversikt", {}),
    "om": ("om", {}),
    "enkel-side": (f"p/{GOTEBORG}", {}),
    "finnes-ikke": ("finnes-ikke", {}),
}
"""What a page can look like, by the name of its picture: path and what it is asked."""
STATES |= {spec.path: (spec.path, {}) for spec in PAGES if spec.path not in {path for path, _ in STATES.values()}}

RARE = {"praksis-ukjent", "uten-treff", "sammenlign-en", "spredning-sted", "ord-ingen", "steder-land", "steder-omrade"}
"""What is looked at in bokmål only: the same page stands among the others."""
WORDIEST = {"treff", "sammenlign", "lan", "oversikt", "om"}
"""What is looked at in every language; there the words take the most room."""
SWEEP = [
    (name, language)
    for language in LANGUAGES
    for name in STATES
    if language == "nb" or name in WORDIEST or (language == "en" and name not in RARE)
]


class Heard:
    """What a page says in the console, and whom it asks."""

    def __init__(self, page: Page, own: str) -> None:
        self._own = own
        self.errors: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # That a page does not exist is what the browser should say of one that does not.
        if message.type == "error" and "/finnes-ikke" not in message.location["url"]:
            self.errors.append(f"{message.text} {message.location['url']}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != urlsplit(self._own).netloc:
            self.strangers.append(request.url)


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """One window for the whole sweep: what Streamlit has sent once is not sent again."""
    yield from pages(browser)


@pytest.fixture(scope="module")
def heard(window: Page, shipped: str) -> Heard:
    return Heard(window, shipped)


@pytest.mark.parametrize(("name", "language"), SWEEP, ids=[f"{name}-{language}" for name, language in SWEEP])
def test_a_page_is_open_to_everybody(window: Page, heard: Heard, shipped: str, name: str, language: str) -> None:
    path, asked = STATES[name]
    heard.errors.clear()
    heard.strangers.clear()
    window.set_viewport_size({"width": 1280, "height": 900})
    window.goto(f"{shipped}/{path}?{urlencode({**asked, 'lang': language})}")
    ready(window)
    levels = headings(window)
    assert window.locator("html").get_attribute("lang") == language
    assert "Praksis" in window.title()
    assert levels.count(1) == 1
    assert [level for before, level in zip([0, *levels], levels, strict=False) if level > before + 1] == []
    assert window.get_by_test_id("stAlertContentError").all_inner_texts() == []
    assert violations(window) == {}
    if language == "nb" or name in WORDIEST:
        photograph(window, f"{name}-{language}")
    assert too_wide(window) == {}
    assert heard.errors == []
    assert heard.strangers == []
