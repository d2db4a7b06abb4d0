"""Sending a draft in: it becomes a branch and a pull request, with no Git and no account."""

from __future__ import annotations

import logging
import math
import re

import streamlit as st

from kb.access.person import Role
from kb.access.record import record_path, record_sending, record_sent
from kb.errors import ForgeRefused, KbError, LoginNeeded, NotAllowed, ProposeError
from kb.files import sha256
from kb.practice import parse_practice
from kb.propose.branch import Person
from kb.propose.draft import Draft
from kb.propose.near import near
from kb.propose.proposal import Proposal, propose
from kb.propose.request import request
from kb.propose.text import Near, Report
from kb.typed import line
from kb.web.base import Site
from kb.web.forms.keeper import Keeper
from kb.web.forms.values import SHORT
from kb.web.limits import Pace, asker
from kb.web.login.page import here, way_in
from kb.web.login.rules import rules
from kb.web.login.session import may, reader
from kb.web.markup import Html, external, is_web, tag

SENT = {"sent-of": SHORT, "sent-branch": SHORT, "sent-number": SHORT, "sent-page": 8000}
"""What the browser remembers of a proposal beside the draft, and how long it may be."""
WHO = {"by-name": 120, "by-mail": 200}
log = logging.getLogger(__name__)

_MAIL = re.compile(r"[^<>\s@]+@[^<>\s@]+\.[^<>\s@]+")
EVERYBODY = 5
"""Times as many proposals are taken from all as from one network address."""
ASK_AGAIN = 60
"""Seconds between two questions to the forge about the same pull request."""


def can_send(site: Site) -> bool:
    """Whether readers may propose from here."""
    return site.base.config.proposing


def send(drafted: Draft, keeper: Keeper, site: Site, *, complete: bool) -> None:
    """What was sent in already and how it stands, and the button that sends; nothing where that is not allowed."""
    if not can_send(site):
        return
    values = keeper.values
    st.html(tag("h3", site.t("send.heading")))
    try:
        may(Role.CONTRIBUTOR)
    except NotAllowed as error:
        _not_allowed(error, site)
        return
    sent = values.get("sent-of", "")
    if sent:
        _standing(keeper, site)
    if sent == _mark(drafted):
        return
    st.html(tag("p", site.t("send.changed" if sent else "send.lead"), class_="hint"))
    if not complete:
        st.html(tag("p", site.t("send.incomplete"), class_="hint"))
        return
    left, right = st.columns(2, gap="small")
    for column, field in ((left, "by-name"), (right, "by-mail")):
        with column:
            key = keeper.field(field)
            if key not in st.session_state:
                st.session_state[key] = values.get(field, "")
            values[field] = st.text_input(site.t(f"send.{field}"), key=key, max_chars=WHO[field])
    if st.button(site.t("send.again" if sent else "send.button"), key=keeper.key("send"), type="primary"):
        _send(drafted, keeper, site)


def _send(drafted: Draft, keeper: Keeper, site: Site) -> None:
    """Propose the draft, and tell how it went; a draft that is refused is as it was."""
    values = keeper.values
    name, mail = line(values.get("by-name", "")), line(values.get("by-mail", ""))
    if mail and not (name and _MAIL.fullmatch(mail)):
        st.error(site.t("send.bad_mail"))
        return
    if wait := _wait(site):
        minutes = math.ceil(wait / 60)
        st.error(site.t("send.too_many", minutes=site.plural("send.minutes", minutes)))
        return
    if not _recorded(drafted, site):
        st.error(site.t("send.unrecorded"))
        return
    try:
        with st.spinner(site.t("send.sending")):
            proposal = _proposed(drafted, Person(name, mail) if name else None, site)
    except ProposeError as error:
        st.error(site.t("send.failed"))
        st.html(tag("p", tag("span", f"{error} {error.hint}", lang="en"), class_="fault"))
        return
    _recorded(drafted, site, proposal)
    number = str(proposal.request.number) if proposal.request else ""
    page = proposal.page if is_web(proposal.page) else ""
    values |= {"sent-of": _mark(drafted), "sent-branch": proposal.branch, "sent-number": number, "sent-page": page}
    st.rerun()


def _not_allowed(error: NotAllowed, site: Site) -> None:
    """Why it cannot be sent in from here, and the way to log in, which leads back to the draft."""
    st.info(site.t(f"send.{type(error).__name__}"))
    if isinstance(error, LoginNeeded):
        st.html(tag("p", tag("a", site.t("login.in"), href=way_in(here()), target="_self")))


def _recorded(drafted: Draft, site: Site, proposal: Proposal | None = None) -> bool:
    """Keep who sends what, where somebody is logged in: before it leaves, and once more when it is there."""
    if (sender := reader(rules())) is None:
        return True
    try:
        if proposal:
            record_sent(site.base.config, drafted.text, proposal.branch, proposal.page)
        else:
            record_sending(site.base.config, sender, drafted.path, drafted.text)
    except OSError:
        log.exception("It cannot be recorded in %s who proposes what", record_path(site.base.config))
        return False
    return True


def _wait(site: Site) -> float:
    """Count one more proposal, or tell the seconds until there is room for it."""
    most, key = site.base.config.limits.proposals, repr(site.base.config)
    pace, who = _pace(key), asker(st.context.ip_address)
    return pace.wait(f"from {who}", most) or pace.wait("from all", most * EVERYBODY)


@st.cache_resource(show_spinner=False)
def _pace(key: str) -> Pace:  # noqa: ARG001  key is what the cache goes by
    return Pace(period=3600)


def _proposed(drafted: Draft, contributor: Person | None, site: Site) -> Proposal:
    practice = parse_practice(drafted.text, drafted.path, site.vocabulary)
    found: tuple[Near, ...] | None
    try:
        found = tuple(near(site.base, practice))
    except KbError:
        found = None
    report = Report((practice,), drafted.findings, found)
    return propose(
        site.base.config,
        {drafted.path: drafted.text.encode()},
        report=report,
        place_entries=drafted.place_entry,
        contributor=contributor,
        only_new=True,
    )


def _standing(keeper: Keeper, site: Site) -> None:
    """What was sent in, and how it stands."""
    values = keeper.values
    branch, number, page = (values.get(f"sent-{name}", "") for name in ("branch", "number", "page"))
    if number:
        state = _state(repr(site.base.config), int(number), site) if number.isdigit() else "unknown"
        st.success(site.t(f"send.state.{state}", number=number))
        named = site.t("send.follow")
    else:
        st.success(site.t("send.sent", branch=branch))
        named = site.t("send.open")
    link: Html | str = external(page, named) if is_web(page) else site.t("send.ask")
    st.html(tag("p", link))


@st.cache_resource(show_spinner=False, ttl=ASK_AGAIN, max_entries=500)
def _state(key: str, number: int, _site: Site) -> str:  # noqa: ARG001  key is what the cache goes by
    """How a pull request stands at the forge."""
    try:
        return request(_site.base.config, number).state
    except ForgeRefused:
        return "unknown"


def _mark(drafted: Draft) -> str:
    """A short name for the draft as it stands, so that a change after sending is noticed."""
    return sha256(drafted.text)[:16]
