"""A real browser: where it is, when a page is ready in it, and what is wrong with what it shows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEEDS = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: run tests/install-browser.sh"),
]
"""The marks of a file whose tests need a browser."""


def in_browser(test: Callable[..., None]) -> Callable[..., None]:
    """The same marks on one test."""
    for mark in NEEDS:
        test = mark(test)
    return test


PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
PATIENCE = 60_000
"""Milliseconds: a page of a server that has just started may take long on a busy machine."""
TALLEST = 1600
"""No picture is taller: beyond that a page repeats itself."""

_READY = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  if (!document.querySelector("#root")) return document.readyState === "complete";
  const last = document.querySelector(".foot, [data-testid=stAlertContentError]");
  const idle = app && app.dataset.testScriptState === "notRunning" && last;
  return Boolean(idle && !document.querySelector("[data-testid=stSkeleton]"));
}"""
"""The script has run, its last line or its failure is drawn, and no part of Streamlit is still on its way."""

_HEIGHT = "() => Math.max(...[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollHeight))"

_BEYOND = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const aside = "[data-testid=stSidebar], [data-testid=stHeader]";
  const moves = (e) => e !== main && ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  const inBox = (e) => e && e !== document.body && (moves(e) || inBox(e.parentElement));
  const hidden = (e) => e.closest(aside) || getComputedStyle(e).clipPath !== "none";
  const out = [...document.querySelectorAll("body *")].filter(
    (e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && !inBox(e) && !hidden(e));
  const pages = [document.documentElement, main].filter((e) => e && e.scrollWidth > e.clientWidth);
  return [...pages, ...out].map((e) => e.outerHTML.slice(0, 120));
}"""
"""What makes the page wider than the screen; what moves within a box of its own does not."""

_NAMELESS = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
  .filter((e) => e.querySelector("table, tbody") && !(e.tabIndex === 0 && e.getAttribute("aria-label")))
  .map((e) => e.outerHTML.slice(0, 120))"""
"""Boxes in which a table moves sideways, and which the keyboard does not reach or that have no name."""

_HEADINGS = """() => [...document.querySelectorAll(":is(main, body:not(:has(main))) :is(h1, h2, h3, h4, h5, h6)")]
  .filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1]))"""


def browsers() -> Iterator[Browser]:
    """One Chromium, started and stopped."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


def pages(browser: Browser) -> Iterator[Page]:
    """A window of somebody who reads bokmål, with nothing kept from before."""
    # What moves is not waited for: here nothing does, as for those who ask for that.
    view = {"width": 1280, "height": 900}
    context = browser.new_context(viewport=view, locale="nb-NO", reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def ready(page: Page) -> None:
    """Wait until the whole page is drawn."""
    page.wait_for_function(_READY)


def was_stopped(told: ConsoleMessage) -> bool:
    """Whether the browser tells that a page's policy stopped something of it."""
    if "Security Policy" not in told.text:
        return False
    # Chromium shows data with styles of its own, which the policy of the data does not allow either.
    path = urlsplit(told.page.url if told.page else "").path
    is_data = path.endswith((".json", ".atom", ".xml")) or "/api/" in path
    return not (is_data and told.text.startswith("Applying inline style"))


def violations(page: Page) -> dict[str, list[str]]:
    """What axe finds in the page as it stands, by rule."""
    ready(page)
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return {rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in found.response["violations"]}


def too_wide(page: Page, width: int = 320) -> dict[str, list[str]]:
    """What does not fit a narrow screen with everything unfolded: by what is wrong with it."""
    page.set_viewport_size({"width": width, "height": 640})
    page.evaluate("document.querySelectorAll('details').forEach(folded => folded.open = true)")
    wide = {"beyond the screen": page.evaluate(_BEYOND), "no name": page.evaluate(_NAMELESS)}
    return {wrong: found for wrong, found in wide.items() if found}


def headings(page: Page) -> list[int]:
    """The levels of the page's headings, in order."""
    levels: list[int] = page.evaluate(_HEADINGS)
    return levels


def photograph(page: Page, name: str) -> None:
    """Keep pictures of the page for a desk and for a pocket, as tall as it is."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width in (1280, 380):
        page.set_viewport_size({"width": width, "height": 900})
        page.set_viewport_size({"width": width, "height": min(page.evaluate(_HEIGHT), TALLEST)})
        page.screenshot(path=PICTURES / f"{name}-{width}.png")
