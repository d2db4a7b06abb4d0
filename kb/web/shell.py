"""What stands around the pages: the HTML document they live in, and the net under them."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import streamlit as st
from starlette.middleware import Middleware

from kb.errors import KbError
from kb.web.base import site_config
from kb.web.markup import Html, join, tag
from kb.web.masthead import foot, masthead
from kb.web.pages import page_at, page_title
from kb.web.plain.layout import CONTENT, PRACTICE
from kb.web.plain.routes import is_plain
from kb.web.private import policy
from kb.web.reader import PARAMETER, Reader, current, reader_of, reading
from kb.web.state import asked_from
from kb.web.texts import FALLBACK, t, table

STYLE = Path(__file__).with_name("style.css")
LABELS = Path(__file__).with_name("labels.js")
SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("here.js", "back.js", "find.js"))
"""What the pages do in the browser that Streamlit cannot."""
OWN = "streamlit."
"""Keys of what Streamlit calls its own buttons."""
_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_STREAMLIT = b"<title>Streamlit</title>"
"""What tells Streamlit's document from the app's own."""

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Made:
    """A document of our own making."""

    status: int
    body: bytes
    language: str
    scripts: tuple[bytes, ...] = ()
    """Those that may run in it, beside the files that it names."""


class Document:
    """Gives Streamlit's HTML document the reader's language and the page's name; the rest passes untouched."""

    def __init__(self, app: App, configured: str) -> None:
        self._app = app
        self._configured = configured

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and change the answer where it is the document."""
        if scope["type"] != "http" or not _wants_document(scope):
            await self._app(scope, receive, send)
            return
        kept = ("accept-encoding", "if-none-match", "if-modified-since", "range")
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in kept]
        await self._app({**scope, "headers": headers}, receive, self._changing(scope, send))

    def _changing(self, scope: Message, send: Send) -> Send:
        """A `send` that holds the answer back until it is whole, then changes it where it is Streamlit's."""
        start: list[Message] = []
        body = bytearray()

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            head, whole = start[0], bytes(body)
            if _STREAMLIT in whole:
                host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
                made = self._document(scope, whole)
                head = {**head, "status": made.status, "headers": _headers(head["headers"], made, host)}
                whole = made.body
            await send(head)
            await send({"type": "http.response.body", "body": whole})

        return changed

    def _document(self, scope: Message, streamlit: bytes) -> Made:
        """The answer: the document, or a page that says there is no such page."""
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        reader = reader_of(asked.get(PARAMETER, [""])[0], accepted, self._configured)
        root = f"/{str(st.get_option('server.baseUrlPath')).strip('/')}/".replace("//", "/")
        path = str(scope["path"]).removeprefix(root.rstrip("/")).strip("/")
        spec = page_at(path)
        if spec is None:
            return Made(404, _missing(reader, f"?{urlencode(asked, doseq=True)}", root), reader.language)
        title = page_title(spec, reader.language, asked_from(asked).q if not spec.path else "")
        plain = f"./p/{quote(asked['id'][0])}" if spec.path == PRACTICE and asked.get("id") else "./p/"
        scripts = _scripts(reader.language, spec.path)
        whole = _translated(streamlit, reader.language, title, plain, scripts)
        allowed = (*_SCRIPT.findall(streamlit), *(script.encode() for script in scripts))
        return Made(200, whole, reader.language, allowed)


def shell() -> Middleware:
    """The middleware that makes the document ours."""
    return Middleware(Document, configured=_configured())


def on_script_error(error: Exception) -> bool:
    """The last net: a sentence for the reader, the whole story in the log."""
    log.error("A page failed", exc_info=error)
    st.error(t("error.unexpected", current().language))
    return True


def _translated(streamlit: bytes, language: str, title: str, plain: str, scripts: tuple[str, str]) -> bytes:
    """Streamlit's document in a language, with a page's title and words for Streamlit's own buttons.

    Args:
        streamlit: the document as Streamlit has it.
        language: of the reader.
        title: of the page.
        plain: the address that says most of the same without scripts, as seen from the page.
        scripts: what is run before Streamlit's own, and after.
    """
    canonical = f'<link rel="canonical" href="{html.escape(plain)}">' if not plain.endswith("/") else ""
    changes = {
        b'<html lang="en">': f'<html lang="{html.escape(language)}">',
        _STREAMLIT: f"<title>{html.escape(title)}</title>{canonical}<script>{scripts[0]}</script>",
        b"./_stcore/agent/openapi.json": "./api/openapi.json",
        b"</body>": f"<script>{scripts[1]}</script></body>",
    }
    for old, new in changes.items():
        streamlit = streamlit.replace(old, new.encode())
    before, _, rest = streamlit.partition(b"<noscript>")
    _, _, after = rest.partition(b"</noscript>")
    link = tag("a", t("app.plain", language), href=f"{plain}?{PARAMETER}={language}")
    said = tag("noscript", tag("p", t("app.noscript", language), " ", link))
    return before + said.encode() + after if after else streamlit


def _backend(path: str) -> str:
    """The script that tells Streamlit where its server is: below the page's own address it would find nothing."""
    above = f".slice(0,-{len(path)})" if path else ""
    return f'window.__streamlit={{BACKEND_BASE_URL:location.origin+location.pathname.replace(/\\/+$/,""){above}}}'


def _missing(reader: Reader, address: str, root: str) -> bytes:
    """A page of plain HTML for an address that leads nowhere, with the menu and the way home."""
    language = reader.language
    title = t("missing.title", language)
    with reading(reader):
        text = tag("p", t("missing.text", language))
        home = tag("p", tag("a", t("app.home", language), href=root))
        past = tag("a", t("plain.skip", language), href=f"#{CONTENT}", class_="skip")
        top = tag("header", masthead(language, None, address, root))
        main = tag("main", tag("h1", title), text, home, class_="missing", id=CONTENT, tabindex="-1")
        body = tag("div", past, top, main, foot(language, root), class_="stHtml plain")
    head = join(
        (
            Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            tag("title", f"{title} – {t('app.name', language)}"),
            tag("style", Html(STYLE.read_text(encoding="utf-8"))),
        )
    )
    return f"<!doctype html>{tag('html', tag('head', head), tag('body', body), lang=language)}".encode()


def _scripts(language: str, path: str) -> tuple[str, str]:
    """Our own scripts in the document of a page: at its head, and at its end."""
    return _backend(path), _labels(language) + "".join(script.read_text(encoding="utf-8") for script in SCRIPTS)


def _labels(language: str) -> str:
    """The script that gives Streamlit's own buttons the app's words."""
    names = {key.removeprefix(OWN): t(key, language) for key in table() if key.startswith(OWN)}
    script = LABELS.read_text(encoding="utf-8")
    return script.replace("(NAMES)", f"({json.dumps(names)})").replace("</", "<\\/")


def _wants_document(scope: Message) -> bool:
    accepts = dict(scope["headers"]).get(b"accept", b"")
    asks = scope["method"] == "GET" and b"text/html" in accepts
    return asks and not is_plain(scope["path"], str(st.get_option("server.baseUrlPath")))


def _headers(headers: list[tuple[bytes, bytes]], made: Made, host: str) -> list[tuple[bytes, bytes]]:
    """Headers that are true of the changed document; its old checksum is not."""
    own = {
        b"content-length": str(len(made.body)),
        b"content-type": "text/html; charset=utf-8",
        b"content-language": made.language,
        b"content-security-policy": policy(host, made.scripts),
        b"vary": "Accept-Language",
    }
    dropped = {b"etag", b"last-modified", *own}
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    return kept + [(name, value.encode("latin-1")) for name, value in own.items()]


def _configured() -> str:
    try:
        return site_config().language
    except KbError:
        return FALLBACK
