"""About: what this is, how the search works and how good it is, and what becomes of what one types."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from kb.quality import Measured, Quality, read_quality
from kb.repository import Unreadable
from kb.web.base import Site
from kb.web.markup import Html, external, foreign, join, tag

_LICENCES = (
    ("code", "https://opensource.org/license/mit"),
    ("texts", "https://creativecommons.org/licenses/by/4.0/"),
    ("model", "https://huggingface.co/intfloat/multilingual-e5-small"),
)
_WEAK = ("focus", "widgets", "javascript")
"""What is known not to be accessible enough."""


def page(site: Site) -> None:
    """Everything about the app, as one text."""
    title = site.t("about.title")
    st.set_page_config(page_title=title)
    sections = (_search(site), _quality(site), _index(site), _accessibility(site), _privacy(site), _licences(site))
    st.html(tag("article", tag("h1", title), _paragraphs(site, "what", "who"), *sections, class_="about"))


def _paragraphs(site: Site, *names: str) -> Html:
    return join(tag("p", site.t(f"about.{name}")) for name in names)


def _section(name: str, site: Site, *parts: str) -> Html:
    heading = tag("h2", site.t(f"about.{name}.heading"))
    return tag("section", heading, *parts, id=name, class_="part")


def _list(items: Iterable[str]) -> Html:
    return tag("ul", *(tag("li", item) for item in items))


def _search(site: Site) -> Html:
    """How the search works."""
    ways = ("words", "meaning", "cards", "questions")
    steps = _list(site.t(f"about.search.{way}") for way in ways)
    return _section("search", site, _paragraphs(site, "search.lead"), steps, _paragraphs(site, "search.none"))


def _quality(site: Site) -> Html:
    """How good it is measured to be; the figures are those of the tables in the documentation."""
    found = read_quality(site.base.config.root)
    if found is None:
        return _section("quality", site, _paragraphs(site, "quality.missing"))
    parts = [_paragraphs(site, "quality.lead"), _sets(found, site), _languages(found, site)]
    if found.unanswerable and found.doubted:
        told = site.t(
            "about.quality.unanswered",
            none=found.unanswerable[0],
            told=found.unanswerable[1],
            some=found.doubted[0],
            doubted=found.doubted[1],
        )
        parts.append(tag("p", told))
    return _section("quality", site, *parts, _paragraphs(site, "quality.meaning"))


def _sets(found: Quality, site: Site) -> Html:
    """Each set of judged questions as a row."""
    heads = [site.t(f"about.quality.{name}") for name in ("set", "questions", "recall", "first", "ndcg")]
    rows = [
        [site.t(f"about.quality.{key}"), str(one.questions), *_figures(one, site), site.number(one.ndcg, 2)]
        for key, one in found.sets.items()
    ]
    return _table(site.t("about.quality.sets"), heads, rows)


def _figures(one: Measured, site: Site) -> list[str]:
    return [site.t("number.percent", number=site.number(100 * one.recall)), site.number(one.mrr, 2)]


def _languages(found: Quality, site: Site) -> Html:
    """Each language as a row: what was found among the first ten."""
    heads = [site.t("about.quality.language"), *(site.t(f"about.quality.{key}") for key in found.sets)]
    rows = [
        [
            site.label("languages", language),
            *(site.t("number.percent", number=site.number(100 * one.recall)) for one in sets.values()),
        ]
        for language, sets in found.languages.items()
    ]
    return _table(site.t("about.quality.by_language"), heads, rows)


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Html:
    """A table that scrolls within its own box where the screen is narrow."""
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    body = (
        tag("tr", *(tag("th" if first else "td", text, scope="row" if first else "") for first, text in _firsts(row)))
        for row in rows
    )
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body), class_="plain")
    return tag("div", table, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _firsts(row: Iterable[str]) -> Iterable[tuple[bool, str]]:
    return ((number == 0, text) for number, text in enumerate(row))


def _index(site: Site) -> Html:
    """How the index stands, and what could not be read."""
    status = site.base.status()
    date, _, clock = status.created.partition("T")
    model = site.t("about.index.no_model") if status.keyword_only else status.model
    rows = (
        ("practices", site.number(status.practices)),
        ("passages", site.number(status.passages)),
        ("built", site.t("about.index.when", date=site.date(date), clock=clock[:5])),
        ("model", model),
    )
    facts = tag(
        "dl",
        *(tag("div", tag("dt", site.t(f"about.index.{name}")), tag("dd", value)) for name, value in rows),
        class_="facts",
    )
    return _section("index", site, facts, _unreadable(status.unreadable, site))


def _unreadable(files: tuple[Unreadable, ...], site: Site) -> Html:
    if not files:
        return _paragraphs(site, "index.all_read")
    # Reasons are said by the reader of files, in English.
    items = (tag("li", tag("code", item.where), " ", foreign(item.reason, "en", site.language)) for item in files)
    return join((tag("p", site.plural("about.index.unreadable", len(files))), tag("ul", *items)))


def _accessibility(site: Site) -> Html:
    """A draft of the statement that the law asks of those who run an installation."""
    weak = _list(site.t(f"about.accessibility.{name}") for name in _WEAK)
    return _section(
        "accessibility",
        site,
        _paragraphs(site, "accessibility.draft", "accessibility.tested", "accessibility.weak"),
        weak,
        _paragraphs(site, "accessibility.tell"),
    )


def _privacy(site: Site) -> Html:
    """What is kept, and what is not."""
    log = "privacy.log_on" if site.base.config.query_log else "privacy.log_off"
    return _section("privacy", site, _paragraphs(site, "privacy.nobody", log, "privacy.drafts", "privacy.nothing_out"))


def _licences(site: Site) -> Html:
    """What may be used, and how."""
    items = [external(url, site.t(f"about.licences.{name}")) for name, url in _LICENCES]
    if site.base.config.repository_url:
        items.append(external(site.base.config.repository_url, site.t("about.licences.source")))
    return _section("licences", site, _list(items))
