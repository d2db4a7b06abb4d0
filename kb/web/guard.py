"""What stands before every address: nothing is taken in, and nobody asks so much that others are not answered.

A reader's window is a web socket that is open for as long as the window; plain pages, feeds and the API are asked for
one at a time. Everything else (scripts, styles, the document) is a file, and files are let through.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.config import Limits
from kb.errors import KbError, Refused, TooBusy, TooLarge, TooOften
from kb.web.base import site_config
from kb.web.limits import HERE, Pace, Seats, asker
from kb.web.plain import reply
from kb.web.plain.door import asked_at, refusal
from kb.web.plain.routes import failure_of, is_plain

BODY = 64 * 1024
"""Bytes that may follow a request: nothing here reads them."""
DRAINED = 1024 * 1024
"""Bytes that are taken in and dropped, so that who sends them hears the answer."""
DRAIN_SECONDS = 5
AT_ONCE = 64
"""Plain answers that are waited for at the same time, by all, and a quarter of them by one address."""
SOON = 2
"""Seconds after which it is worth asking again where everybody together asks too much."""
LATER = 60
"""The same where every seat is taken: readers stay for a while."""
CLOSED = ("_stcore/upload_file", "_stcore/agent", "_stcore/metrics")
"""Addresses of Streamlit's that the app has no use for: they take in files, press buttons and tell how it is used."""
TRY_LATER = 1013
"""What a web socket is closed with where there is no room (IANA's register of close codes)."""
NOT_ALLOWED = 1008
"""The same where it comes from somewhere else."""

log = logging.getLogger(__name__)


class Guard:
    """Lets a request through, or says in a sentence why not."""

    def __init__(self, app: ASGIApp, limits: Limits, base: str) -> None:
        self._app = app
        self._most = limits.requests
        self._base = base.strip("/")
        self._pace = Pace(period=60)
        self._asking = Seats(AT_ONCE, AT_ONCE // 4)
        self._readers = Seats(limits.readers, math.ceil(limits.readers / 2))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "websocket":
            await self._window(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _window(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = _who(scope)
        if not _is_ours(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": NOT_ALLOWED})
            return
        if not (self._readers.has_room() and self._readers.has_room_for(who)):
            log.warning("A window of the app was refused: %s are open.", self._readers.most)
            await send({"type": "websocket.close", "code": TRY_LATER})
            return
        with self._readers.taken(who):
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, who = Headers(scope=scope), _who(scope)
        if "transfer-encoding" in headers or headers.get("content-length", "0") != "0":
            send = _and_close(send)
            await _drain(receive)
        if self._below(scope).startswith(CLOSED):
            answer = reply.Reply(b"Not found", reply.TEXT, 404)
            await reply.response(answer)(scope, receive, send)
            return
        try:
            with self._let_in(scope, headers, who):
                await self._app(scope, receive, send)
        except _NotIn as refused:
            answer = self._said(scope, refused)
            await reply.response(answer)(scope, receive, send)

    @contextmanager
    def _let_in(self, scope: Scope, headers: Headers, who: str) -> Iterator[None]:
        """Let a request in, for as long as it is answered.

        Raises:
            _NotIn: it is not.
        """
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > BODY:
            raise _NotIn(413, TooLarge("Too much was sent.", hint="Everything here is only read: send nothing along."))
        if not is_plain(scope["path"], self._base):
            if _wants_window(scope, headers) and not (self._readers.has_room() and self._readers.has_room_for(who)):
                hint = "Try again in a minute: somebody closes a window all the time."
                raise _NotIn(503, TooBusy("As many are reading as there is room for.", hint=hint), LATER)
            yield
            return
        if who != HERE and (wait := self._pace.wait(who, self._most)):
            often = TooOften(
                f"Your network address has asked more than {self._most} times in a minute.",
                hint=f"Ask again in {math.ceil(wait)} s.",
            )
            raise _NotIn(429, often, math.ceil(wait))
        if not self._asking.has_room_for(who):
            hint = f"Ask at most {self._asking.each} things at the same time."
            raise _NotIn(429, TooOften("Your network address asks too much at once.", hint=hint), SOON)
        if not self._asking.has_room():
            raise _NotIn(503, TooBusy("Too many ask at once.", hint=f"Ask again in {SOON} s."), SOON)
        with self._asking.taken(who):
            yield

    def _said(self, scope: Scope, refused: _NotIn) -> reply.Reply:
        """A refusal as the address that was asked says such things."""
        request = Request(scope)
        answer = refusal(
            request, refused.error, refused.status, failure_of(self._below(scope)), asked_at(request, self._base)
        )
        again = {"retry-after": str(refused.again)} if refused.again else {}
        return replace(answer, headers={**answer.headers, **again})

    def _below(self, scope: Scope) -> str:
        """The path below the app's own."""
        path = str(scope["path"]).lstrip("/")
        return path.removeprefix(f"{self._base}/") if self._base else path


class _NotIn(Exception):
    """A request is not let in."""

    def __init__(self, status: int, error: Refused, again: int = 0) -> None:
        super().__init__()
        self.status, self.error, self.again = status, error, again


def guard(base: str = "") -> Middleware:
    """The middleware, with the limits of kb.toml; those that come with Praksis where it cannot be read."""
    try:
        limits = site_config().limits
    except KbError:
        limits = Limits()
    return Middleware(Guard, limits=limits, base=base)


def _who(scope: Scope) -> str:
    client = scope.get("client")
    return asker(client[0]) if client else HERE


def _is_ours(headers: Headers) -> bool:
    """Whether the app's own page opens a window; Streamlit lets any page do so that the reader's own machine serves."""
    origin = headers.get("origin")
    if origin is None or origin in st.get_option("server.corsAllowedOrigins"):
        return True
    try:
        return urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


def _wants_window(scope: Scope, headers: Headers) -> bool:
    return scope["method"] == "GET" and "text/html" in headers.get("accept", "")


def _and_close(send: Send) -> Send:
    """A `send` that ends the connection: what else comes on it is not listened to."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), (b"connection", b"close")]
            message = {**message, "headers": headers}
        await send(message)

    return closing


async def _drain(receive: Receive) -> None:
    """Take in what is sent along and drop it, within bounds."""
    left = DRAINED
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
