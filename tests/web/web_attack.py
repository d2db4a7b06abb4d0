"""What one who means harm sends to a server: as bytes, since no ordinary client would say it so."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Mapping
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
        return heard(line)


def begun(server: str, asked: Iterable[str]) -> list[socket.socket]:
    """Ask for paths, each on a line of its own, without listening yet."""
    parts = urlsplit(server)
    lines = []
    for path in asked:
        line = socket.create_connection((parts.hostname, parts.port), timeout=60)
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode("latin-1"))
        lines.append(line)
    return lines


def cut_short(line: socket.socket) -> str:
    """What is wrong with the answer to a question that was begun; nothing where it is whole."""
    with line:
        answer, _ = heard(line)
    head, _, body = answer.partition(b"\r\n\r\n")
    try:
        json.loads(body)
    except ValueError:
        return f"{len(body)} bytes of an answer: {head[:60]!r}"
    return "" if head.startswith(b"HTTP/1.1 200") else f"answered {head[:60]!r}"


def heard(line: socket.socket) -> tuple[bytes, bool]:
    """What the other end says until it closes, and whether it did."""
    said = b""
    try:
        while part := line.recv(65536):
            said += part
    except ConnectionError:
        return said, True
    except TimeoutError:
        return said, False
    return said, True


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
