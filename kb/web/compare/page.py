"""Two to four practices side by side, with an address of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from kb.base import KnowledgeBase
from kb.compare.export import as_csv, as_markdown
from kb.compare.model import Comparison
from kb.compare.run import FEWEST, MOST
from kb.practice import Practice
from kb.web import state
from kb.web.base import KNOWN_BY, Site
from kb.web.compare.choice import chosen, compare_url, here
from kb.web.compare.table import BOX, place, side_by_side, table
from kb.web.compare.words import words
from kb.web.markup import Html, foreign, join, plain_markdown, practice_url, tag
from kb.web.narrow import narrowed
from kb.web.state import Asked

STYLE = Path(__file__).with_name("compare.css")


def page(site: Site) -> None:
    """The comparison that the address names, or how to choose one."""
    asked = state.asked_from_query(st.query_params.get("fra", ""))
    ids = state.listed(st.query_params.get("p", ""))
    found = chosen(ids, site)
    shown = found[:MOST]
    st.html(STYLE)
    st.html(tag("p", tag("a", "← ", site.t("compare.back"), href=asked.url(), target="_self"), class_="back"))
    st.html(tag("h1", site.t("compare.heading"), class_="compare-heading"))
    for notice in _notices(ids, found, site):
        st.warning(notice)
    if len(shown) < FEWEST:
        _empty(shown, asked, site)
    else:
        _whole(_compared(site.base, _ids(shown), site.language), asked, site)


def _whole(comparison: Comparison, asked: Asked, site: Site) -> None:
    """The table with its tools above it, then the passages."""
    places = ", ".join(place(practice, comparison) or practice.id for practice in comparison.practices)
    st.set_page_config(page_title=f"{site.t('compare.title')}: {places} – {site.t('app.name')}")
    st.html(tag("p", site.t("compare.lead"), class_="lead"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="compare-tools"):
        _add(comparison.practices, site)
        _take_along(comparison, site)
    back = asked.query()
    st.html(table(comparison, site, back, _removals(comparison.practices, back)))
    if comparison.passages:
        st.html(side_by_side(comparison, site, back))


def _take_along(comparison: Comparison, site: Site) -> None:
    """Copy the link, print, and the two files."""
    said, folder = words(comparison.language), site.base.config.practices_from_root
    name = site.t("compare.file_name")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="compare-along"):
        copy = tag("button", site.t("compare.copy"), type="button", data_copied=site.t("compare.copied"))
        status = tag("span", class_="copied", role="status")
        printing = tag("button", site.t("compare.print"), type="button", data_print="1")
        st.html(tag("p", copy, status, printing, class_="buttons"), width="content")
        st.download_button(
            site.t("compare.markdown"),
            as_markdown(comparison, said, folder),
            file_name=f"{name}.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
        )
        # Spreadsheets read æøå only where the file begins with this sign.
        st.download_button(
            site.t("compare.csv"),
            f"\ufeff{as_csv(comparison, said)}".encode(),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _empty(shown: list[Practice], asked: Asked, site: Site) -> None:
    """How to choose, with what is chosen already and what is near it."""
    find = tag("a", site.t("compare.find"), href=asked.url(), target="_self")
    steps = (site.t("compare.empty_find"), site.t("compare.empty_add"))
    parts = [tag("p", site.t("compare.empty")), tag("ul", *(tag("li", step) for step in steps)), tag("p", find)]
    if shown:
        items = (tag("li", _title(practice, site)) for practice in shown)
        parts = [tag("h2", site.t("compare.chosen")), tag("ul", *items), tag("p", site.t("compare.one"))]
    st.html(tag("section", *parts, class_="compare-empty"))
    _add(tuple(shown), site)
    if shown:
        st.html(_suggested(shown[0], asked, site))


def _suggested(practice: Practice, asked: Asked, site: Site) -> Html:
    """The practices nearest to the one that is chosen, each a link that compares the two."""
    items = []
    for hit in site.similar(practice.id):
        own = hit.practice.card(site.language)
        url = compare_url((practice.id, hit.practice.id), asked.query())
        link = here(foreign(own.title, own.language, site.language), url, BOX)
        items.append(tag("li", link, tag("span", site.place(hit.practice.places[0]), class_="more")))
    if not items:
        return Html()
    return tag("section", tag("h2", site.t("compare.suggested")), tag("ul", *items, role="list"), class_="suggested")


def _notices(ids: tuple[str, ...], found: list[Practice], site: Site) -> list[str]:
    """What the address asks for and does not get; put so that no Markdown is read in it."""
    known = {practice.id for practice in found}
    gone = [practice_id for practice_id in ids if practice_id not in known]
    beyond = [practice.card(site.language).title for practice in found[MOST:]]
    notices = []
    if gone:
        notices.append(site.t("compare.unknown", ids=plain_markdown(", ".join(gone))))
    if beyond:
        notices.append(site.t("compare.too_many", titles=plain_markdown("; ".join(beyond))))
    return notices


def _add(shown: tuple[Practice, ...], site: Site) -> None:
    """One more practice, found by its title or place."""
    if len(shown) >= MOST:
        st.html(tag("p", site.t("compare.full"), class_="more"))
        return
    labels = site.kept("compare.labels", lambda: _labels(site))
    taken = set(_ids(shown))
    st.selectbox(
        site.t("compare.add"),
        [practice_id for practice_id in narrowed(labels, "add-find", site) if practice_id not in taken],
        index=None,
        key="add",
        format_func=lambda practice_id: labels.get(practice_id, practice_id),
        placeholder=site.t("compare.add_hint"),
        on_change=_added,
        args=(_ids(shown),),
    )


def _added(ids: tuple[str, ...]) -> None:
    if added := st.session_state.get("add"):
        st.query_params["p"] = ",".join((*ids, added))
        st.session_state["add"] = None


def _removals(practices: tuple[Practice, ...], back: str) -> dict[str, str]:
    """For each practice the address of the comparison without it."""
    ids = _ids(practices)
    return {gone: compare_url(tuple(kept for kept in ids if kept != gone), back) for gone in ids}


def _title(practice: Practice, site: Site) -> Html:
    own = practice.card(site.language)
    link = tag("a", own.title, href=practice_url(practice.id), target="_self")
    where = tag("span", " · ".join(map(site.place, practice.places)), class_="more")
    return join((foreign(link, own.language, site.language), where))


def _ids(practices: tuple[Practice, ...] | list[Practice]) -> tuple[str, ...]:
    return tuple(practice.id for practice in practices)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=500)
def _compared(base: KnowledgeBase, ids: tuple[str, ...], language: str) -> Comparison:
    return base.compare(ids, language=language)


def _labels(site: Site) -> Mapping[str, str]:
    """Every practice as one looks for it, in the order of the alphabet."""
    place_name = site.vocabulary.place_name
    found = {
        practice.id: " – ".join((practice.card(site.language).title, *map(place_name, practice.places[:1])))
        for practice in site.practices()
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))
