"""From a request to an answer: in a thread of its own, with errors in words and answers that may be kept.

Each address has one door. What stands behind it is a plain function of a visit.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from kb.config import Config
from kb.errors import IndexFault, KbError, SearchError, UnknownPractice
from kb.web.base import open_site, site_config
from kb.web.plain import reply
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.reader import PARAMETER, Reader, reader_of, reading

Handler = Callable[[Visit], Reply]
Failure = Callable[[KbError | None, int, str, str], Reply]
"""From an error (none where it is unexpected), a status, the reader's language and the app's address."""

METHODS = "GET, HEAD, OPTIONS"
PREFLIGHT = {
    "allow": METHODS,
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}
"""What a browser asks before it lets another page read from here."""
AT_ONCE = 8
"""Answers that are made at the same time; the rest wait, and the threads of Streamlit are left to Streamlit."""
WAIT = "30"
"""Seconds after which it is worth asking again while there is no index."""
WEB = Path(__file__).parents[1]

log = logging.getLogger(__name__)

_threads = anyio.CapacityLimiter(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Door:
    """What answers at one address."""

    handler: Handler
    failure: Failure
    base: str = ""
    """The path that the whole app lies under, without slashes around it."""
    dated: bool = True
    """The answer is the same until the index, the app or its settings change."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope)
        if request.method == "OPTIONS":
            answer = Reply(b"", reply.TEXT, 204, PREFLIGHT)
        elif request.method not in {"GET", "HEAD"}:
            answer = self._refused(request)
        else:
            answer = await anyio.to_thread.run_sync(self._answer, request, limiter=_threads)
        await reply.response(answer)(scope, receive, send)

    def _answer(self, request: Request) -> Reply:
        """The answer, whatever goes wrong on the way."""
        reader = _reader(request, "")
        root = asked_at(request, self.base)
        try:
            config = site_config()
            reader = _reader(request, config.language)
            root = f"{config.url.rstrip('/')}/" if config.url else root
            with reading(reader):
                return self._fresh(request, config, reader, root)
        except KbError as error:
            return self._failed(error, reader, root)
        except Exception:
            # A page that fails is told of in a sentence; the trace is the maintainer's.
            log.exception("%s failed", request.url.path)
            return self._failed(None, reader, root)

    def _fresh(self, request: Request, config: Config, reader: Reader, root: str) -> Reply:
        """The answer, or that the one who asks has it already."""
        site = open_site(config, reader.language)
        visit = Visit(site, reader, root, request.path_params, tuple(request.query_params.multi_items()))
        if not self.dated:
            return self.handler(visit)
        made = datetime.datetime.fromisoformat(site.edition.rpartition(" ")[2])
        changed = max(made, _release())
        etag = reply.stamp(site.edition, _release(), repr(config), root, reader, request.url.path, visit.query)
        dated = {"etag": etag, "last-modified": reply.http_date(changed), "vary": "Accept-Language"}
        if reply.is_known(request.headers, etag, changed):
            return Reply(b"", reply.TEXT, 304, dated)
        answer = self.handler(visit)
        return replace(answer, headers={**dated, **answer.headers}) if answer.status == 200 else answer

    def _failed(self, error: KbError | None, reader: Reader, root: str) -> Reply:
        status = _status(error)
        answer = _unkept(self.failure(error, status, reader.language, root))
        return replace(answer, headers={**answer.headers, "retry-after": WAIT}) if status == 503 else answer

    def _refused(self, request: Request) -> Reply:
        error = SearchError(f"{request.method} is not possible here.", hint="Use GET: everything here is only read.")
        answer = refusal(request, error, 405, self.failure, asked_at(request, self.base))
        return replace(answer, headers={**answer.headers, "allow": METHODS})


def _status(error: KbError | None) -> int:
    """The status that says whose turn it is: to ask otherwise, to wait, or ours to mend."""
    if isinstance(error, UnknownPractice):
        return 404
    if isinstance(error, SearchError):
        return 400
    return 503 if isinstance(error, IndexFault) else 500


def _reader(request: Request, configured: str) -> Reader:
    return reader_of(request.query_params.get(PARAMETER, ""), request.headers.get("accept-language", ""), configured)


def refusal(request: Request, error: KbError, status: int, failure: Failure, root: str) -> Reply:
    """The answer to a request that is not let in, in the language that it asks for."""
    return _unkept(failure(error, status, _reader(request, "").language, root))


def _unkept(answer: Reply) -> Reply:
    """An answer that is true now, and need not be in a moment."""
    return replace(answer, headers={**answer.headers, "cache-control": "no-store"})


def asked_at(request: Request, base: str) -> str:
    """The app's own address, as it was asked for."""
    return f"{request.base_url}{base}/" if base else str(request.base_url)


@cache
def _release() -> datetime.datetime:
    """When the newest file of the app was written: another release may show the same practices otherwise."""
    newest = max(path.stat().st_mtime for path in WEB.rglob("*") if path.suffix in {".py", ".css", ".yaml"})
    return datetime.datetime.fromtimestamp(newest, datetime.UTC)
