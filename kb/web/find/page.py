"""The front page: ask in one's own words, or browse."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from kb import schema
from kb.search.hits import Results
from kb.search.tips import Tip, tips
from kb.web import state, usage_log
from kb.web.base import Counts, Site
from kb.web.compare.choice import bar
from kb.web.compare.page import STYLE
from kb.web.find import cards, filters, order, start
from kb.web.find.why import other_words
from kb.web.markup import Html, esc, join, plain_markdown, tag
from kb.web.state import MAX_PAGE, MAX_QUESTION, Asked


def page(site: Site) -> None:
    """The question, the filters and what was found."""
    asked, dropped = filters.known(state.current(), site)
    st.set_page_config(page_title=_page_title(asked, site))
    _ask(asked, site)
    with st.spinner(site.t(_waiting(asked))):
        results = site.search(asked)
    st.session_state["searched"] = bool(asked.q) or st.session_state.get("searched", False)
    filters.sidebar(asked, results, site)
    if dropped:
        st.warning(site.t("filter.dropped", values=", ".join(map(plain_markdown, dropped))))
    empty = not _number_of_practices(site.everything())
    if not (empty or asked.q or asked.lens or asked.filters):
        start.questions(site)
    filters.active(asked, site)
    _announce(asked, results, site)
    if empty:
        st.html(tag("p", site.t("find.begin"), " ", tag("a", site.t("add.title"), href="ny", target="_self")))
        return
    order.choice(asked, results, site)
    _hits(asked, results, site)
    _chosen(asked, site)
    usage_log.shown(asked, results, site)


def _page_title(asked: Asked, site: Site) -> str:
    name = site.t("app.name")
    return f"{asked.q} – {name}" if asked.q else name


def _waiting(asked: Asked) -> str:
    """The first question waits for the encoder; say so."""
    return "find.searching" if not asked.q or st.session_state.get("searched") else "find.first_search"


def _ask(asked: Asked, site: Site) -> None:
    """The heading, the question box and the lens."""
    everything = site.everything()
    heading = site.t("find.heading")
    st.title(heading, anchor=False)
    if _number_of_practices(everything) and not asked.q:
        lead = site.t("find.lead", count=_number_of_practices(everything), countries=len(everything.get("country", {})))
        st.html(tag("p", lead, class_="lead"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="ask"):
        state.seed("q", asked.q)
        st.text_input(
            heading,
            key="q",
            type="search",
            max_chars=MAX_QUESTION,
            placeholder=site.t("find.placeholder"),
            label_visibility="collapsed",
            on_change=_asked,
        )
        st.button(site.t("find.button"), type="primary", key="search")
    # Seen only when it has focus: from the question past everything that narrows it.
    st.html(tag("a", site.t("find.skip"), href="#", class_="skip", data_to_hits="1"))
    if site.base.config.query_log:
        st.html(tag("p", site.t("find.kept"), class_="more"))
    state.seed("lens", asked.lens)
    st.segmented_control(
        site.t("lens.label"),
        ["", *schema.LENSES],
        key="lens",
        required=True,
        format_func=lambda lens: site.label("lenses", lens) if lens else site.t("lens.all"),
        label_visibility="collapsed",
        on_change=_through,
    )
    if asked.lens:
        looks = site.t(f"lens.{asked.lens}", lens=site.label("lenses", asked.lens))
        st.html(tag("p", looks, class_="more"))


def _number_of_practices(everything: Counts) -> int:
    """Every practice either has lessons or has not."""
    return sum(everything.get("has_lessons", {}).values())


def _asked() -> None:
    state.go(state.current().asking(st.session_state["q"]))


def _through() -> None:
    state.go(state.current().through(st.session_state["lens"] or ""))


def _more() -> None:
    asked = state.current()
    state.go(replace(asked, page=asked.page + 1))


def _announce(asked: Asked, results: Results, site: Site) -> None:
    """How many were found and how sure it is; read aloud when it changes (an info box is a status)."""
    with st.container(key="announce"):
        said = (_found(asked, results, site), order.said(asked, results, site))
        st.info(" ".join(filter(None, said)))
    if results.notice:
        st.warning(site.t("find.keyword_only" if results.mode == "keyword" else "find.not_reranked"))
    if words := other_words(results, site):
        st.html(words)


def _found(asked: Asked, results: Results, site: Site) -> str:
    if not _number_of_practices(site.everything()):
        return site.t("find.empty")
    if not results.hits and not asked.q:
        return site.t("count.none")
    if not results.hits:
        return site.t("strength.nothing")
    if not asked.q:
        return site.plural("count.filtered" if asked.filters else "count.browse", results.total)
    if results.strength == "none":
        return site.t("strength.none")
    return f"{site.plural('count.hits', results.total)} {site.t(f'strength.{results.strength}')}"


def _hits(asked: Asked, results: Results, site: Site) -> None:
    """What to try where nothing answers, the cards so far, and a way to more of them."""
    if results.strength == "none":
        _try(asked, site)
        if results.hits:
            st.html(tag("h2", site.t("find.nearest"), class_="nearest"))
    for html in cards.card_lists(results, site, asked.query()):
        st.html(html)
    left = results.total - len(results)
    if left > 0:
        with st.container(horizontal=True, vertical_alignment="center", key="paging"):
            if asked.page < MAX_PAGE:
                st.button(site.t("find.more", count=left), key="more", on_click=_more)
            st.markdown(site.t("find.shown", shown=len(results), total=results.total), width="content")
            if asked.page == MAX_PAGE:
                st.markdown(site.t("find.enough"), width="content")


def _chosen(asked: Asked, site: Site) -> None:
    """What is chosen to be compared, at the bottom of the page."""
    st.html(STYLE)
    if html := bar(asked, site):
        with st.container(key="chosen"):
            st.html(html)


def _try(asked: Asked, site: Site) -> None:
    """What to do when nothing answers."""
    items = [tag("li", _tip(tip, asked, site)) for tip in tips(asked.q, filtered=bool(asked.filters), lens=asked.lens)]
    items.append(tag("li", _link(site.t("try.browse"), Asked())))
    st.html(tag("section", tag("h2", site.t("try.heading")), tag("ul", *items), class_="try"))


def _tip(tip: Tip, asked: Asked, site: Site) -> Html:
    if tip == "filters":
        return _link(site.t("try.filters"), asked.everywhere())
    if tip == "lens":
        return _link(site.t("try.lens", lens=site.label("lenses", asked.lens)), asked.through(""))
    if tip == "propose":
        return join((site.t("try.propose"), tag("a", site.t("add.title"), href="ny", target="_self")), " ")
    return esc(site.t(f"try.{tip}"))


def _link(text: str, asked: Asked) -> Html:
    return tag("a", text, href=asked.url(), target="_self")
