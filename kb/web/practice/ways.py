"""What one can do with a practice: borrow it, compare it, print it, and take it along."""

from __future__ import annotations

from urllib.parse import quote

from kb.practice import Practice
from kb.web.base import Site
from kb.web.borrow.link import borrow_link
from kb.web.compare.choice import with_others
from kb.web.markup import Html, practice_url, tag
from kb.web.reader import kept


def ways(practice: Practice, site: Site, back: str) -> Html:
    """The row of buttons under the head."""
    plain = f"p/{quote(practice.id)}"
    items = (
        borrow_link(practice.id, site, back),
        with_others(practice, site, back),
        tag("a", site.t("practice.print"), href=plain, target="_self"),
        _copy(practice, site),
        tag("a", "Markdown", href=f"{plain}.md", target="_self", type="text/markdown"),
        tag("a", "JSON", href=f"{plain}.json", target="_self", type="application/json"),
    )
    listed = tag("ul", *(tag("li", item) for item in items), role="list", class_="ways")
    return tag("nav", listed, aria_label=site.t("practice.ways"))


def _copy(practice: Practice, site: Site) -> Html:
    """A button that copies the address, without the search that led here; here.js does it, and says so after it."""
    button = tag(
        "button",
        site.t("practice.copy"),
        type="button",
        data_address=kept(practice_url(practice.id)),
        data_copied=site.t("practice.copied"),
        data_by_hand=site.t("practice.by_hand"),
    )
    return Html(f"{button}{tag('span', class_='copied', role='status')}")
