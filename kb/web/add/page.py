"""Add a practice: the form, and the page and file that it becomes."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from kb.add.draft import by_answer, draft
from kb.check import Finding
from kb.propose.draft import Draft
from kb.web.add import out as add_out
from kb.web.add.fields import answers_of, field_of, fields
from kb.web.add.form import KEEPER, Form
from kb.web.base import Site
from kb.web.forms import steps
from kb.web.forms.values import Values
from kb.web.markup import tag
from kb.web.practice import page as practice_page

STYLE = Path(__file__).with_name("add.css")
PREVIEW = practice_page.STYLE
"""How a practice looks."""
DRAFT = "u"
"""The parameter of the address that names the draft: several are written side by side."""
_NAME = re.compile(r"[a-z0-9]{8}")


def page(site: Site) -> None:
    """The form for the draft that the address names, or for a new one."""
    st.html(steps.STYLE)
    st.html(STYLE)
    st.html(PREVIEW)
    heads = (tag("h1", site.t("add.title")), tag("p", site.t("add.lead")), tag("p", site.t("add.kept"), class_="note"))
    st.html(tag("header", *heads, class_="form"))
    known = site.kept("add.fields", lambda: fields(site.vocabulary, tuple(one.id for one in site.practices())))
    name = _draft_name()
    values = KEEPER.values_of(name, {"status_as_of": datetime.now(tz=UTC).date().isoformat()})
    answers = answers_of(values, site.language)
    drafted = draft(answers, site.vocabulary, site.base.config.practices, listed=site.listed())
    form = Form(site, KEEPER, known, values, answers, _faults(drafted, values, site))
    steps.restored(KEEPER, site)
    _others(site)
    st.html(add_out.progress(form))
    form.ask()
    form.keep_language()
    KEEPER.keep(name, known, address=DRAFT, titled="title")
    add_out.show(form, drafted)
    if KEEPER.is_answered:
        steps.discard(KEEPER, site)


def _draft_name() -> str:
    """The draft's name: the address's, or this session's own."""
    named = st.query_params.get(DRAFT, "")
    if _NAME.fullmatch(named):
        return named
    own: str = st.session_state.setdefault(KEEPER.key("draft"), secrets.token_hex(4))
    return own


def _faults(drafted: Draft, values: Values, site: Site) -> dict[str, tuple[Finding, ...]]:
    """What was found, by the field that it is about."""
    told: dict[str, tuple[Finding, ...]] = {}
    for at, findings in by_answer(drafted, site.vocabulary).items():
        field = field_of(at, values)
        told[field] = (*told.get(field, ()), *findings)
    return told


def _others(site: Site) -> None:
    """The other drafts that this browser keeps, so that none is lost behind a closed window."""
    if KEEPER.others and not KEEPER.is_answered:
        items = (
            tag("li", tag("a", title or site.t("add.untitled"), href=f"ny?{DRAFT}={name}", target="_self"))
            for name, title in KEEPER.others
        )
        st.html(tag("div", tag("p", site.t("add.others")), tag("ul", *items), class_="others"))
