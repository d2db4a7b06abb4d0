"""What goes wrong, said in the reader's language; what it was, for the one who runs the app."""

from __future__ import annotations

import streamlit as st

from kb.errors import KbError
from kb.web.login.session import sees_faults
from kb.web.markup import tag
from kb.web.texts import t, table


def sentence(error: KbError, language: str) -> str:
    """What an error means to a reader: the text of its class, or of the nearest above it."""
    keys = (f"error.{kind.__name__}" for kind in type(error).__mro__)
    return t(next(key for key in keys if key in table()), language)


def show_error(error: KbError, language: str) -> None:
    """A page for an error: what it means, and what the one who runs the app should know."""
    st.title(t("error.heading", language), anchor=False)
    st.error(sentence(error, language))
    show_details(error, language)
    st.html(tag("p", tag("a", t("app.home", language), href="./")))


def show_earlier(damage: str, language: str) -> None:
    """Over a page that an earlier generation of the index answers, as the newest is damaged."""
    st.warning(t("error.earlier", language))
    _details(damage, language)


def show_details(error: KbError, language: str) -> None:
    """The error's own words, for the one who runs the app."""
    _details(f"{error} {error.hint}".strip(), language)


def _details(said: str, language: str) -> None:
    if not sees_faults():
        return
    words = tag("span", said, lang="en")
    st.html(tag("p", t("error.details", language), " ", words, class_="details"))
