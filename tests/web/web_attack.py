"""What one who means harm sends to a server: as bytes, since no ordinary client would say it so."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

_UP = ("..", "%2e%2e", "%252e%252e", "..%00", ".%2e", "..;", "%c0%ae%c0%ae", "\\..", "%5c..", "....", "%uff0e%uff0e")
_SLASH = ("/", "%2f", "%252f", "%5c", "//", "/./", "%c0%af", "%E2%88%95")
_TO = ("etc/passwd", "kb.toml", "kb/web/guard.py", "proc/self/environ", ".git/config", "index/CURRENT")
_FROM = ("/p/", "/api/practices/", "/api/similar/", "/static/", "/media/", "/component/", "/_stcore/bidi-components/")
CLIMBS = tuple(
    f"{start}{slash.join([up] * 6)}{slash}{to}{end}"
    for start in (*_FROM, "/app/static/", "/")
    for up in _UP
    for slash in _SLASH
    for to, end in zip(_TO, ("", ".md", ".json", "", "", "%00.md"), strict=True)
)
"""Paths that climb out of where they begin, in every spelling that some server has taken for a way up."""

_ELSEWHERE = ("ond.example", "ond.example/%2e%2e", "ond.example%2f..", "127.0.0.1@ond.example", "https:ond.example")
_LEADS = (
    "//",
    "/\\",
    "/%5c",
    "/.//",
    "/;//",
    "/%09/",
    "/%2f",
    "///",
    "/%0d%0aLocation:%20//",
    "/p//",
    "/api//",
    "/./\\",
)
REDIRECTS = (
    *(f"{lead}{to}{end}" for lead in _LEADS for to in _ELSEWHERE for end in ("", "/", "/?x=1", "/%2f")),
    *(
        f"/{page}/?fra={to}"
        for page in ("praksis", "p", "api", "om")
        for to in ("//ond.example", "https://ond.example")
    ),
    *(
        f"/{page}?{name}=https://ond.example"
        for page in ("p", "api")
        for name in ("lang", "next", "url", "return", "fra")
    ),
)
"""Addresses that some server has answered with the way to another place."""


SECRETS = (b"root:x:", b"[encoder]", b"class Guard", b"PRAKSIS_", b"[core]", b"generation-")
"""What stands in the files that those paths name."""


def raw(
    server: str, asked: str, body: bytes = b"", headers: Mapping[str, str] | None = None, times: int = 1
) -> tuple[bytes, bool]:
    """Ask as the bytes stand, with `body` sent so often after them: the answer, and whether the line is closed then."""
    parts = urlsplit(server)
    given = {"Host": parts.netloc, **(headers or {})}
    if not body:
        given["Connection"] = "close"
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as line:
        try:
            line.sendall(f"{asked} HTTP/1.1\r\n{head}\r\n".encode("latin-1"))
            for _ in range(times):
                line.sendall(body)
        except ConnectionError:
            pass
        return _heard(line)


def _heard(line: socket.socket) -> tuple[bytes, bool]:
    heard = b""
    try:
        while part := line.recv(65536):
            heard += part
    except ConnectionError:
        return heard, True
    except TimeoutError:
        return heard, False
    return heard, True


def leads_away(answer: bytes, here: str) -> bool:
    """Whether an answer sends a browser to another place than the server at `here`."""
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    fields = [line.partition(":") for line in head.split("\r\n")[1:]]
    for to in (value.strip() for name, _, value in fields if name.lower() in {"location", "refresh"}):
        # A browser drops tabs, and reads a backslash as a slash.
        seen = to.replace("\t", "").replace("\\", "/")
        if urlsplit(seen).netloc not in {"", here} or urlsplit(seen).scheme not in {"", "http"}:
            return True
    return False
