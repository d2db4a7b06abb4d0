"""One practice: the problem first, what was learnt, and who borrowed it from whom."""

from __future__ import annotations

import streamlit as st

from kb.errors import UnknownPractice
from kb.practice import Practice
from kb.web import state, usage_log
from kb.web.base import Site
from kb.web.borrow.link import borrow_link
from kb.web.compare.choice import with_others
from kb.web.markup import Html, join, tag
from kb.web.practice import facts
from kb.web.practice.text import did_you_mean, head, text
from kb.web.state import Asked


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
    st.html(tag("article", *_whole(practice, site, asked), class_="practice"))
    usage_log.opened(asked, practice.id, site)


def _whole(practice: Practice, site: Site, asked: Asked) -> list[Html]:
    """The page: head over its whole width, then the text, with ways on beside it."""
    back = asked.query()
    ways_on = (
        facts.questions(practice, site),
        facts.borrowed_from(practice, site, back),
        facts.borrowed_by(practice, site, back),
        facts.related(practice, site, back),
        facts.similar(practice, site, back),
    )
    below = (facts.sources(practice, site), facts.file(practice, site), _forms(practice, site))
    told = tag("div", *text(practice, site, back), *below)
    beside = tag("div", *ways_on, class_="beside")
    on = tag("p", borrow_link(practice.id, site), " ", with_others(practice, site, back), class_="on")
    return [_back(asked, site), head(practice, site), on, tag("div", told, beside, class_="columns")]


def _back(asked: Asked, site: Site) -> Html:
    """The way back to the same results."""
    return tag("p", tag("a", "← ", site.t("practice.back"), href=asked.url(), target="_self"), class_="back")


def _forms(practice: Practice, site: Site) -> Html:
    """The same practice for a printer and for other programs."""
    names = {"": site.t("plain.print"), ".md": "Markdown", ".json": "JSON"}
    links = (tag("a", name, href=f"p/{practice.id}{ending}", target="_self") for ending, name in names.items())
    return tag("p", join(links, " · "), class_="file")


def _unknown(practice_id: str, asked: Asked, site: Site) -> None:
    """No such practice: the nearest there is, and the way back."""
    st.set_page_config(page_title=f"{site.t('practice.unknown')} – {site.t('app.name')}")
    said = site.t("practice.unknown_text", id=practice_id) if practice_id else site.t("practice.no_id")
    found = [tag("h1", site.t("practice.unknown")), tag("p", said), did_you_mean(practice_id, site, asked.query())]
    st.html(tag("article", *found, _back(asked, site), class_="practice"))
