"""Answers, and the headers that keep them harmless and fresh."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from starlette.responses import Response

from kb.files import sha256

JSON = "application/json"
HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

NOTHING_ALLOWED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""What a browser may do with an answer: show it."""
ALWAYS = {
    "content-security-policy": NOTHING_ALLOWED,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    # Always asked for anew, and then as a rule told that nothing has changed.
    "cache-control": "no-cache",
}
OPEN = {"access-control-allow-origin": "*", "access-control-expose-headers": "ETag, Last-Modified, Retry-After"}
"""The practices are public, and no answer depends on who asks: any page may read them."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    body: bytes
    kind: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Over those that every answer has."""


def data(value: Any, status: int = 200) -> Reply:
    """An answer for programs."""
    return Reply(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), JSON, status)


def response(answer: Reply) -> Response:
    """An answer on its way, with the headers that every one has."""
    headers = {**ALWAYS, **OPEN, **answer.headers}
    if answer.status not in {204, 304}:
        headers["content-type"] = answer.kind
    return Response(answer.body, answer.status, headers)


def redirect(to: str) -> Reply:
    """The same is found at another address, given as seen from this one."""
    return Reply(b"", TEXT, 308, {"location": to})


def stamp(*parts: object) -> str:
    """An ETag that changes when one of the parts does; weak, since answers may be compressed on their way."""
    return f'W/"{sha256(repr(parts))[:24]}"'


def http_date(when: datetime.datetime) -> str:
    """A time as HTTP writes it."""
    return format_datetime(when.astimezone(datetime.UTC), usegmt=True)


def is_known(given: Mapping[str, str], etag: str, changed: datetime.datetime) -> bool:
    """Whether the one who asks already has this answer."""
    if tags := given.get("if-none-match"):
        return tags.strip() == "*" or etag.removeprefix("W/") in {
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        }
    try:
        since = parsedate_to_datetime(given.get("if-modified-since", ""))
    except (ValueError, OverflowError):
        return False
    if since.tzinfo is None:
        since = since.replace(tzinfo=datetime.UTC)
    return changed.replace(microsecond=0) <= since
