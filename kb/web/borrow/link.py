"""The way from a practice to borrowing it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from kb.web.base import Site
from kb.web.markup import Html, tag

COMPARED = "ved"
"""The parameter of the address that names what else was compared."""


def borrow_url(practice_id: str, back: str = "", compared: Iterable[str] = ()) -> str:
    """The address of the form for borrowing a practice, seen from any page.

    `back` is the search one comes from, and `compared` the ids of what was looked at beside it.
    """
    others = ",".join(other for other in compared if other != practice_id)
    asked = {"p": practice_id, "fra": back, COMPARED: others}
    return f"lan?{urlencode({name: value for name, value in asked.items() if value})}"


def borrow_link(practice_id: str, site: Site, back: str = "") -> Html:
    """A link to the form, made to be seen."""
    return tag("a", site.t("borrow.open"), href=borrow_url(practice_id, back), target="_self", class_="button")
