"""Borrow a practice and make it ours: the form, and the memo and file that it becomes."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kb.borrow.draft import conditions_of, draft, lessons_of, version_of
from kb.errors import UnknownPractice
from kb.practice import Practice
from kb.web import wording
from kb.web.base import Site
from kb.web.borrow import keeper as borrow_keeper
from kb.web.borrow import out as borrow_out
from kb.web.borrow.fields import choices, limits, loan_of
from kb.web.borrow.form import Form, progress
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
    st.html(STYLE)
    _head(title, source, site)
    conditions, lessons = conditions_of(source), lessons_of(source)
    texts, lists = limits(conditions, lessons), choices(conditions, site.vocabulary)
    values = borrow_keeper.values_of(source.id)
    folder = site.base.config.practices
    version = version_of(folder, source)
    loan = loan_of(values, source, conditions, lessons, version=version, language=site.language)
    form = Form(site, source, loan, texts, values)
    _restored(site)
    st.html(progress(form))
    form.ask()
    answered = any(value for name, value in values.items() if name != "language")
    if answered:
        # What is begun on in one language stays there when the app is read in another.
        values["language"] = st.session_state[f"{borrow_keeper.PREFIX}language"]
    borrow_keeper.keep(source.id, texts, lists)
    borrow_out.show(form, draft(loan, source, site.vocabulary, folder))
    if answered:
        st.button(site.t("borrow.discard"), key="laan-discard", type="tertiary", on_click=borrow_keeper.discard)


def _head(title: str, source: Practice, site: Site) -> None:
    """What is borrowed from whom, and where the answers go."""
    card = source.card(site.language)
    link = foreign(card.title, card.language, site.language, "a", href=practice_url(source.id), target="_self")
    where = wording.places(source, site)
    lead = join((site.t("borrow.from"), " ", link, f", {where}." if where else "."))
    heads = (tag("h1", title), tag("p", lead), tag("p", site.t("borrow.lead"), class_="note"))
    st.html(tag("header", *heads, class_="borrow"))


def _restored(site: Site) -> None:
    """A draft from before is told of, with a way to begin again."""
    if borrow_keeper.is_restored():
        with st.container(key="laan-restored", horizontal=True, vertical_alignment="center", gap="small"):
            st.info(site.t("borrow.restored"), width="stretch")
            st.button(site.t("borrow.discard"), key="laan-discard-restored", on_click=borrow_keeper.discard)


def _unknown(site: Site) -> None:
    """No such practice: how to begin instead."""
    st.set_page_config(page_title=f"{site.t('practice.unknown')} – {site.t('app.name')}")
    home = tag("a", site.t("borrow.find_one"), href="./", target="_self")
    said = (tag("h1", site.t("practice.unknown")), tag("p", site.t("borrow.choose_first")), tag("p", home))
    st.html(tag("article", *said, class_="practice"))
