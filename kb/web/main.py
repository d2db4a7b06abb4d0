"""The script that Streamlit runs for every reader: the pages and what they share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kb.access.person import Role
from kb.config import Config
from kb.errors import IndexFault, KbError, NoIndex, NotAllowed, OtherVersion
from kb.web.base import Site, open_site, site_config
from kb.web.building import building_page
from kb.web.errors import show_earlier, show_error
from kb.web.fresh import Shown, watch
from kb.web.login.page import door_link, here, refusal
from kb.web.login.session import may
from kb.web.masthead import foot, masthead
from kb.web.pages import PAGES, PageSpec, page_title
from kb.web.reader import PARAMETER, read_by, reader_of

STYLE = Path(__file__).with_name("style.css")


def main() -> None:
    """Draw the page that the address names, in the reader's language."""
    try:
        config: Config | KbError = site_config()
    except KbError as error:
        config = error
    configured = config.language if isinstance(config, Config) else ""
    reader = reader_of(st.query_params.get(PARAMETER, ""), _accepted(), configured)
    read_by(reader)
    shown = Shown()
    pages = {_page(spec, config, reader.language, shown): spec for spec in PAGES}
    chosen = st.navigation(list(pages), position="hidden")
    spec = pages[chosen]
    st.set_page_config(page_title=page_title(spec, reader.language), layout="wide", initial_sidebar_state="auto")
    st.html(STYLE)
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    door = door_link(reader.language, "" if spec.door else here())
    st.html(masthead(reader.language, spec.path, f"?{urlencode(asked, doseq=True)}", door=door))
    chosen.run()
    st.html(foot(reader.language))
    if spec.page:
        watch(config, shown, reader.language)


def _accepted() -> str:
    """What the browser would like to read: its own language first, as it says it to the server too."""
    return f"{st.context.locale or ''},{st.context.headers.get('Accept-Language', '')}"


def _page(spec: PageSpec, config: Config | KbError, language: str, shown: Shown) -> st.Page:
    """One page as Streamlit knows it."""
    return st.Page(
        opened(spec.page, config, language, shown) if spec.page else partial(_door, spec, language),
        title=page_title(spec, language),
        url_path=spec.path or None,
        default=not spec.path,
    )


def _door(spec: PageSpec, language: str) -> None:
    """A page that leads in or out: it shows nothing of the practices."""
    try:
        if spec.door:
            spec.door(language)
    except KbError as error:
        show_error(error, language)


def opened(page: Callable[[Site], None], config: Config | KbError, language: str, shown: Shown) -> Callable[[], None]:
    """A page that is given the open site, for those who may read; the index is built where there is none to read."""

    def run() -> None:
        try:
            if isinstance(config, KbError):
                raise config
            may(Role.READER)
            try:
                site = open_site(config, language)
            except (NoIndex, OtherVersion):
                building_page(config, language)
                return
            if site.base.damage:
                show_earlier(site.base.damage, language)
            page(site)
            shown.edition = site.edition
        except NotAllowed as error:
            refusal(error, language, here())
        except KbError as error:
            show_error(error, language)
        except OSError as error:
            hint = "Check that the disk is there and can be read."
            show_error(IndexFault(f"A file cannot be read: {error}.", hint=hint), language)

    return run


main()
