"""The parts of a form: their headings, how far each has come, and a draft from before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from kb.web.base import Site
from kb.web.forms.keeper import Keeper
from kb.web.markup import Html, join, tag

STYLE = Path(__file__).with_name("form.css")


def part_heading(number: int, name: str) -> Html:
    """The heading of a part; a link to it takes the keyboard there too."""
    shown = tag("span", str(number), class_="number")
    return tag("h2", shown, " ", name, id=f"del-{number}", class_="step", tabindex="-1")


def part_link(number: int, text: str) -> Html:
    """A link to a part."""
    return tag("a", text, href=f"#del-{number}", target="_self")


def progress(parts: Sequence[tuple[str, Html]], site: Site) -> Html:
    """The parts with what is left in each, in words, as links to them."""
    items = (tag("li", part_link(number, name), " ", left) for number, (name, left) in enumerate(parts, 1))
    return tag("nav", tag("ol", *items), class_="steps", aria_label=site.t("form.progress"))


def left(count: int, site: Site) -> Html:
    """How many answers are missing; that it is done where none is."""
    return tag("span", site.plural("form.left", count), class_="left") if count else done(site)


def done(site: Site) -> Html:
    """That a part is done."""
    return tag("span", join(("✓", site.t("form.left.done")), " "), class_="done")


def optional(site: Site) -> Html:
    """That a part need not be answered."""
    return tag("span", site.t("form.left.optional"), class_="optional")


def restored(keeper: Keeper, site: Site) -> None:
    """A draft from before is told of, with a way to begin again; until the browser answers, that it is asked."""
    if keeper.is_asking:
        # form.css hides it once keep.js has answered: no run of the page is needed for that.
        st.html(tag("p", site.t("form.fetching"), class_="fetching", role="status"))
    if keeper.is_restored:
        with st.container(key=keeper.key("restored"), horizontal=True, vertical_alignment="center", gap="small"):
            st.info(site.t("form.restored"), width="stretch")
            discard(keeper, site, "discard-restored")


def discard(keeper: Keeper, site: Site, name: str = "discard") -> None:
    """The way to begin again."""
    # One of Streamlit's kinds, a mere text to mypy.
    kind = "tertiary" if name == "discard" else "secondary"
    st.button(site.t("form.discard"), key=keeper.key(name), type=kind, on_click=keeper.discard)  # type: ignore[arg-type]
