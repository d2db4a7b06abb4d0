"""The addresses beside the app, asked in this process as a server would ask them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

LOADS = frozenset({"script", "iframe", "object", "embed", "svg", "form", "base", "img", "audio", "video", "template"})
"""Tags that run, load or send something; a plain page has none."""
SAFE = frozenset({"http", "https", "mailto", ""})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    kind: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@contextmanager
def site(root: Path) -> Iterator[Callable[[str], Answer]]:
    """Ask for addresses of the installation in `root`: a path without its first slash, and a query."""
    from starlette.applications import Starlette

    from kb.web.plain.routes import routes

    app = Starlette(routes=routes())
    before = os.environ.get("KB_ROOT")
    os.environ["KB_ROOT"] = str(root)
    try:
        yield lambda address: asyncio.run(_ask(app, address))
    finally:
        os.environ.pop("KB_ROOT")
        if before is not None:
            os.environ["KB_ROOT"] = before


def pages(ids: Iterable[str]) -> Iterator[str]:
    """The addresses of practices."""
    for name in map(quote, ids):
        yield f"p/{name}"
        yield f"p/{name}.json"
        yield f"p/{name}.md"


def runs(page: str, tags: frozenset[str] = LOADS) -> str:
    """What a page would run, load or lead to that it should not; empty where there is nothing."""
    looked = _Looked(tags)
    looked.feed(page)
    return looked.found


class _Looked(HTMLParser):
    """A page as a browser takes it apart."""

    def __init__(self, tags: frozenset[str]) -> None:
        super().__init__()
        self.tags = tags
        self.found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag or an attribute that a plain page never has."""
        if tag in self.tags:
            self.found = f"<{tag}>"
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.found = name
            if name in {"href", "src", "action"} and _scheme(value or "") not in SAFE:
                self.found = f"{name}={(value or '')[:40]}"


def _scheme(url: str) -> str:
    try:
        return urlsplit("".join(char for char in url if char > " ")).scheme.lower()
    except ValueError:
        return ""


async def _ask(
    app: Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]], address: str, method: str = "GET"
) -> Answer:
    path, _, query = address.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": _unquoted(path),
        "raw_path": f"/{path}".encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"praksis.example")],
        "server": ("praksis.example", 80),
        "client": ("127.0.0.1", 1),
    }
    said: dict[str, Any] = {"body": b""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said.update(status=message["status"], headers=dict(message["headers"]))
        else:
            said["body"] += message.get("body", b"")

    await app(scope, receive, send)
    return Answer(said["status"], said["headers"].get(b"content-type", b"").decode(), said["body"])


def _unquoted(path: str) -> str:
    """A path as servers hand it on: bytes that are not UTF-8 become �."""
    from urllib.parse import unquote

    return f"/{unquote(path, errors='replace')}"
