"""What the answers become: how far each part is, what is missing, the page and the file, and the ways out."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from kb.check import Finding, Severity
from kb.propose.draft import Draft
from kb.web.add.form import KEEPER, PARTS, UNANSWERED, Form
from kb.web.add.preview import preview
from kb.web.forms import out, sending, steps
from kb.web.forms.told import advice, mending
from kb.web.markup import Html, tag


def progress(form: Form) -> Html:
    """The parts with what is left in each."""
    said = [_left(form, number) for number in range(1, len(PARTS) + 1)]
    return steps.progress([(form.part(number), left) for number, left in enumerate((*said, Html()), 1)], form.site)


def show(form: Form, drafted: Draft) -> None:
    """The last part: what is missing, the ways out, and how it will look."""
    site = form.site
    number = len(PARTS) + 1
    st.html(steps.part_heading(number, form.part(number)))
    _missing(form)
    told = [finding for finding in drafted.findings if finding.code not in UNANSWERED]
    mending(drafted, told, site)
    advice(told, site)
    with st.container(horizontal=True, gap="small", key=KEEPER.key("out")):
        out.download_file(drafted, KEEPER, site, first=True)
    complete = not any((*_lacking(form), *_wrong(form)))
    sending.send(drafted, KEEPER, site, complete=complete)
    if not sending.can_send(site):
        out.to_forge(drafted, site)
    page, file = st.tabs([site.t("add.preview"), site.t("form.file")])
    with page:
        if form.keeper.is_answered:
            st.html(preview(drafted, site))
        else:
            st.html(tag("p", site.t("add.preview.later"), class_="hint"))
    with file:
        out.show_file(drafted, site)


def _missing(form: Form) -> None:
    """What must still be answered, each with a link to its part, or that nothing is."""
    lacking = list(_lacking(form))
    with st.container(key=KEEPER.key("missing")):
        if not lacking:
            if not any(_wrong(form)):
                st.success(form.site.t("form.complete"))
            return
        st.info(form.site.plural("add.incomplete", len(lacking)))
        if form.checked:
            items = (tag("li", steps.part_link(form.about(field), form.lacks(field, one))) for field, one in lacking)
            st.html(tag("ul", *items, class_="faults"))
        else:
            st.button(form.site.t("form.check"), key=KEEPER.key("check"), on_click=form.check)


def _left(form: Form, number: int) -> Html:
    """How far a part is: wrong before missing before done."""
    site = form.site
    wrong = [field for field, _ in _wrong(form) if form.about(field) == number]
    if wrong:
        return tag("span", site.plural("add.wrong", len(wrong)), class_="left")
    lacking = [field for field, _ in _lacking(form) if form.about(field) == number]
    needed = any(form.is_required(field) for field in PARTS[number - 1].fields)
    answered = any(value and form.about(name) == number for name, value in form.values.items())
    return steps.left(len(lacking), site) if needed or lacking or answered else steps.optional(site)


def _lacking(form: Form) -> Iterator[tuple[str, Finding]]:
    """The questions that must be answered and are not, in the order they are asked."""
    found = ((field, one) for field, told in form.faults.items() for one in told if one.code in UNANSWERED)
    yield from sorted(found, key=lambda pair: form.about(pair[0]))


def _wrong(form: Form) -> Iterator[tuple[str, Finding]]:
    """The answers that must be mended."""
    for field, told in form.faults.items():
        for one in told:
            if one.severity is Severity.ERROR and one.code not in UNANSWERED and not form.is_new_place(one):
                yield field, one
