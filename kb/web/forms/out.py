"""The ways out: the file to look at and to take away, and the forge's own page for a new one."""

from __future__ import annotations

import streamlit as st

from kb.propose.draft import Draft
from kb.propose.forge import new_file
from kb.web.base import Site
from kb.web.forms.keeper import Keeper
from kb.web.markup import external, tag


def download_file(drafted: Draft, keeper: Keeper, site: Site, *, first: bool = False) -> None:
    """The button that gives the file."""
    st.download_button(
        site.t("form.file_md"),
        lambda: drafted.text,
        file_name=drafted.path.name,
        mime="text/markdown",
        on_click="ignore",
        type="primary" if first else "secondary",
        key=keeper.key("file-md"),
    )


def to_forge(drafted: Draft, site: Site) -> None:
    """The forge's page for a new file, with the text in it; nothing where no forge is known."""
    if forge := new_file(site.base.config, drafted.path, drafted.text):
        hint = site.t("form.forge_filled" if forge.filled else "form.forge_paste")
        link = external(forge.url, site.t("form.forge", forge=forge.forge))
        st.html(tag("p", link, tag("span", hint, class_="more")))


def show_file(drafted: Draft, site: Site) -> None:
    """The file as it is now, and where it belongs."""
    st.html(tag("p", site.t("form.file_path"), " ", tag("code", drafted.path.as_posix()), class_="file"))
    st.code(drafted.text, language=None, wrap_lines=True)
