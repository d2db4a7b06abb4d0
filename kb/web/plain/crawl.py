"""What crawlers ask for first: which pages there are, and where they may go."""

from __future__ import annotations

from kb.web.plain import reply
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.plain.xml import document, element

MOST = 50_000
"""Addresses that one site map may hold."""
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(visit: Visit) -> Reply:
    """The front page, the list of practices and each of them, with when it was last changed where git knows."""
    site = visit.site
    pages = [element("url", element("loc", text=visit.url(path))) for path in ("", "p/")]
    changes = site.changes()
    for practice in site.practices()[: MOST - len(pages)]:
        change = changes.get(practice.path)
        pages.append(
            element(
                "url",
                element("loc", text=visit.url(f"p/{practice.id}")),
                *([element("lastmod", text=change.changed.isoformat())] if change and change.commit else []),
            )
        )
    return document(element("urlset", *pages, xmlns=SITEMAP), reply.XML)


def nothing() -> Reply:
    """Where reading needs a login there is nothing for crawlers."""
    return Reply(b"User-agent: *\nDisallow: /\n", reply.TEXT)


def robots(visit: Visit) -> Reply:
    """Pages are for everybody; the API answers programs that ask for something, not those that look around."""
    below = "/" + visit.root.split("/", 3)[3]
    lines = ("User-agent: *", f"Disallow: {below}api/", f"Allow: {below}", f"Sitemap: {visit.url('sitemap.xml')}", "")
    return Reply("\n".join(lines).encode(), reply.TEXT)
