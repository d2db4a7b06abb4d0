"""One practice: the problem first, what was learnt, and who borrowed it from whom."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kb.errors import UnknownPractice
from kb.practice import Practice
from kb.web import state, usage_log
from kb.web.base import Site
from kb.web.markup import Html, tag
from kb.web.practice import facts, lineage, origin
from kb.web.practice.text import did_you_mean, head, text
from kb.web.practice.ways import ways
from kb.web.state import Asked

STYLE = Path(__file__).with_name("practice.css")


def page(site: Site) -> None:
    """The practice that the address names."""
    asked = state.asked_from_query(st.query_params.get("fra", ""))
    practice_id = st.query_params.get("id", "")
    try:
        practice = site.base.get(practice_id)
    except UnknownPractice:
        _unknown(practice_id, asked, site)
        return
    title = practice.card(site.language).title
    st.set_page_config(page_title=f"{title} – {site.t('app.name')}", initial_sidebar_state="collapsed")
    st.html(STYLE)
    st.html(tag("article", *_whole(practice, site, asked), class_="practice"))
    usage_log.opened(asked, practice.id, site)


def _whole(practice: Practice, site: Site, asked: Asked) -> list[Html]:
    """The page: head over its whole width, then the text, with facts and ways on beside it."""
    back = asked.query()
    lasting = (
        lineage.lineage(practice, site, back),
        origin.sources(practice, site),
        origin.about_text(practice, site),
    )
    told = tag("div", *text(practice, site, back), *lasting)
    beside = tag(
        "div",
        facts.table(practice, site),
        facts.questions(practice, site),
        lineage.related(practice, site, back),
        lineage.similar(practice, site, back),
        class_="beside",
    )
    columns = tag("div", told, beside, class_="columns")
    return [_back(asked, site), head(practice, site), ways(practice, site, back), columns]


def _back(asked: Asked, site: Site) -> Html:
    """The way back to the same results."""
    return tag("p", tag("a", "← ", site.t("practice.back"), href=asked.url(), target="_self"), class_="back")


def _unknown(practice_id: str, asked: Asked, site: Site) -> None:
    """No such practice: the nearest there is, and the way back."""
    st.set_page_config(page_title=f"{site.t('practice.unknown')} – {site.t('app.name')}")
    said = site.t("practice.unknown_text", id=practice_id) if practice_id else site.t("practice.no_id")
    found = [tag("h1", site.t("practice.unknown")), tag("p", said), did_you_mean(practice_id, site, asked.query())]
    st.html(tag("article", *found, _back(asked, site), class_="practice"))
