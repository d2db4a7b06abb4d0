"""New content while somebody reads: it is told, and shown when the reader wants it.

A small part of every page looks now and then for a newer edition of the practices. It never draws the
page anew by itself: that would move the text under the one who reads. Only a page that says what is
wrong is tried again unasked: there is nothing on it to lose.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from kb.access.person import Role
from kb.config import Config
from kb.errors import KbError
from kb.web.base import open_site
from kb.web.login.session import may
from kb.web.texts import t

EVERY = 30
"""Seconds between two looks."""


@dataclass(slots=True)
class Shown:
    """Which edition a page was made from; empty until it is, and where it could not be."""

    edition: str = ""


@st.fragment(run_every=EVERY)
def watch(config: Config | KbError, shown: Shown, language: str) -> None:
    """Tell that there is a newer edition than the page was made from."""
    if st.session_state.get(_LOOKED) is not shown:
        # The page has just been drawn.
        st.session_state[_LOOKED] = shown
        return
    if not shown.edition or not _may_stay():
        st.rerun()
    newer = _newer(config, shown)
    if not newer or newer == st.session_state.get(_DECLINED):
        return
    with st.container(key="fresh", horizontal=True, vertical_alignment="center", gap="small"):
        st.info(t("fresh.text", language), width="stretch")
        if st.button(t("fresh.show", language), key="fresh-show", type="primary"):
            st.rerun()
        st.button(t("fresh.later", language), key="fresh-later", on_click=_decline, args=(newer,))


def _may_stay() -> bool:
    """Whether a login still holds, where one is needed."""
    try:
        may(Role.READER)
    except KbError:
        return False
    return True


_LOOKED, _DECLINED = "fresh.looked", "fresh.declined"


def _decline(edition: str) -> None:
    """Say no more of an edition; the next one is told of."""
    st.session_state[_DECLINED] = edition


def _newer(config: Config | KbError, shown: Shown) -> str:
    """The edition that there is now, where it is another than the page was made from."""
    if isinstance(config, KbError):
        return ""
    try:
        edition = open_site(config).edition
    except KbError:
        # What is on the page can still be read; whatever the reader does next tells what is wrong.
        return ""
    return "" if edition == shown.edition else edition
