"""Asking whether pages on the web are still there: politely, within limits, and never inside a private network.

Only an answer of 404 or 410, or a name that is gone while others are found, makes a link dead. Whoever
refuses machines, is slow or is in trouble for now may be well tomorrow, and is not called dead.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit

State = Literal["alive", "dead", "refused", "unsure", "private", "unasked"]

STATES: tuple[State, ...] = ("alive", "dead", "refused", "unsure", "private", "unasked")
"""There; gone; it does not answer machines; no clear answer; it lies in a private network; limits came first."""

_GONE = frozenset({404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})
_AGENT = "Praksis-review/1.0 (checks whether sources are still there)"
_SAFE = "/%:@!$&'()*+,;=~-._"
_ENOUGH = 24
"""Failures without a single host being reached, after which there is no network here."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of others, and of this machine. Of a page, no more than its headers is read."""

    most: int = 2000
    """Addresses that are asked."""
    workers: int = 8
    """Hosts that are asked at the same time."""
    pause: float = 1.0
    """Seconds between two questions to the same host."""
    seconds: float = 15.0
    """For one question, with everything from the connection to the last header."""
    total: float = 900.0
    """Seconds after which nothing more is asked."""
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for one address."""

    url: str
    state: State
    reason: str
    """The status, or what went wrong, in a few words."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of asking for several."""

    found: Mapping[str, Answer]
    offline: bool
    """Nobody could be reached, so that nothing is known."""


def is_public(address: Address) -> bool:
    """Whether an address lies on the open internet, also when it is written inside another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


Allowed = Callable[[Address], bool]
Resolver = Callable[[str, int], Iterable[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as this machine finds them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def ask(
    urls: Iterable[str],
    limits: Limits = Limits(),
    *,
    allowed: Allowed = is_public,
    resolver: Resolver = resolve,
) -> Answers:
    """Ask for each address once: several hosts at a time, and each host one question at a time."""
    wanted = list(dict.fromkeys(urls))
    asker = _Asker(limits, allowed, resolver, time.monotonic() + limits.total)
    by_host: dict[str, list[str]] = {}
    for url in wanted[: limits.most]:
        by_host.setdefault(_host(url), []).append(url)
    with ThreadPoolExecutor(max_workers=limits.workers) as pool:
        answers = [answer for group in pool.map(asker.host, by_host.values()) for answer in group]
    found = {answer.url: answer for answer in answers}
    found |= {url: Answer(url, "unasked", "over the limit") for url in wanted if url not in found}
    if asker.reached or not asker.failures:
        return Answers(found, offline=False)
    # Where nobody was reached, that a name is not found says nothing of the name.
    unknown = {u: Answer(u, "unsure", a.reason) if a.state == "dead" else a for u, a in found.items()}
    return Answers(unknown, offline=True)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class _Private(Exception):
    """An address that may not be asked."""


class _NoName(Exception):
    """A name that nobody has."""


class _Asker:
    """Asks one page after the other, and keeps in mind whether anybody was reached."""

    def __init__(self, limits: Limits, allowed: Allowed, resolver: Resolver, deadline: float) -> None:
        self.limits = limits
        self.allowed = allowed
        self.resolver = resolver
        self.deadline = deadline
        self.reached = False
        self.failures = 0
        self.tls = ssl.create_default_context()

    def host(self, urls: list[str]) -> list[Answer]:
        """The pages of one host, with a pause between them."""
        return list(self._each(urls))

    def _each(self, urls: list[str]) -> Iterator[Answer]:
        for number, url in enumerate(urls):
            pause = self.limits.pause if number else 0
            if time.monotonic() + pause >= self.deadline:
                yield Answer(url, "unasked", "out of time")
                continue
            if not self.reached and self.failures >= _ENOUGH:
                yield Answer(url, "unasked", "nobody can be reached")
                continue
            time.sleep(pause)
            yield self._page(url)

    def _page(self, url: str) -> Answer:
        """One page: HEAD, and GET where HEAD is not answered well, since many hosts only know GET."""
        answer = self._follow(url, "HEAD")
        if answer.state in {"dead", "refused", "unsure"} and answer.reason[:1].isdigit():
            answer = self._follow(url, "GET")
        return answer

    def _follow(self, url: str, method: str) -> Answer:
        """What is found at a page, or where it sends on to."""
        try:
            return Answer(url, *self._found(url, method))
        except _NoName:
            self.failures += 1
            return Answer(url, "dead", "no such host")
        except _Private:
            return Answer(url, "private", "in a private network")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.failures += not isinstance(error, ValueError)
            return Answer(url, "unsure", _reason(error))

    def _found(self, url: str, method: str) -> tuple[State, str]:
        for _ in range(self.limits.redirects + 1):
            status, onward = self._status(url, method)
            if status not in _MOVED or not onward:
                return _state(status), str(status)
            url = urljoin(url, onward)
        return "unsure", "sent on too often"

    def _status(self, url: str, method: str) -> tuple[int, str]:
        """The status of one question, and where it sends on to."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not http or https")
        tls = self.tls if parts.scheme == "https" else None
        port = parts.port or (http.client.HTTPS_PORT if tls else http.client.HTTP_PORT)
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
        connection = _Connection(host, port, self._addresses(host, port), self.limits.seconds, tls)
        path = quote(parts.path or "/", safe=_SAFE)
        query = f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else ""
        with contextlib.closing(connection):
            connection.connect()
            self.reached = True
            connection.request(method, path + query, headers={"User-Agent": _AGENT, "Accept": "*/*"})
            response = connection.getresponse()
            return response.status, response.getheader("Location") or ""

    def _addresses(self, host: str, port: int) -> list[str]:
        """Where a host is; every one of its addresses must be allowed, so that none can be slipped in.

        Raises:
            _NoName: nobody has that name.
            _Private: one of them lies in a private network.
        """
        try:
            found = list(self.resolver(host, port))
        except socket.gaierror as error:
            if error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}:
                raise _NoName from error
            raise
        for address in found:
            if not self.allowed(ipaddress.ip_address(address.split("%")[0])):
                raise _Private
        return found


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked at, and which ends when its time is up."""

    def __init__(self, host: str, port: int, addresses: list[str], seconds: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = http.client.HTTPS_PORT if tls else http.client.HTTP_PORT
        self._addresses = addresses
        self._seconds = seconds
        self._tls = tls
        self._late = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def connect(self) -> None:
        """Connect to the first of the addresses that answers; the name is not looked up again."""
        self._timer.start()
        failure = OSError("no address")
        for address in self._addresses:
            try:
                self.sock = socket.create_connection((address, self.port), self._seconds)
                break
            except OSError as error:
                failure = error
            if self._late:
                raise TimeoutError
        else:
            raise failure
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def getresponse(self) -> http.client.HTTPResponse:
        """The answer, unless its time is up."""
        try:
            return super().getresponse()
        except (OSError, http.client.HTTPException, ValueError):
            if self._late:
                raise TimeoutError from None
            raise

    def close(self) -> None:
        self._timer.cancel()
        super().close()

    def _end(self) -> None:
        """A host that sends one byte a minute is never late by the socket's own clock."""
        self._late = True
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    """What went wrong, in a few words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"certificate or encryption: {error.reason or type(error).__name__}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _state(status: int) -> State:
    if status in _GONE:
        return "dead"
    if 400 <= status < 500:
        return "refused"
    return "alive" if 200 <= status < 400 else "unsure"
