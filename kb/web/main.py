"""The script that Streamlit runs for every reader: the pages and what they share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kb.config import Config
from kb.errors import IndexFault, KbError, NoIndex, OtherVersion
from kb.web.base import Site, open_site, site_config
from kb.web.building import building_page
from kb.web.errors import show_error
from kb.web.fresh import Shown, watch
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
    st.html(masthead(reader.language, spec.path, f"?{urlencode(asked, doseq=True)}"))
    chosen.run()
    st.html(foot(reader.language))
    watch(config, shown, reader.language)


def _accepted() -> str:
    """What the browser would like to read: its own language first, as it says it to the server too."""
    return f"{st.context.locale or ''},{st.context.headers.get('Accept-Language', '')}"


def _page(spec: PageSpec, config: Config | KbError, language: str, shown: Shown) -> st.Page:
    """One page as Streamlit knows it."""
    return st.Page(
        opened(spec.page, config, language, shown),
        title=page_title(spec, language),
        url_path=spec.path or None,
        default=not spec.path,
    )


def opened(page: Callable[[Site], None], config: Config | KbError, language: str, shown: Shown) -> Callable[[], None]:
    """A page that is given the open site; the index is built first where there is none that can be read."""

    def run() -> None:
        try:
            if isinstance(config, KbError):
                raise config
            try:
                site = open_site(config, language)
            except (NoIndex, OtherVersion):
                building_page(config, language)
                return
            page(site)
            shown.edition = site.edition
        except KbError as error:
            show_error(error, language)
        except OSError as error:
            hint = "Check that the disk is there and can be read."
            show_error(IndexFault(f"A file cannot be read: {error}.", hint=hint), language)

    return run


main()
