"""What the hits stand in order of: a choice, and what the order goes by in words."""

from __future__ import annotations

import streamlit as st

from kb.search.hits import Results
from kb.search.order import SORTS
from kb.web import state
from kb.web.base import Site
from kb.web.markup import tag
from kb.web.state import Asked


def choice(asked: Asked, results: Results, site: Site) -> None:
    """The orders to choose from, where there is something to put in order, and what the chosen one goes by."""
    if len(results) <= 1 or results.strength == "none":
        return
    state.seed("sort", asked.order)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="order"):
        st.html(tag("p", site.t("sort.label")), width="content")
        st.segmented_control(
            site.t("sort.label"),
            SORTS if asked.q else SORTS[1:],
            key="sort",
            required=True,
            format_func=lambda sort: site.t(f"sort.{sort}"),
            label_visibility="collapsed",
            on_change=_changed,
        )
        if results.sort != "relevance":
            st.html(tag("p", site.t(f"sort.how.{results.sort}"), class_="more"), width="content")


def said(asked: Asked, results: Results, site: Site) -> str:
    """What comes first, in a sentence, where that was chosen."""
    return site.t(f"sort.first.{results.sort}") if asked.sort and results.sort == asked.sort else ""


def _changed() -> None:
    asked = state.current()
    state.go(asked.ordered(st.session_state["sort"] or ""))
