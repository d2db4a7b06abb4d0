"""Every address that is answered beside Streamlit, and what answers it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from starlette.routing import BaseRoute, Route

from kb.errors import UnknownPractice
from kb.web.plain import api, crawl, feed, openapi, pages, reply
from kb.web.plain.door import Door, Failure, Handler
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit

BEGINNINGS = ("p", "api", "sitemap.xml", "robots.txt", "feed.atom")
"""First parts of the addresses here."""


def routes(base: str = "") -> list[BaseRoute]:
    """The routes, below the path that the whole app lies under; crawlers ask for robots.txt at the very top too.

    Args:
        base: Streamlit's `server.baseUrlPath`, which holds for its own routes alone.
    """
    base = base.strip("/")
    front = f"/{base}" if base else ""
    made = [Route(f"{front}/{path}", replace(door, base=base)) for path, door in _doors()]
    return [*made, Route("/robots.txt", Door(crawl.robots, pages.failure, base))]


def is_plain(path: str, base: str = "") -> bool:
    """Whether a path is answered here, and not by Streamlit."""
    below = f"{path}/".removeprefix(f"/{base.strip('/')}/".replace("//", "/"))
    return below.strip("/").split("/", 1)[0] in BEGINNINGS


def failure_of(below: str) -> Failure:
    """How an address says that something is wrong, by its path below the app's own."""
    programs = below.startswith("api/") and below != "api/"
    return api.failure if programs or below.endswith(".json") else pages.failure


def _doors() -> Iterator[tuple[str, Door]]:
    """Path and what answers there; the first that fits is taken."""
    for operation in api.OPERATIONS:
        yield operation.path, Door(operation.handler, api.failure, dated=operation.dated)
    yield "api/openapi.json", Door(openapi.openapi, api.failure)
    yield "api/", Door(openapi.human, pages.failure)
    yield "api", Door(_at("api/"), pages.failure)
    yield "api/{rest:path}", Door(_no_operation, api.failure)
    yield "p/", Door(pages.listing, pages.failure)
    yield "p", Door(_at("p/"), pages.failure)
    yield f"p/{{{pages.ID}}}.md", Door(pages.as_markdown, pages.failure, dated=False)
    yield f"p/{{{pages.ID}}}.json", Door(pages.as_json, api.failure)
    yield f"p/{{{pages.ID}:path}}", Door(pages.practice, pages.failure)
    yield "sitemap.xml", Door(crawl.sitemap, pages.failure)
    yield "robots.txt", Door(crawl.robots, pages.failure)
    yield "feed.atom", Door(feed.feed, pages.failure)


def _at(to: str) -> Handler:
    """The address with a slash at its end, from which links on the page are seen."""

    def handler(visit: Visit) -> Reply:
        return reply.redirect(f"{to}{visit.kept}")

    return handler


def _no_operation(visit: Visit) -> Reply:
    known = ", ".join(f"/{operation.path}" for operation in api.OPERATIONS)
    raise UnknownPractice(f"There is nothing at api/{visit.named['rest']}.", hint=f"There is {known}.")
