"""Who somebody is, by what the login service says of her; what it says is trusted only as far as it is checked here.

The signature, the issuer and the nonce of a token are checked when it comes (Authlib, as OpenID Connect Core 3.1.3.7
says). What a session rests on is checked anew at every use: that it is ours, for whom the token was made, and its age.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from kb.access.settings import EVERYONE, LOGIN, Access
from kb.errors import LoginNeeded, LoginRefused, RoleTooLow

LEEWAY = 120
"""Seconds that two clocks may differ by."""
_ASK = "Ask those who run the app."

Claims = Mapping[str, object]


class Role(IntEnum):
    """What somebody may do; each may do what those before may."""

    NONE = 0
    READER = 1
    CONTRIBUTOR = 2
    """Sends in practices."""
    MAINTAINER = 3
    """Sees besides what is wrong with the installation."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in, as little of her as is needed."""

    name: str
    """What the record of proposals calls her; shown to nobody."""
    role: Role


def person_of(claims: Claims, access: Access, now: float) -> Person | None:
    """Who it is that claims speak of; None where there are none. `now` is in seconds since 1970.

    Raises:
        LoginNeeded: it is too long since she logged in.
        LoginRefused: the claims are not of this login service, not for this app, or do not say when they were made.
    """
    if not claims:
        return None
    if str(claims.get("iss", "")).rstrip("/") != access.issuer.rstrip("/"):
        raise LoginRefused("The login is of another service (iss).", hint=_ASK)
    audience = claims.get("aud")
    if access.client not in (audience if isinstance(audience, list) else [audience]):
        raise LoginRefused("The login was made for another app (aud).", hint=_ASK)
    made, name = claims.get("iat"), claims.get(access.person)
    if isinstance(made, bool) or not isinstance(made, int | float) or made > now + LEEWAY:
        raise LoginRefused("The login does not say when it was made (iat).", hint=_ASK)
    if not isinstance(name, str) or not name:
        raise LoginRefused(f"The login does not say who it is ({access.person}).", hint=_ASK)
    if now - made > access.hours * 3600:
        raise LoginNeeded(f"The login is more than {access.hours} hours old.", hint="Log in again.")
    return Person(name, role_of(claims, access))


def role_of(claims: Claims, access: Access) -> Role:
    """The highest role that a claim gives."""
    held = {EVERYONE, *_values(claims, access.claim)}
    roles = ((Role.MAINTAINER, access.maintainer), (Role.CONTRIBUTOR, access.contributor), (Role.READER, access.reader))
    return next((role for role, values in roles if held & set(values)), Role.NONE)


def needs_login(access: Access, role: Role) -> bool:
    """Whether it takes a login to do what a role may."""
    return (access.read if role is Role.READER else access.propose) == LOGIN


def admit(person: Person | None, access: Access, role: Role) -> None:
    """Let somebody do what a role may, where that needs a login at all.

    Raises:
        LoginNeeded: nobody is logged in.
        RoleTooLow: she is, and may not.
    """
    if not needs_login(access, role):
        return
    if person is None:
        raise LoginNeeded("Nobody is logged in.", hint="Log in, or send a token with the request.")
    if person.role < role:
        raise RoleTooLow(f"The claim {access.claim} gives no role that may do that.", hint=_ASK)


def _values(claims: Claims, claim: str) -> list[str]:
    """The texts that a claim holds: one, or a list; what else it may be gives nothing."""
    found: object = claims.get(claim)
    if claim not in claims:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list) else [found]
    # A person who can choose her own values must not choose everybody's.
    return [value for value in values if isinstance(value, str) and value != EVERYONE]
