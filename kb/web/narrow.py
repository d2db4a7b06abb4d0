"""A long list to choose from, made shorter by what one writes above it: ten thousand names are a megabyte each time."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kb.web.base import Site
from kb.web.entries import MOST, left_out
from kb.web.markup import tag


def narrowed(names: Mapping[str, str], key: str, site: Site, chosen: str = "") -> tuple[str, ...]:
    """The keys to choose among; of more than a list holds, those whose names have every word that is written.

    Args:
        names: key to name, in order.
        key: of the field that is written in.
        site: in which language it is asked.
        chosen: stays among them, whatever is written.
    """
    if len(names) <= MOST:
        return tuple(names)
    words = st.text_input(site.t("list.find"), key=key).casefold().split()
    found = [key for key in names if all(word in names[key].casefold() for word in words)] if words else list(names)
    if words and not found:
        st.html(tag("p", site.t("list.find_none"), class_="more"))
    if len(found) > MOST:
        st.html(left_out(len(found) - MOST, site))
    own = [chosen] if chosen in names and chosen not in found[:MOST] else []
    return (*own, *found[:MOST])
