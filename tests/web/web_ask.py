"""Asking the app's server as programs do, and reading the HTML that it answers with."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
LOADS = frozenset({"audio", "embed", "form", "iframe", "img", "object", "script", "source", "video"})
"""Elements that fetch, run or send something."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def page(self) -> Page:
        page = Page()
        page.feed(self.text)
        page.close()
        assert page.open == []
        return page


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def ask(url: str, method: str = "GET", **headers: str) -> Answer:
    """One request; a hyphen in a header's name is an underscore here. Redirects are not followed."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(quote(url, safe=":/?&=%+,#"), headers=given, method=method)
    try:
        with _OPENER.open(request, timeout=120) as found:
            return Answer(found.status, found.headers, found.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


@dataclass
class Page(HTMLParser):
    """What stands in a page, as a parser sees it."""

    tags: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    """Where its <a> lead."""
    others: list[dict[str, str]] = field(default_factory=list)
    """Its <link> elements."""
    metas: dict[str, str] = field(default_factory=dict)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    """Tag, name and value of every attribute."""
    words: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def language(self) -> str:
        return next(value for tag, name, value in self.attributes if (tag, name) == ("html", "lang"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"an attribute is given twice: {attrs}"
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in given.items()]
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "link":
            self.others.append(given)
        if tag == "meta":
            self.metas[given.get("name") or given.get("property") or given.get("charset", "")] = given.get(
                "content", ""
            )
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            return
        self.words.append(data)
        if any(tag in {"h1", "h2", "h3", "h4", "h5", "h6"} for tag in self.open):
            level, before = self.headings[-1]
            self.headings[-1] = (level, before + data)
