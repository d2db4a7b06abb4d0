"""New and changed practices as an Atom feed, newest first; narrowed by area, place, country and theme."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from kb.changes import Change
from kb.errors import UnknownFilter
from kb.practice import Practice
from kb.search.facets import facet_label
from kb.web import wording
from kb.web.plain import reply
from kb.web.plain.given import answered_here
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.plain.xml import document, element
from kb.web.reader import PARAMETER

if TYPE_CHECKING:
    from kb.base import FilterOptions

FILTERS = ("area", "place", "country", "theme")
ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""When a feed without entries was last changed."""

Dated = tuple[Practice, Change]


def feed(visit: Visit) -> Reply:
    """The feed that the query asks for.

    Raises:
        UnknownFilter: it is narrowed by something else, or by a value that does not exist.
    """
    site = visit.site
    chosen = _chosen(visit)
    entries = _newest(visit, chosen)
    query = urlencode(chosen, doseq=True)
    labels = [
        facet_label(name, value, site.vocabulary, site.language) for name, values in chosen.items() for value in values
    ]
    newest = max((change.changed for _, change in entries), default=NEVER)
    root = element(
        "feed",
        element("id", text=_id(f"feed:{site.language}:{query}")),
        element(
            "title",
            text=": ".join((site.t("plain.feed_title"), ", ".join(labels))) if labels else site.t("plain.feed_title"),
        ),
        element("subtitle", text=site.t("plain.feed_about")),
        element("updated", text=newest.isoformat()),
        element("author", element("name", text=site.t("app.name"))),
        element("link", rel="self", type="application/atom+xml", href=visit.url("feed.atom", urlencode(visit.query))),
        element("link", rel="alternate", type="text/html", href=visit.url("p/")),
        *(_entry(practice, change, visit) for practice, change in entries[:ENTRIES]),
        xmlns=ATOM,
        xml_lang=site.language,
    )
    return document(root, reply.ATOM)


def _chosen(visit: Visit) -> dict[str, list[str]]:
    """The filters of the query, as keys or names."""
    asked = {name: list(visit.values(name)) for name, _ in visit.query if name != PARAMETER}
    if wrong := next((name for name in asked if name not in FILTERS), ""):
        raise UnknownFilter(f"A feed cannot be narrowed by {wrong}.", hint=f"Use {', '.join(FILTERS)}.")
    return {name: asked[name] for name in FILTERS if asked.get(name)}


def _newest(visit: Visit, chosen: dict[str, list[str]]) -> list[Dated]:
    """The practices that the filters let through, the last changed first; those without a date are left out."""
    base = visit.site.base
    options: FilterOptions = dict(chosen)  # type: ignore[assignment]
    with answered_here(visit):
        found = base.search("", limit=len(base.practices), **options)
    changes = visit.site.changes()
    dated = [(hit.practice, change) for hit in found if (change := changes.get(hit.practice.path))]
    return sorted(dated, key=lambda item: (item[1].changed, item[1].added, item[0].id), reverse=True)


def _entry(practice: Practice, change: Change, visit: Visit) -> Element:
    site = visit.site
    card = practice.card(site.language)
    is_new = change.added == change.changed
    kinds = [
        element(
            "category", term="new" if is_new else "changed", label=site.t("plain.new" if is_new else "plain.is_changed")
        )
    ]
    kinds += [element("category", term=key, label=site.label("areas", key)) for key in practice.areas]
    kinds += [element("category", term=key, label=site.label("themes", key)) for key in practice.themes]
    place = wording.places(practice, site)
    return element(
        "entry",
        element("id", text=_id(f"practice:{practice.id}")),
        element("title", text=card.title, xml_lang=card.language),
        element("link", rel="alternate", type="text/html", href=visit.url(f"p/{practice.id}")),
        element("link", rel="alternate", type="text/markdown", href=visit.url(f"p/{practice.id}.md")),
        element("published", text=change.added.isoformat()),
        element("updated", text=change.changed.isoformat()),
        element("author", element("name", text=place or site.t("app.name"))),
        *kinds,
        element("summary", text=card.summary or card.title, xml_lang=card.language),
    )


def _id(name: str) -> str:
    """An id that is the same wherever the app stands, and for as long as the practice has its own."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"praksis:{name}").urn
