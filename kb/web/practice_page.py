"""One practice: the problem first, what was learnt, and who borrowed it from whom."""

from __future__ import annotations

import streamlit as st

from kb.errors import UnknownPractice
from kb.practice import Practice
from kb.vocabulary import nearest
from kb.web import practice_facts as facts
from kb.web import state, usage_log
from kb.web.base import Site
from kb.web.markup import Html, foreign, join, practice_url, tag
from kb.web.prose import Part, parts
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
    text = tag("div", *_text(practice, site, back), facts.sources(practice, site), facts.file(practice, site))
    beside = tag("div", *ways_on, class_="beside")
    return [_back(asked, site), _head(practice, site), tag("div", text, beside, class_="columns")]


def _back(asked: Asked, site: Site) -> Html:
    """The way back to the same results."""
    return tag("p", tag("a", "← ", site.t("practice.back"), href=asked.url(), target="_self"), class_="back")


def _head(practice: Practice, site: Site) -> Html:
    """Title, summary and the facts that a leader weighs it by."""
    own = practice.card(site.language)
    title = foreign(own.title, own.language, site.language, "h1")
    summary = foreign(own.summary, own.language, site.language, "p", class_="summary") if own.summary else ""
    where = facts.where(practice, site)
    return tag("header", where, title, summary, _languages(practice, site), facts.table(practice, site))


def _languages(practice: Practice, site: Site) -> Html:
    """What is translated, and what the practice is called where it comes from."""
    own = practice.card(site.language)
    if not practice.language or practice.language == site.language:
        return Html()
    language = site.label("languages", practice.language).lower()
    key = "practice.translated" if own.by == "machine" else "practice.in_language"
    notes: list[str] = [site.t(key, language=language)]
    if own.title != practice.title:
        original = foreign(practice.title, practice.language, site.language)
        notes.append(join((site.t("practice.own_title"), original), " "))
    return tag("p", join(notes, " "), class_="note")


def _text(practice: Practice, site: Site, back: str) -> list[Html]:
    """The sections, with the table of results where the results are told."""
    found = parts(practice, site.links(back))
    told = any(part.key == "results" for part in found)
    sections = [
        _section(part, practice, site, table=part.key == "results" and _is_first(part, found)) for part in found
    ]
    if not told and practice.results:
        heading = tag("h2", site.t("results.heading"))
        sections.append(tag("section", heading, facts.results(practice, site), class_="results"))
    if not sections:
        sections.append(tag("p", site.t("practice.no_text")))
    if assessment := facts.assessment(practice, site):
        sections.append(assessment)
    return sections


def _is_first(part: Part, found: list[Part]) -> bool:
    return next(other for other in found if other.key == part.key) is part


def _section(part: Part, practice: Practice, site: Site, *, table: bool) -> Html:
    """One section in the practice's own language."""
    heading = tag("h2", part.heading) if part.heading else Html()
    prose = join((heading, tag("div", part.html, class_="prose")))
    own = foreign(prose, practice.language, site.language, "div")
    return tag("section", own, facts.results(practice, site) if table else "", class_=f"part {part.key}")


def _unknown(practice_id: str, asked: Asked, site: Site) -> None:
    """No such practice: the nearest there is, and the way back."""
    st.set_page_config(page_title=f"{site.t('practice.unknown')} – {site.t('app.name')}")
    said = site.t("practice.unknown_text", id=practice_id) if practice_id else site.t("practice.no_id")
    found = [tag("h1", site.t("practice.unknown")), tag("p", said)]
    near = nearest(practice_id, site.links().pages.values()) if practice_id else ""
    if near:
        card = site.base.get(near).card(site.language)
        link = foreign(card.title, card.language, site.language, "a", href=practice_url(near, asked.query()))
        found.append(tag("p", site.t("practice.nearest"), " ", link, "?"))
    st.html(tag("article", *found, _back(asked, site), class_="practice"))
