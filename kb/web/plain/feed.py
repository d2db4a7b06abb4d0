"""New and changed practices as an Atom feed, newest first and a page at a time.

It is narrowed by area, place, country and theme. What is asked and cannot be given is said as the API says it.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from kb.changes import Change
from kb.practice import Practice
from kb.search.facets import facet_label
from kb.web import wording
from kb.web.plain import given, reply
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.plain.xml import document, element
from kb.web.reader import PARAMETER

if TYPE_CHECKING:
    from kb.base import FilterOptions

FILTERS = ("area", "place", "country", "theme")
ENTRIES = 50
"""Entries of a page, where no other number is asked for."""
PARAMETERS = (
    *(parameter for name in FILTERS for parameter in given.FILTERS if parameter.name == name),
    replace(given.LIMIT, default=ENTRIES, least=1),
    given.OFFSET,
)
ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""When a feed without entries was last changed."""

Dated = tuple[Practice, Change]


def feed(visit: Visit) -> Reply:
    """The feed that the query asks for.

    Raises:
        SearchError: it is asked for something else, or by a value that does not exist.
    """
    site = visit.site
    asked = given.read(PARAMETERS, ((name, value) for name, value in visit.query if name != PARAMETER), {})
    chosen: dict[str, list[str]] = {name: asked[name] for name in FILTERS if asked[name]}
    entries = _newest(visit, chosen)
    start, end = asked["offset"], asked["offset"] + asked["limit"]
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
        _page("self", visit, visit.query),
        element("link", rel="alternate", type="text/html", href=visit.url("p/")),
        *_pages(visit, start, asked["limit"], len(entries)),
        *(_entry(practice, change, visit) for practice, change in entries[start:end]),
        xmlns=ATOM,
        xml_lang=site.language,
    )
    return document(root, reply.ATOM)


def _pages(visit: Visit, start: int, limit: int, whole: int) -> Iterator[Element]:
    """The ways to the rest of a feed that is longer than a page, as RFC 5005 has them."""
    steps = {"first": 0, "previous": max(start - limit, 0), "next": start + limit}
    if not start:
        del steps["first"], steps["previous"]
    if start + limit >= whole:
        del steps["next"]
    same = [(name, value) for name, value in visit.query if name != "offset"]
    for name, offset in steps.items():
        yield _page(name, visit, (*same, ("offset", str(offset))) if offset else same)


def _page(name: str, visit: Visit, query: Iterable[tuple[str, str]]) -> Element:
    href = visit.url("feed.atom", urlencode(list(query)))
    return element("link", rel=name, type="application/atom+xml", href=href)


def _newest(visit: Visit, chosen: dict[str, list[str]]) -> list[Dated]:
    """The practices that the filters let through, the last changed first; those without a date are left out."""
    base = visit.site.base
    # Only names of facets come this far.
    options: FilterOptions = dict(chosen)  # type: ignore[assignment]
    with given.answered_here(visit):
        found = base.search("", limit=len(visit.site.practices()), **options)
    changes = visit.site.changes()
    dated = [(hit.practice, change) for hit in found if (change := changes.get(hit.practice.path))]
    return sorted(dated, key=lambda item: (item[1].changed, bool(item[1].commit), item[0].id), reverse=True)


def _entry(practice: Practice, change: Change, visit: Visit) -> Element:
    site = visit.site
    card = practice.card(site.language)
    is_new = change.added == change.changed
    term, label = ("new", "plain.new") if is_new else ("changed", "plain.is_changed")
    # Beyond the end of a history that is cut short, nobody knows whether it was new.
    kinds = [element("category", term=term, label=site.t(label))] if change.added or change.commit else []
    kinds += [element("category", term=key, label=site.label("areas", key)) for key in practice.areas]
    kinds += [element("category", term=key, label=site.label("themes", key)) for key in practice.themes]
    place = wording.places(practice, site)
    return element(
        "entry",
        element("id", text=_id(f"practice:{practice.id}")),
        element("title", text=card.title, xml_lang=card.language),
        element("link", rel="alternate", type="text/html", href=visit.url(f"p/{practice.id}")),
        element("link", rel="alternate", type="text/markdown", href=visit.url(f"p/{practice.id}.md")),
        *([element("published", text=change.added.isoformat())] if change.added else []),
        element("updated", text=change.changed.isoformat()),
        element("author", element("name", text=place or site.t("app.name"))),
        *kinds,
        element("summary", text=card.summary or card.title, xml_lang=card.language),
    )


def _id(name: str) -> str:
    """An id that is the same wherever the app stands, and for as long as the practice has its own."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"praksis:{name}").urn
