"""What `kb check` finds in a draft, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from kb.check import Finding, Severity
from kb.propose.draft import Draft
from kb.web.base import Site
from kb.web.markup import Html, foreign, join, tag
from kb.web.texts import table

ASKED_FOR = frozenset({"missing-key", "required-section-empty"})
"""Findings that say only that a question is not answered yet: the form tells of those itself."""
PERSONAL = frozenset({"identity-number", "private-email", "private-phone"})
"""Findings that are told at once, whatever else is missing."""


def said(finding: Finding, site: Site, own: Mapping[str, str] | None = None) -> Html:
    """A finding in the app's own words, or in the checker's where it has none; `own` are keys of the form's."""
    key = (own or {}).get(finding.code, f"form.finding.{finding.code}")
    if key in table():
        return join((site.t(key),))
    return foreign(f"{finding.message} {finding.hint}", "en", site.language)


def fault(text: str) -> Html:
    """What is wrong, beside the field."""
    return tag("p", text, class_="fault")


def mending(drafted: Draft, faults: Iterable[Finding], site: Site, own: Mapping[str, str] | None = None) -> None:
    """What must be mended before the file can be taken in, and what places.yaml needs."""
    told = dict.fromkeys(said(finding, site, own) for finding in faults if finding.severity is Severity.ERROR)
    if told:
        st.html(tag("div", tag("h3", site.t("form.mend")), _list(told), class_="faults"))
    if drafted.place_entry:
        st.html(tag("p", site.t("form.place_entry")))
        st.code(drafted.place_entry, language=None)


def advice(faults: Iterable[Finding], site: Site, own: Mapping[str, str] | None = None) -> None:
    """What would make the file better, folded away."""
    told = dict.fromkeys(said(finding, site, own) for finding in faults if finding.severity is Severity.WARNING)
    if told:
        st.html(tag("details", tag("summary", site.t("form.advice")), _list(told), class_="why"))


def _list(items: Iterable[Html]) -> Html:
    return tag("ul", *(tag("li", item) for item in items))
