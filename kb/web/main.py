"""The script that Streamlit runs for every reader: the pages and what they share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path

import streamlit as st

from kb.errors import KbError, NoIndex
from kb.web import find, practice_page
from kb.web.base import Site, open_site, site_config
from kb.web.building import building_page
from kb.web.errors import show_error
from kb.web.markup import tag
from kb.web.texts import FALLBACK, t

STYLE = Path(__file__).with_name("style.css")


def opened(page: Callable[[Site], None]) -> Callable[[], None]:
    """A page that is given the open site; the index is built first where there is none."""

    @wraps(page)
    def run() -> None:
        language = FALLBACK
        try:
            config = site_config()
            language = config.language
            _header(language)
            try:
                site = open_site(config)
            except NoIndex:
                building_page(config)
                return
            page(site)
        except KbError as error:
            show_error(error, language)

    return run


def _header(language: str) -> None:
    """The name of the app, which leads home, and what it is."""
    home = tag("a", t("app.name", language), href="./", class_="name")
    st.html(tag("div", home, tag("span", t("app.tagline", language)), class_="masthead"))


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title=t("app.name", FALLBACK), layout="wide", initial_sidebar_state="auto")
    st.html(STYLE)
    front = st.Page(opened(find.page), title=t("app.name", FALLBACK), default=True)
    practice = st.Page(opened(practice_page.page), title=t("app.name", FALLBACK), url_path="praksis")
    st.navigation([front, practice], position="hidden").run()


main()
