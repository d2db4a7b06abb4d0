"""What stands around the pages: the HTML document they live in, and the net under them."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from kb.errors import KbError
from kb.web.base import site_config
from kb.web.texts import FALLBACK, t, table

LABELS = Path(__file__).with_name("labels.js")
OWN = "streamlit."
"""Keys of what Streamlit calls its own buttons."""

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Document:
    """Gives Streamlit's HTML document the app's language and name; the rest passes untouched."""

    def __init__(self, app: App, language: str) -> None:
        self._app = app
        self._changes = {
            b'<html lang="en">': f'<html lang="{html.escape(language)}">'.encode(),
            b"<title>Streamlit</title>": f"<title>{html.escape(t('app.name', language))}</title>".encode(),
            b"You need to enable JavaScript to run this app.": html.escape(t("app.noscript", language)).encode(),
            b"</body>": f"<script>{_labels(language)}</script></body>".encode(),
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and change the answer where it is the document."""
        if scope["type"] != "http" or not _wants_document(scope):
            await self._app(scope, receive, send)
            return
        kept = ("accept-encoding", "if-none-match", "if-modified-since", "range")
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in kept]
        await self._app({**scope, "headers": headers}, receive, self._changing(send))

    def _changing(self, send: Send) -> Send:
        """A `send` that holds the answer back until it is whole, then changes it."""
        start: list[Message] = []
        body = bytearray()

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            whole = bytes(body)
            for old, new in self._changes.items():
                whole = whole.replace(old, new)
            await send({**start[0], "headers": _headers(start[0]["headers"], len(whole))})
            await send({"type": "http.response.body", "body": whole})

        return changed


def shell() -> Middleware:
    """The middleware that makes the document ours."""
    return Middleware(Document, language=_language())


def on_script_error(error: Exception) -> bool:
    """The last net: a sentence for the reader, the whole story in the log."""
    log.error("A page failed", exc_info=error)
    st.error(t("error.unexpected", _language()))
    return True


def _labels(language: str) -> str:
    """The script that gives Streamlit's own buttons the app's words."""
    names = {key.removeprefix(OWN): t(key, language) for key in table() if key.startswith(OWN)}
    script = LABELS.read_text(encoding="utf-8")
    return script.replace("(NAMES)", f"({json.dumps(names)})").replace("</", "<\\/")


def _wants_document(scope: Message) -> bool:
    accepts = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in accepts


def _headers(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    """Headers that are true of the changed body; its old checksum is not."""
    dropped = {b"content-length", b"etag", b"last-modified"}
    return [(n, v) for n, v in headers if n.lower() not in dropped] + [(b"content-length", str(length).encode())]


def _language() -> str:
    try:
        return site_config().language
    except KbError:
        return FALLBACK
