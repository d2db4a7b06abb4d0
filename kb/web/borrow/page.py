"""Borrow a practice and make it ours: the form, and the memo and file that it becomes."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kb.borrow.draft import conditions_of, draft, lessons_of, version_of
from kb.errors import UnknownPractice
from kb.practice import Practice
from kb.web import state, wording
from kb.web.base import Site
from kb.web.borrow import out as borrow_out
from kb.web.borrow.fields import fields, loan_of
from kb.web.borrow.form import KEEPER, Form, progress
from kb.web.forms import steps
from kb.web.markup import foreign, join, practice_url, tag

STYLE = Path(__file__).with_name("borrow.css")


def page(site: Site) -> None:
    """The form for the practice that the address names."""
    try:
        source = site.base.get(st.query_params.get("p", ""))
    except UnknownPractice:
        _unknown(site)
        return
    title = site.t("borrow.heading")
    st.set_page_config(page_title=f"{title} – {site.t('app.name')}", initial_sidebar_state="collapsed")
    st.html(steps.STYLE)
    st.html(STYLE)
    _head(title, source, site)
    conditions, lessons = conditions_of(source), lessons_of(source)
    known = fields(conditions, lessons, site.vocabulary)
    # Whoever comes from a search has said what the problem is, in words of their own.
    values = KEEPER.values_of(source.id, {"problem": state.asked_from_query(st.query_params.get("fra", "")).q})
    folder = site.base.config.practices
    version = version_of(folder, source)
    loan = loan_of(values, source, conditions, lessons, version=version, language=site.language)
    form = Form(site, KEEPER, known, values, source, loan)
    steps.restored(KEEPER, site)
    st.html(progress(form))
    form.ask()
    form.keep_language()
    KEEPER.keep(source.id, known)
    borrow_out.show(form, draft(loan, source, site.vocabulary, folder, listed=site.listed()))
    if KEEPER.is_answered:
        steps.discard(KEEPER, site)


def _head(title: str, source: Practice, site: Site) -> None:
    """What is borrowed from whom, and where the answers go."""
    card = source.card(site.language)
    link = foreign(card.title, card.language, site.language, "a", href=practice_url(source.id), target="_self")
    where = wording.places(source, site)
    lead = join((site.t("borrow.from"), " ", link, f", {where}." if where else "."))
    heads = (tag("h1", title), tag("p", lead), tag("p", site.t("borrow.lead"), class_="note"))
    st.html(tag("header", *heads, class_="form"))


def _unknown(site: Site) -> None:
    """No such practice: how to begin instead."""
    st.set_page_config(page_title=f"{site.t('practice.unknown')} – {site.t('app.name')}")
    home = tag("a", site.t("borrow.find_one"), href="./", target="_self")
    said = (tag("h1", site.t("practice.unknown")), tag("p", site.t("borrow.choose_first")), tag("p", home))
    st.html(tag("article", *said, class_="practice"))
