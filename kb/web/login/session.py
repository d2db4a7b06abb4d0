"""Who it is that reads: by the cookie that Streamlit's login gives, in a window of the app and at a plain address."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from kb.access.person import Claims, Person, Role, admit, needs_login, person_of
from kb.errors import KbError, LoginRefused, NotAllowed
from kb.web.login.rules import Rules, rules


def may(role: Role) -> None:
    """Let whoever has this window of the app open do what a role may.

    Raises:
        NotAllowed: she may not.
        ConfigError: it is not known who may what, and so nobody may.
    """
    found = rules()
    if not needs_login(found.access, role):
        return
    if found.problem:
        raise found.problem
    admit(reader(found), found.access, role)


def reader(found: Rules) -> Person | None:
    """Who has this window of the app open; None for nobody, or where nothing needs a login.

    Raises:
        NotAllowed: somebody whom the login does not vouch for, or no longer.
    """
    # Streamlit has seen that the page and the cookie are of the same place; a logout empties what it knows.
    if found.made is None or not st.user.get("is_logged_in"):
        return None
    return person(st.context.cookies, found)


def person(cookies: Mapping[str, str], found: Rules) -> Person | None:
    """Who sends these cookies.

    Raises:
        NotAllowed: as in `reader`.
    """
    if found.made is None:
        return None
    return person_of(_claims(cookies, found.made.cookie_secret), found.access, time.time())


def is_logged_in() -> bool:
    """Whether whoever has this window open can log out."""
    return bool(st.user.get("is_logged_in"))


def sees_faults() -> bool:
    """Whether the reader is told what is wrong with the installation: maintainers, or all where nothing needs login."""
    try:
        found = rules()
        if not found.access.needs_login:
            return True
        known = reader(found)
    except NotAllowed:
        return False
    except KbError:
        return True
    return known is not None and known.role >= Role.MAINTAINER


def _claims(cookies: Mapping[str, str], secret: str) -> Claims:
    """What the cookie says; nothing where it is not ours.

    Streamlit cuts a long one in pieces that are signed apart, and could be put together anew: those are not read.
    """
    signed = cookies.get(USER_COOKIE_NAME, "")
    if not signed:
        return {}
    said = decode_signed_value(secret, USER_COOKIE_NAME, signed.encode("latin-1", "replace"))
    try:
        found = json.loads(said or b"{}")
    except ValueError:
        raise LoginRefused(
            "The login says more than a cookie holds.",
            hint="Let the login service send fewer claims. See docs/access.md.",
        ) from None
    return found if isinstance(found, dict) and found.get("is_logged_in") is True else {}
