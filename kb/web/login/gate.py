"""What stands before every address where reading needs a login: only what shows no practice is let through.

A window of the app is an empty page until its script has been told who reads (kb.web.main); everything else that is
not named in FREE needs the cookie of a login, or for plain pages, feeds and the API the token for programs. The
middleware also says what Streamlit does not when a login fails, and leads back to the page that was asked for.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from kb.access.person import Role, admit
from kb.access.setup import Setup
from kb.errors import KbError, LoginNeeded, NotAllowed
from kb.web.login.page import BACK, IN, OUT, way_in
from kb.web.login.rules import Rules, rules
from kb.web.login.session import person
from kb.web.pages import page_at
from kb.web.plain import crawl, reply
from kb.web.plain.door import asked_at, refusal
from kb.web.plain.reply import Reply
from kb.web.plain.routes import failure_of, is_plain

FREE = ("static/", "_stcore/", "bidi-components/", "auth/", "oauth2callback", "favicon.ico", "favicon.png")
"""What Streamlit's pages are made of, and the way in: nothing of it comes from the practices."""
LOGIN, CALLBACK = "auth/login", "oauth2callback"
BACK_COOKIE = "praksis_til"
BACK_SECONDS = 600
"""For so long it is remembered where a reader was going while she logs in."""
LONGEST = 1500
"""Characters of an address that is remembered."""
_PRIVATE = {"cache-control": "private, no-cache", "vary": "Accept-Language, Authorization, Cookie"}
_TO_ALL = ("access-control-allow-origin", "access-control-expose-headers")

log = logging.getLogger(__name__)


class Gate:
    """Lets through those who may read, and says to the others why they may not."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self._app = app
        self._base = base.strip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            found = rules()
        except KbError as error:
            await self._unknown(request, error, receive, send)
            return
        if found.access.needs_login:
            await self._guarded(request, found, receive, _secure(send, found.url))
        else:
            await self._app(scope, receive, send)

    async def _unknown(self, request: Request, error: KbError, receive: Receive, send: Send) -> None:
        """It is not known who may what: a page of the app says so, and nothing else is answered."""
        below = self._below(request)
        if self._is_free(below):
            await self._app(request.scope, receive, send)
        else:
            await self._say(request, error, 500, send, receive)

    async def _guarded(self, request: Request, found: Rules, receive: Receive, send: Send) -> None:
        below = self._below(request)
        if below in {LOGIN, CALLBACK}:
            await self._way_in(request, below, receive, send)
            return
        if below == IN:
            send = _with_cookie(send, _remembered(request))
        if not found.is_closed or self._is_free(below):
            await self._app(request.scope, receive, send)
        elif below == "robots.txt":
            await reply.response(crawl.nothing())(request.scope, receive, send)
        else:
            await self._closed(request, found, receive, send)

    async def _closed(self, request: Request, found: Rules, receive: Receive, send: Send) -> None:
        """What only readers get."""
        try:
            if found.problem:
                raise found.problem
            if not (is_plain(request.url.path, self._base) and _has_token(request.headers, found.made)):
                admit(person(request.cookies, found), found.access, Role.READER)
        except LoginNeeded as error:
            await self._say(request, error, 401, send, receive)
        except NotAllowed as error:
            await self._say(request, error, 403, send, receive)
        except KbError as error:
            await self._say(request, error, 503, send, receive)
        else:
            await self._app(request.scope, receive, _private(send))

    async def _say(self, request: Request, error: KbError, status: int, send: Send, receive: Receive) -> None:
        answer = refusal(request, error, status, failure_of(self._below(request)), asked_at(request, self._base))
        headers = {**answer.headers, "www-authenticate": 'Bearer realm="praksis"'} if status == 401 else answer.headers
        told = reply.response(Reply(answer.body, answer.kind, status, headers))
        await told(request.scope, receive, _private(send))

    async def _way_in(self, request: Request, below: str, receive: Receive, send: Send) -> None:
        """Streamlit's own steps of a login; where one fails, the reader is told so and can try again."""
        front = f"/{self._base}/" if self._base else "/"
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        try:
            await self._app(request.scope, receive, hold)
        except Exception:
            # Whatever the provider or the library did, the reader gets a page and the maintainer the trace.
            log.exception("The login failed")
            held = [_redirect(way_in(root=front, fault="service"))]
        start = held[0]
        headers = MutableHeaders(raw=start["headers"])
        if start["status"] >= 400:
            held = [_redirect(way_in(root=front, fault="service"))]
        elif below == CALLBACK and ("state" in request.query_params or "error" in request.query_params):
            if not _logs_in(headers.getlist("set-cookie")):
                headers["location"] = way_in(root=front, fault="refused")
            elif back := _own(unquote(request.cookies.get(BACK_COOKIE, ""))):
                headers["location"] = f"{front}{back}"
                headers.append("set-cookie", f"{BACK_COOKIE}=; Path=/; Max-Age=0")
        for message in held:
            await send(message)
        if len(held) == 1:
            await send({"type": "http.response.body", "body": b""})

    def _below(self, request: Request) -> str:
        """The path below the app's own."""
        path = str(request.scope["path"]).lstrip("/")
        return "" if path == self._base else path.removeprefix(f"{self._base}/")

    def _is_free(self, below: str) -> bool:
        return below.startswith(FREE) or below in {IN, OUT} or page_at(below) is not None


def gate(base: str = "") -> Middleware:
    """The middleware."""
    return Middleware(Gate, base=base)


def _has_token(headers: Headers, made: Setup | None) -> bool:
    """Whether a program says the token that lets it read."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if made is None or not made.api_token or kind.lower() != "bearer":
        return False
    return hmac.compare_digest(token.strip().encode(), made.api_token.encode())


def _remembered(request: Request) -> str:
    """The cookie that remembers where the reader was going; a cookie that forgets it where she was going nowhere."""
    back = _own(parse_qs(request.url.query).get(BACK, [""])[0])
    seconds = BACK_SECONDS if back else 0
    return f"{BACK_COOKIE}={quote(back, safe='')}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"


def _own(back: str) -> str:
    """A path below the app's own with its query, or nothing: a login must lead nowhere else."""
    parts = urlsplit(back)
    fits = len(back) <= LONGEST and back.isprintable() and "\\" not in back
    if not fits or parts.scheme or parts.netloc or page_at(parts.path) is None:
        return ""
    return quote(back.lstrip("/"), safe="/?&=%+,;:@!$'()*~-._")


def _logs_in(cookies: Iterable[str]) -> bool:
    """Whether an answer gives the browser the cookie of somebody."""
    for line in cookies:
        found = SimpleCookie(line).get(USER_COOKIE_NAME)
        if found is not None and found.value:
            return True
    return False


def _redirect(to: str) -> Message:
    headers = [(b"location", to.encode()), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    return {"type": "http.response.start", "status": 302, "headers": headers}


def _with_cookie(send: Send, cookie: str) -> Send:
    return _changing(send, lambda headers: headers.append("set-cookie", cookie))


def _secure(send: Send, url: str) -> Send:
    """A `send` whose cookies are for encrypted connections alone, where the app is reached by them."""
    if not url.startswith("https:"):
        return send

    def secure(headers: MutableHeaders) -> None:
        given = headers.getlist("set-cookie")
        del headers["set-cookie"]
        for cookie in given:
            headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")

    return _changing(send, secure)


def _private(send: Send) -> Send:
    """A `send` whose answers are for the one who asked: no other page may read them, and no proxy may keep them."""

    def private(headers: MutableHeaders) -> None:
        for name in _TO_ALL:
            del headers[name]
        for name, value in _PRIVATE.items():
            headers[name] = value

    return _changing(send, private)


def _changing(send: Send, change: Callable[[MutableHeaders], None]) -> Send:
    async def changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            change(headers)
            message = {**message, "headers": headers.raw}
        await send(message)

    return changed
