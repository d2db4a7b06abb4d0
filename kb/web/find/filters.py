"""What a search is narrowed by: choices with true counts, and the chosen ones, easy to remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kb import schema
from kb.search.facets import facet_label
from kb.search.hits import Results
from kb.web import state
from kb.web.base import Counts, Site
from kb.web.markup import Html, plain_markdown, tag
from kb.web.state import Asked

ORDER = ("area", "theme", "country", "place", "status", "evidence", "language")
_MANY = frozenset({"area", "theme", "place"})
"""Facets with too many values to show them all."""
_YES_NO = ("has_lessons", "has_realised_results")
_IN_ORDER = {"status": schema.STATUSES, "evidence": tuple(reversed(schema.EVIDENCE))}
"""Facets whose values have an order of their own; others go by how many there are."""


def value_label(facet: str, value: str, site: Site) -> str:
    """A facet value as people read it."""
    if facet in _YES_NO:
        return site.t(f"filter.{facet}.{'yes' if value == 'yes' else 'no'}")
    return facet_label(facet, value, site.vocabulary, site.language)


def known(asked: Asked, site: Site) -> tuple[Asked, list[str]]:
    """What is asked without the values that no practice has any more, and those values."""
    everything = site.everything()
    dropped = [value for facet, values in asked.filters for value in values if value not in everything.get(facet, {})]
    kept = asked
    for facet, values in asked.filters:
        for value in values:
            if value in dropped:
                kept = kept.without(facet, value)
    return (kept if dropped else asked), dropped


def sidebar(asked: Asked, results: Results, site: Site) -> None:
    """The filters, each with how many of the hits it would leave."""
    counts, everything = site.counts(asked), site.everything()
    with st.sidebar:
        st.header(site.t("filter.heading"), anchor=False)
        for facet in ORDER:
            options = _options(facet, asked, counts, everything)
            if len(options) > 1 or asked.values(facet):
                _facet(facet, options, asked, site, counts)
        offered = [facet for facet in _YES_NO if counts.get(facet, {}).get("yes") or asked.values(facet)]
        if offered:
            st.html(tag("p", site.t("filter.has"), class_="group"))
        for facet in offered:
            _yes_no(facet, asked, site, counts)
        st.html(_out(results, site))


def _out(results: Results, site: Site) -> Html:
    """The way from the filters to the hits, where a narrow screen has room for only one of them."""
    text = site.plural("filter.show", results.total) if results.total else site.t("streamlit.Collapse sidebar")
    return tag("button", text, type="button", class_="show-hits", data_to_hits="1")


def active(asked: Asked, site: Site) -> None:
    """The chosen filters; a press removes one."""
    if not asked.filters:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="active"):
        st.markdown(site.t("filter.active"), width="content")
        for facet, values in asked.filters:
            for value in values:
                label = plain_markdown(value_label(facet, value, site))
                key = f"remove-{facet}-{value}"
                st.button(label, key=key, icon=":material/close:", on_click=_remove, args=(facet, value))
        if sum(len(values) for _, values in asked.filters) > 1:
            st.button(site.t("filter.clear"), key="clear", type="tertiary", on_click=_clear)


def _options(facet: str, asked: Asked, counts: Counts, everything: Counts) -> list[str]:
    """The values worth offering: those that some hit has, and those chosen, in an order that stays."""
    present = counts.get(facet, {})
    ordered = list(everything.get(facet, {}))
    if facet in _IN_ORDER:
        fixed = _IN_ORDER[facet]
        ordered.sort(key=lambda value: fixed.index(value) if value in fixed else len(fixed))
    return [value for value in ordered if present.get(value) or value in asked.values(facet)]


def _facet(facet: str, options: Sequence[str], asked: Asked, site: Site, counts: Counts) -> None:
    key = f"filter-{facet}"
    state.seed(key, list(asked.values(facet)))
    shown = _counted(facet, site, counts)
    label = site.t(f"filter.{facet}")
    if facet in _MANY:
        st.multiselect(
            label,
            options,
            key=key,
            format_func=shown,
            placeholder=site.t("filter.choose"),
            select_all=False,
            on_change=_changed,
            args=(facet, key),
        )
    else:
        st.pills(
            label,
            options,
            selection_mode="multi",
            key=key,
            format_func=lambda value: plain_markdown(shown(value)),
            on_change=_changed,
            args=(facet, key),
        )


def _counted(facet: str, site: Site, counts: Counts) -> Callable[[str], str]:
    present = counts.get(facet, {})
    return lambda value: f"{value_label(facet, value, site)} ({present.get(value, 0)})"


def _yes_no(facet: str, asked: Asked, site: Site, counts: Counts) -> None:
    key = f"filter-{facet}"
    state.seed(key, "yes" in asked.values(facet))
    label = site.t(f"filter.{facet}", count=counts.get(facet, {}).get("yes", 0))
    st.checkbox(label, key=key, on_change=_ticked, args=(facet, key))


def _changed(facet: str, key: str) -> None:
    state.go(state.current().narrowed(facet, st.session_state[key]))


def _ticked(facet: str, key: str) -> None:
    state.go(state.current().narrowed(facet, ["yes"] if st.session_state[key] else []))


def _remove(facet: str, value: str) -> None:
    state.go(state.current().without(facet, value))


def _clear() -> None:
    state.go(state.current().everywhere())
