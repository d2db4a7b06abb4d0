"""What [access] in kb.toml may say, and what is wrong with it; everything is open unless it says otherwise."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

OPEN, LOGIN = "open", "login"
EVERYONE = "*"
"""The value of a claim that everybody has who can log in."""
MOST_HOURS = 720
"""Streamlit's cookie lives for thirty days."""

Fault = tuple[str, object, str]
"""A key, its value and what to do about it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read and propose, and how it is told who somebody is."""

    read: str = OPEN
    """`open`, or `login`: only those with a role see anything."""
    propose: str = OPEN
    """`open`, or `login`: only contributors and maintainers send in, where `forge.propose` lets anybody at all."""
    issuer: str = ""
    """The address of the OpenID Connect provider, as its tokens name it."""
    client: str = ""
    """What the provider calls this app (client_id); tokens must be made for it (aud)."""
    scope: str = "openid"
    """What is asked of the provider: the fewer claims, the less is known."""
    claim: str = "roles"
    """The claim that holds the roles; dots lead into it where no claim has the whole name."""
    reader: tuple[str, ...] = ()
    """The values of the claim that make a reader; "*" for everybody who can log in."""
    contributor: tuple[str, ...] = ()
    maintainer: tuple[str, ...] = ()
    person: str = "sub"
    """The claim that the record of proposals names people by."""
    hours: int = 10
    """How long a login holds."""
    record: str = "log/proposals.jsonl"
    """Where it is written who proposed what."""

    @property
    def needs_login(self) -> bool:
        return LOGIN in {self.read, self.propose}


def faults(access: Access, url: str) -> Iterator[Fault]:
    """What cannot be, by key; `url` is the app's own address. Half a setting is a fault, and never an open door."""
    for name in ("read", "propose"):
        if (value := getattr(access, name)) not in {OPEN, LOGIN}:
            yield f"access.{name}", value, f"Use {OPEN} or {LOGIN}."
    for name in ("reader", "contributor", "maintainer"):
        if not all(isinstance(value, str) and value for value in getattr(access, name)):
            yield f"access.{name}", list(getattr(access, name)), 'Write texts: ["praksis-lesere"].'
    if not 1 <= access.hours <= MOST_HOURS:
        yield "access.hours", access.hours, f"Write a number of hours from 1 to {MOST_HOURS}."
    given = (access.issuer, access.client, access.reader, access.contributor, access.maintainer)
    if access.needs_login:
        yield from _lacking(access, url)
    elif any(given):
        yield "access.read", access.read, f'Nothing needs login yet: write read = "{LOGIN}" or propose = "{LOGIN}".'


def _lacking(access: Access, url: str) -> Iterator[Fault]:
    if not is_safe(access.issuer):
        yield "access.issuer", access.issuer, 'Write the whole address of the login service: "https://…".'
    if not is_safe(url):
        yield "app.url", url, 'Logins come back to this address: write the whole of it, "https://…".'
    for name in ("client", "claim", "person", "record"):
        if not getattr(access, name):
            yield f"access.{name}", "", "It cannot be empty where something needs login."
    if "openid" not in access.scope.split():
        yield "access.scope", access.scope, "It must hold the word openid."
    senders = (*access.contributor, *access.maintainer)
    hint = f'Name the values of the claim {access.claim} that make one; "{EVERYONE}" is everybody who can log in.'
    if access.read == LOGIN and not (access.reader or senders):
        yield "access.reader", [], hint
    if access.propose == LOGIN and not senders:
        yield "access.contributor", [], hint


def is_safe(url: str) -> bool:
    """Whether what is sent to an address cannot be read on the way: it is encrypted, or never leaves this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
