"""The head of every page: the name, which leads home, the menu and the languages; and its foot."""

from __future__ import annotations

from kb.web.markup import Html, join, tag
from kb.web.pages import PAGES, PageSpec
from kb.web.reader import in_language
from kb.web.texts import LANGUAGES, t


def masthead(language: str, path: str | None, address: str, root: str = "./", door: str = "") -> Html:
    """The head of the page at `path`, or of none; the languages lead to `address`, and `root` leads home.

    `door` is the link that logs in or out, where there is one.
    """
    name = tag("a", t("app.name", language), href=root, class_="name", target="_self")
    tagline = tag("span", t("app.tagline", language), class_="tagline")
    top = tag("div", name, tagline, door, _languages(language, address), class_="masthead")
    return join((top, _menu(language, path, root)))


def foot(language: str, root: str = "./") -> Html:
    """The foot of every page: what the law wants to be found from all of them."""
    links = (
        ("about.accessibility.heading", "om#accessibility"),
        ("about.privacy.heading", "om#privacy"),
    )
    items = (tag("li", tag("a", t(key, language), href=f"{root}{url}", target="_self")) for key, url in links)
    return tag("footer", tag("ul", *items, role="list"), class_="foot")


def _menu(language: str, path: str | None, root: str) -> Html:
    """The pages; the one that is shown is marked."""
    items = (tag("li", _entry(spec, language, path, root)) for spec in PAGES if spec.menu)
    return tag("nav", tag("ul", *items, role="list"), class_="menu", aria_label=t("app.menu", language))


def _entry(spec: PageSpec, language: str, path: str | None, root: str) -> Html:
    shown = "page" if spec.path == path else ""
    return tag("a", t(spec.title, language), href=f"{root}{spec.path}", target="_self", aria_current=shown)


def _languages(own: str, address: str) -> Html:
    """The five languages by their own names, each leading to this very page."""
    items = (
        tag(
            "li",
            tag(
                "a",
                t("language.name", language),
                href=in_language(address, language),
                lang=language if language != own else "",
                hreflang=language,
                aria_current="true" if language == own else "",
                target="_self",
            ),
        )
        for language in LANGUAGES
    )
    return tag("nav", tag("ul", *items, role="list"), class_="languages", aria_label=t("app.languages", own))
