"""The ways in and out, and what is said to those who may not see a page."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from kb.errors import KbError, LoginNeeded, NotAllowed
from kb.web.errors import sentence, show_error
from kb.web.login.rules import rules
from kb.web.login.session import is_logged_in, reader
from kb.web.markup import Html, tag
from kb.web.texts import t

IN, OUT = "logg-inn", "logg-ut"
"""Where one logs in and out, below the app's own address."""
BACK, FAULT = "til", "feil"
"""What the address says besides: where to go afterwards, and what went wrong."""
FAULTS = ("service", "refused")


def way_in(back: str = "", *, root: str = "./", fault: str = "") -> str:
    """The address that logs in; `back` is a path of the app with its query."""
    asked = {name: value for name, value in ((BACK, back), (FAULT, fault)) if value}
    return f"{root}{IN}{f'?{urlencode(asked)}' if asked else ''}"


def here() -> str:
    """The path and query of the page that is being drawn, below the app's own address."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path = urlsplit(st.context.url or "").path.strip("/").removeprefix(base).strip("/")
    asked = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    return f"{path}?{asked}" if asked else path


def door_link(language: str, back: str) -> Html:
    """The link in the head of a page that leads in or out; nothing where nothing needs a login."""
    try:
        if rules().made is None:
            return Html()
    except KbError:
        return Html()
    if is_logged_in():
        return tag("a", t("login.out", language), href=f"./{OUT}", class_="door", target="_self")
    return tag("a", t("login.in", language), href=way_in(back), class_="door", target="_self")


def refusal(error: NotAllowed, language: str, back: str) -> None:
    """Why a page is not shown, and what can be done about it."""
    st.title(t("login.heading", language), anchor=False)
    st.info(sentence(error, language))
    ways = [tag("a", t("login.in", language), href=way_in(back), target="_self")]
    if is_logged_in() and not isinstance(error, LoginNeeded):
        ways = [tag("a", t("login.out", language), href=f"./{OUT}", target="_self")]
    st.html(tag("p", *ways))


def log_in(language: str) -> None:
    """Lead to the login service at once, or say why it did not work and let the reader try again."""
    found = rules()
    if found.problem:
        show_error(found.problem, language)
        return
    st.title(t("login.heading", language), anchor=False)
    home = tag("p", tag("a", t("app.home", language), href="./", target="_self"))
    if found.made is None:
        st.info(t("login.needless", language))
        st.html(home)
        return
    fault = st.query_params.get(FAULT, "")
    if fault in FAULTS:
        st.error(t(f"login.{fault}", language))
        st.html(tag("p", tag("a", t("login.again", language), href=way_in(), target="_self")))
        return
    try:
        is_in = reader(found) is not None
    except NotAllowed:
        is_in = False
    if is_in:
        st.info(t("login.is_in", language))
        st.html(home)
        return
    st.write(t("login.going", language))
    st.login()


def log_out(language: str) -> None:
    """Forget who reads in this browser, here and at the login service."""
    st.title(t("login.out", language), anchor=False)
    if is_logged_in():
        st.logout()
        return
    st.info(t("login.is_out", language))
    st.html(tag("p", tag("a", t("app.home", language), href="./", target="_self")))
