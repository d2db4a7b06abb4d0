"""The way from a practice to borrowing it."""

from __future__ import annotations

from urllib.parse import urlencode

from kb.web.base import Site
from kb.web.markup import Html, tag


def borrow_url(practice_id: str) -> str:
    """The address of the form for borrowing a practice, seen from any page."""
    return f"lan?{urlencode({'p': practice_id})}"


def borrow_link(practice_id: str, site: Site) -> Html:
    """A link to the form, made to be seen."""
    return tag("a", site.t("borrow.open"), href=borrow_url(practice_id), target="_self", class_="button")
