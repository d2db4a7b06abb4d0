"""The pages of the app, in the order of the menu: a new page is one line in PAGES."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.web import about as about_page
from kb.web import ideas as ideas_page
from kb.web import words as words_page
from kb.web.add import page as add_page
from kb.web.base import Site
from kb.web.borrow import page as borrow_page
from kb.web.compare import page as compare_page
from kb.web.find import page as find_page
from kb.web.login import page as login_page
from kb.web.overview import page as overview_page
from kb.web.places import page as places_page
from kb.web.practice import page as practice_page
from kb.web.spread import page as spread_page
from kb.web.texts import t


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page: where it is, what it is called and what draws it."""

    path: str
    """Its address below the app's own; the front page has none."""
    title: str
    """The key of its name in the menu and in the browser's title."""
    page: Callable[[Site], None] | None = None
    menu: bool = True
    door: Callable[[str], None] | None = None
    """What draws it for anybody, in a language, where it is no page of the practices."""


PAGES = (
    PageSpec("", "find.title", find_page.page),
    PageSpec("sammenlign", "compare.title", compare_page.page),
    PageSpec("spredning", "spread.title", spread_page.page),
    PageSpec("ideer", "ideas.title", ideas_page.page),
    PageSpec("ord", "words.title", words_page.page),
    PageSpec("steder", "places.title", places_page.page),
    PageSpec("oversikt", "overview.title", overview_page.page),
    PageSpec("ny", "add.title", add_page.page),
    PageSpec("om", "about.title", about_page.page),
    PageSpec("lan", "borrow.heading", borrow_page.page, menu=False),
    PageSpec("praksis", "app.name", practice_page.page, menu=False),
    PageSpec(login_page.IN, "login.heading", menu=False, door=login_page.log_in),
    PageSpec(login_page.OUT, "login.out", menu=False, door=login_page.log_out),
)


def page_at(path: str) -> PageSpec | None:
    """The page at a path, or None where there is none."""
    return next((spec for spec in PAGES if spec.path == path.strip("/")), None)


def page_title(spec: PageSpec, language: str, question: str = "") -> str:
    """What the browser calls a page until it says more of itself."""
    name, title = t("app.name", language), question or t(spec.title, language)
    if not spec.path and not question:
        return name
    return title if name in title and not question else f"{title} – {name}"
