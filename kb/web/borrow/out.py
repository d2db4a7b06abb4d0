"""What a loan becomes: the memo and the file as they are now, what is missing, and the ways out."""

from __future__ import annotations

from urllib.parse import urljoin

import streamlit as st

from kb.borrow.draft import Draft
from kb.borrow.loan import missing
from kb.borrow.memo import Memo, memo
from kb.borrow.memo_render import as_html, as_markdown, body
from kb.check import Finding, Severity
from kb.propose.forge import NewFile, new_file
from kb.web.base import Site
from kb.web.borrow.form import CHECKED, SECTIONS, Form, part_heading
from kb.web.markup import Html, external, foreign, is_web, join, practice_url, tag

_OWN_WORDS = (
    "identity-number",
    "private-email",
    "private-phone",
    "template-text",
    "unknown-value",
    "missing-sources",
    "missing-card",
    "own-practice-unsourced",
    "question-count",
)
"""Findings that the app says in words of its own; the form tells of what is not filled in."""
_ASKED_FOR = frozenset({"missing-key", "required-section-empty"})


def show(form: Form, drafted: Draft) -> None:
    """The last section: what is missing, the ways out, and both documents."""
    site = form.site
    st.html(part_heading(len(SECTIONS) + 1, site))
    note = memo(form.loan, form.source, site.vocabulary, url=_whole(form))
    _missing(form)
    _findings(drafted, site)
    _ways_out(note, drafted, site)
    sheet, file = st.tabs([site.t("borrow.memo"), site.t("borrow.file")])
    with sheet:
        st.html(foreign(Html(body(note, top=3)), note.language, site.language, "div", class_="memo"))
    with file:
        st.html(tag("p", site.t("borrow.file_path"), " ", tag("code", drafted.path.as_posix()), class_="file"))
        st.code(drafted.text, language=None, wrap_lines=True)


def _whole(form: Form) -> str:
    """The address of the source's page, for the one who reads the memo on paper or in a mail."""
    here = st.context.url or ""
    return urljoin(here, practice_url(form.source.id)) if is_web(here) else ""


def _missing(form: Form) -> None:
    """What must still be answered, or that nothing is."""
    lacking = missing(form.loan)
    with st.container(key="laan-missing"):
        if not lacking:
            st.success(form.site.t("borrow.complete"))
            return
        said = form.site.plural("borrow.incomplete", len(lacking))
        st.info(said)
        if form.checked:
            items = (tag("li", form.site.t(f"borrow.lacks.{name}")) for name in lacking)
            st.html(tag("ul", *items, class_="faults"))
        else:
            st.button(form.site.t("borrow.check"), key="laan-check", on_click=_check)


def _check() -> None:
    st.session_state[CHECKED] = True


def _findings(drafted: Draft, site: Site) -> None:
    """What `kb check` says besides: what must be mended, and advice folded away."""
    told = [finding for finding in drafted.findings if finding.code not in _ASKED_FOR]
    errors = dict.fromkeys(_said(finding, site) for finding in told if finding.severity is Severity.ERROR)
    advice = dict.fromkeys(_said(finding, site) for finding in told if finding.severity is Severity.WARNING)
    if errors:
        items = tag("ul", *(tag("li", said) for said in errors))
        st.html(tag("div", tag("h3", site.t("borrow.mend")), items, class_="faults"))
    if drafted.place_entry:
        st.html(tag("p", site.t("borrow.place_entry")))
        st.code(drafted.place_entry, language=None)
    if advice:
        items = tag("ul", *(tag("li", said) for said in advice))
        st.html(tag("details", tag("summary", site.t("borrow.advice")), items, class_="why"))


def _said(finding: Finding, site: Site) -> Html:
    if finding.code in _OWN_WORDS:
        return join((site.t(f"borrow.finding.{finding.code}"),))
    return foreign(f"{finding.message} {finding.hint}", "en", site.language)


def _ways_out(note: Memo, drafted: Draft, site: Site) -> None:
    with st.container(horizontal=True, gap="small", key="laan-out"):
        st.download_button(
            site.t("borrow.memo_html"),
            lambda: as_html(note),
            file_name=f"{drafted.id}-notat.html",
            mime="text/html",
            on_click="ignore",
            type="primary",
            key="laan-memo-html",
        )
        st.download_button(
            site.t("borrow.memo_md"),
            lambda: as_markdown(note),
            file_name=f"{drafted.id}-notat.md",
            mime="text/markdown",
            on_click="ignore",
            key="laan-memo-md",
        )
        st.download_button(
            site.t("borrow.file_md"),
            lambda: drafted.text,
            file_name=drafted.path.name,
            mime="text/markdown",
            on_click="ignore",
            key="laan-file-md",
        )
    st.html(tag("p", site.t("borrow.print_hint"), class_="more"))
    if forge := new_file(site.base.config, drafted.path, drafted.text):
        st.html(_forge(forge, site))


def _forge(forge: NewFile, site: Site) -> Html:
    link = external(forge.url, site.t("borrow.forge", forge=forge.forge))
    hint = site.t("borrow.forge_filled" if forge.filled else "borrow.forge_paste")
    return tag("p", link, tag("span", hint, class_="more"))
