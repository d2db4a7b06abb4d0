"""What a loan becomes: the memo and the file as they are now, what is missing, and the ways out."""

from __future__ import annotations

from urllib.parse import urljoin

import streamlit as st

from kb.borrow.loan import missing
from kb.borrow.memo import Memo, memo
from kb.borrow.memo_render import as_html, as_markdown, body
from kb.compare.run import MOST
from kb.practice import Practice
from kb.propose.draft import Draft
from kb.web.borrow.form import KEEPER, SECTIONS, Form
from kb.web.borrow.link import COMPARED
from kb.web.forms import out, sending, steps
from kb.web.forms.told import ASKED_FOR, advice, mending
from kb.web.markup import Html, foreign, is_web, practice_url, tag
from kb.web.state import listed

_OWN_WORDS = {
    "missing-sources": "borrow.finding.missing-sources",
    "own-practice-unsourced": "borrow.finding.own-practice-unsourced",
}
"""Findings that mean something else to who borrows."""


def show(form: Form, drafted: Draft) -> None:
    """The last section: what is missing, the ways out, and both documents."""
    site = form.site
    number = len(SECTIONS) + 1
    st.html(steps.part_heading(number, form.part(number)))
    note = memo(form.loan, form.source, site.vocabulary, url=_whole(form), compared=_compared(form))
    _missing(form)
    told = [finding for finding in drafted.findings if finding.code not in ASKED_FOR]
    mending(drafted, told, site, _OWN_WORDS)
    advice(told, site, _OWN_WORDS)
    _ways_out(note, drafted, form)
    sheet, file = st.tabs([site.t("borrow.memo"), site.t("form.file")])
    with sheet:
        st.html(foreign(Html(body(note, top=3)), note.language, site.language, "div", class_="memo"))
    with file:
        out.show_file(drafted, site)


def _whole(form: Form) -> str:
    """The address of the source's page, for the one who reads the memo on paper or in a mail."""
    here = st.context.url or ""
    return urljoin(here, practice_url(form.source.id)) if is_web(here) else ""


def _compared(form: Form) -> list[Practice]:
    """What was compared with the source, as the address says; what is not here any more is left out."""
    ids = listed(st.query_params.get(COMPARED, ""))[:MOST]
    known = {practice.id: practice for practice in form.site.practices()} if ids else {}
    return [known[one] for one in ids if one in known and one != form.source.id]


def _missing(form: Form) -> None:
    """What must still be answered, or that nothing is."""
    lacking = missing(form.loan)
    with st.container(key=KEEPER.key("missing")):
        if not lacking:
            st.success(form.site.t("form.complete"))
            return
        st.info(form.site.plural("borrow.incomplete", len(lacking)))
        if form.checked:
            items = (tag("li", form.site.t(f"borrow.lacks.{name}")) for name in lacking)
            st.html(tag("ul", *items, class_="faults"))
        else:
            st.button(form.site.t("form.check"), key=KEEPER.key("check"), on_click=form.check)


def _ways_out(note: Memo, drafted: Draft, form: Form) -> None:
    site = form.site
    with st.container(horizontal=True, gap="small", key=KEEPER.key("out")):
        st.download_button(
            site.t("borrow.memo_html"),
            lambda: as_html(note),
            file_name=f"{drafted.id}-notat.html",
            mime="text/html",
            on_click="ignore",
            type="primary",
            key=KEEPER.key("memo-html"),
        )
        st.download_button(
            site.t("borrow.memo_md"),
            lambda: as_markdown(note),
            file_name=f"{drafted.id}-notat.md",
            mime="text/markdown",
            on_click="ignore",
            key=KEEPER.key("memo-md"),
        )
        out.download_file(drafted, KEEPER, site)
    st.html(tag("p", site.t("borrow.print_hint"), class_="more"))
    sending.send(drafted, KEEPER, site, complete=not missing(form.loan) and not drafted.errors)
    if not sending.can_send(site):
        out.to_forge(drafted, site)
