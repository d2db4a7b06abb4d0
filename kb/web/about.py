"""About: what this is, how the search works and how good it is, and what becomes of what one types."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from kb.changes import SHORT, Head, head
from kb.config import PACKAGED_MODEL
from kb.propose.links import commit_url, edit_url, repository
from kb.quality import Measured, Quality, read_quality
from kb.repository import Unreadable
from kb.web.base import Site
from kb.web.login.rules import rules
from kb.web.login.session import sees_faults
from kb.web.markup import Html, external, foreign, is_web, join, tag

_LICENCES = (
    ("code", "https://opensource.org/license/mit"),
    ("texts", "https://creativecommons.org/licenses/by/4.0/"),
    ("model", "https://huggingface.co/intfloat/multilingual-e5-small"),
)
_GOOD = ("tested", "languages", "same", "plain")
"""What is done for those who read with other than eyes and mouse."""
_WEAK = ("focus", "widgets", "lists", "javascript")
"""What is known not to be accessible enough."""
_ELSEWHERE = (("all", "p/"), ("feed", "feed.atom"), ("api", "api/"))
_FRESH = 60
"""Seconds for which the folder is taken to stand at the same commit."""


def page(site: Site) -> None:
    """Everything about the app, as one text."""
    title = site.t("about.title")
    st.set_page_config(page_title=title)
    sections = [draw(site) for draw in (_search, _quality, _index, _accessibility, _privacy, _elsewhere, _licences)]
    lead = _paragraphs(site, "what", "who")
    st.html(tag("article", tag("h1", title), lead, _contents(site), *sections, class_="about"))


def _contents(site: Site) -> Html:
    """The sections as links to them."""
    names = ("search", "quality", "index", "accessibility", "privacy", "elsewhere", "licences")
    links = (tag("li", tag("a", site.t(f"about.{name}.heading"), href=f"#{name}")) for name in names)
    return tag("nav", tag("ul", *links, role="list", class_="contents"), aria_label=site.t("about.contents"))


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
    plainly = site.t(
        "about.quality.plainly",
        easy=_percent(found.sets["development"].recall, site),
        hard=_percent(found.sets["own"].recall, site),
    )
    parts = [_paragraphs(site, "quality.lead"), tag("p", plainly), _sets(found, site), _languages(found, site)]
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
    return [_percent(one.recall, site), site.number(one.mrr, 2)]


def _percent(share: float, site: Site) -> str:
    return site.t("number.percent", number=site.number(100 * share))


def _languages(found: Quality, site: Site) -> Html:
    """Each language as a row: what was found among the first ten."""
    heads = [site.t("about.quality.language"), *(site.t(f"about.quality.{key}") for key in found.sets)]
    rows = [
        [
            site.label("languages", language),
            *(_percent(one.recall, site) for one in sets.values()),
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
    packaged = site.t("about.index.packaged") if status.model == PACKAGED_MODEL else status.model
    model = site.t("about.index.no_model") if status.keyword_only else packaged
    here = _head_now(site.base.config.practices)
    rows = [
        ("practices", site.number(status.practices)),
        ("passages", site.number(status.passages)),
        ("built", site.t("about.index.when", date=site.date(date), clock=clock[:5])),
        ("model", model),
        *([("head", _commit(here, site))] if here else []),
    ]
    facts = tag(
        "dl",
        *(tag("div", tag("dt", site.t(f"about.index.{name}")), tag("dd", value)) for name, value in rows),
        class_="facts",
    )
    note = _paragraphs(site, "index.note") if here else ""
    return _section("index", site, facts, note, _unreadable(status.unreadable, site))


@st.cache_resource(show_spinner=False, max_entries=4, ttl=_FRESH)
def _head_now(folder: Path) -> Head | None:
    return head(folder)


def _commit(here: Head, site: Site) -> Html:
    """The commit that the folder of practices stands at now: no index keeps the one that it was made from."""
    short = tag("code", here.commit[:SHORT])
    url = commit_url(site.base.config, here.commit)
    before, _, after = site.t(
        "about.index.commit", commit="\0", date=site.date(here.when.date().isoformat())
    ).partition("\0")
    unsaved = "" if here.is_clean else f" {site.t('about.index.unsaved')}"
    return join((before, external(url, short) if url else short, after, unsaved))


def _unreadable(files: tuple[Unreadable, ...], site: Site) -> Html:
    if not files:
        return _paragraphs(site, "index.all_read")
    if not sees_faults():
        return tag("p", site.plural("about.index.unreadable", len(files)))
    items = (tag("li", _where(item, site), " ", _reason(item, site)) for item in files)
    return join((tag("p", site.plural("about.index.unreadable", len(files))), tag("ul", *items)))


def _where(item: Unreadable, site: Site) -> Html:
    """The file and line, leading to where it is mended."""
    place = tag("code", item.where)
    url = edit_url(site.base.config, item.path)
    return external(url, place) if url else place


def _reason(item: Unreadable, site: Site) -> Html:
    """What is wrong and what to do, which the reader of files says in English."""
    return foreign(f"{item.reason} {item.hint}".strip(), "en", site.language)


def _accessibility(site: Site) -> Html:
    """A draft of the statement that the law asks of those who run an installation."""
    good = _list(site.t(f"about.accessibility.{name}") for name in _GOOD)
    weak = _list(site.t(f"about.accessibility.{name}") for name in _WEAK)
    return _section(
        "accessibility",
        site,
        _paragraphs(site, "accessibility.draft", "accessibility.status"),
        tag("h3", site.t("about.accessibility.good")),
        good,
        tag("h3", site.t("about.accessibility.weak")),
        weak,
        tag("h3", site.t("about.accessibility.tell_heading")),
        _paragraphs(site, "accessibility.tell"),
        _channel(site),
    )


def _channel(site: Site) -> Html:
    """Where to tell of what does not work, if those who run the installation have said it."""
    contact = site.base.config.contact
    if not contact:
        return Html()
    url = contact if is_web(contact) else f"mailto:{contact}"
    return tag("p", site.t("about.accessibility.tell_to"), " ", external(url, contact))


def _privacy(site: Site) -> Html:
    """What is kept, and what is not."""
    rest = ("privacy.cookies", "privacy.drafts", "privacy.nothing_out", "privacy.server")
    log = "privacy.log_on" if site.base.config.query_log else "privacy.log_off"
    who = "privacy.login" if rules().access.needs_login else "privacy.nobody"
    return _section("privacy", site, _paragraphs(site, who, log, *rest))


def _elsewhere(site: Site) -> Html:
    """The same for other programs and for those who want no scripts."""
    links = (tag("a", site.t(f"about.elsewhere.{name}"), href=url, target="_self") for name, url in _ELSEWHERE)
    return _section("elsewhere", site, _list(links))


def _licences(site: Site) -> Html:
    """What may be used, and how."""
    items = [external(url, site.t(f"about.licences.{name}")) for name, url in _LICENCES]
    if site.base.config.repository_url:
        items.append(external(repository(site.base.config), site.t("about.licences.source")))
    return _section("licences", site, _list(items))
