"""Nothing leaves the reader's browser for anybody else, and nothing leaves the server.

Streamlit's own counting is turned off however the app is started, and the browser is told to load
and send nothing but from and to the app itself: that holds whatever a text contains and whatever
an address asks Streamlit for.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from starlette.middleware import Middleware
from streamlit import config, net_util

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_HOST = re.compile(r"[\w.-]+(?::\d+)?|\[[\da-fA-F:.]+\](?::\d+)?")

_POLICY = (
    "default-src 'self'",
    # Streamlit makes styles while it draws; none of them is anybody's text.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    # Where a page of another site could hold this one, it could have a reader press what she does not see.
    "frame-ancestors 'none'",
)
_UNUSED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone"),
    *("midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
"""What no page here asks the browser for."""
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    # Browsers that do not know frame-ancestors know this.
    (b"x-frame-options", b"DENY"),
    # A question stands in the address: it is told to no other place that a link leads to.
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(f"{name}=()" for name in _UNUSED).encode()),
    # A window that a link opens has no hold on the one it came from.
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Private:
    """Gives every answer the headers that keep the browser here; an answer that has stricter ones keeps them."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = _headers(dict(scope["headers"]).get(b"host", b"").decode("latin-1"))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                named = {name.lower() for name, _ in given}
                added = [(name, value) for name, value in wanted if name not in named]
                message = {**message, "headers": given + added}
            await send(message)

        await self._app(scope, receive, with_headers)


def private() -> Middleware:
    """The middleware that keeps the reader's browser here; Streamlit counts nothing from now on."""
    # An installation that is started from another folder, or by another server, reads no .streamlit/config.toml.
    config.set_option("browser.gatherUsageStats", value=False)
    # Streamlit's makers may otherwise hold the app in a frame, and send it messages that it heeds.
    config.set_option("client.allowedOrigins", [])
    config.set_option("server.enableAgentApi", value=False)
    # Where a page of another site knocks, Streamlit would ask a server on the internet for this machine's address.
    setattr(net_util, "get_external_ip", _unknown)  # noqa: B010  it is a function to mypy
    return Middleware(Private)


def _unknown() -> None:
    """This machine's address on the internet: nobody is asked."""


def policy(host: str, scripts: Iterable[bytes] = ()) -> str:
    """What a page may load, run and where it may send: only the app itself, at the host that it was asked at.

    Args:
        host: as the request names it.
        scripts: those that stand in the document itself; they are named by their digests, and no other is run.
    """
    # Some browsers do not count a web socket to the same place as 'self'.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    run = " ".join(("'self'", "blob:", *(f"'sha256-{digest}'" for digest in digests)))
    return "; ".join((*_POLICY, f"script-src {run}", f"connect-src 'self'{sockets}"))


def _headers(host: str) -> list[tuple[bytes, bytes]]:
    return [(b"content-security-policy", policy(host).encode("latin-1")), *_ALWAYS]
