"""Questions to begin with: some of ours, and where questions are kept, what several others asked."""

from __future__ import annotations

import streamlit as st

from kb.web import usage_log
from kb.web.base import Site
from kb.web.markup import Html, foreign, tag
from kb.web.state import Asked

EXAMPLES = tuple(f"example.{number}" for number in range(1, 7))


def questions(site: Site) -> None:
    """What one may ask, as links, and the heading of what stands below."""
    ours = [site.t(key) for key in EXAMPLES]
    st.html(_section(site.t("find.examples"), [(text, site.language) for text in ours], site))
    known = {text.casefold() for text in ours}
    others = [(asked.query, asked.language) for asked in usage_log.popular(site) if asked.query.casefold() not in known]
    if others:
        st.html(_section(site.t("find.asked"), others, site))
    st.header(site.t("find.all"), anchor=False)


def _section(heading: str, asked: list[tuple[str, str]], site: Site) -> Html:
    """Questions with their languages under a heading."""
    items = (
        tag("li", foreign(text, language, site.language, "a", href=Asked(q=text).url(), target="_self"))
        for text, language in asked
    )
    return tag("section", tag("h2", heading), tag("ul", *items, role="list"), class_="examples")
