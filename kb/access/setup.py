"""What a login needs beside kb.toml: secrets, from the environment or files it names, and the library."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.config import Config
from kb.errors import AccessError
from kb.secret import FILE, from_environment

CLIENT_SECRET = "PRAKSIS_LOGIN_SECRET"  # noqa: S105  the name of a variable
COOKIE_SECRET = "PRAKSIS_COOKIE_SECRET"  # noqa: S105  the same
API_TOKEN = "PRAKSIS_API_TOKEN"  # noqa: S105  the same
SHORTEST = 32
"""Characters of a secret of one's own making: as many as nobody guesses."""
PATIENCE = 20
"""Seconds that the login service may take to answer."""
LIBRARIES = ("authlib", "httpx2")


@dataclass(frozen=True, slots=True)
class Setup:
    """What the login is made with; none of it is ever shown."""

    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    api_token: str = field(default="", repr=False)
    """Lets programs read the plain pages, the feed and the API; empty lets none."""


def setup(config: Config, environment: Mapping[str, str] = os.environ) -> Setup | None:
    """What the login is made with; None where nothing needs one.

    Raises:
        AccessError: something needs a login, and it cannot work.
    """
    if not config.access.needs_login:
        return None
    if missing := [name for name in LIBRARIES if importlib.util.find_spec(name) is None]:
        hint = 'Install them: pip install "praksis[login]".'
        raise AccessError(f"Login needs {' and '.join(missing)}, which are not installed.", hint=hint)
    client, cookie, token = (_secret(name, environment) for name in (CLIENT_SECRET, COOKIE_SECRET, API_TOKEN))
    if not client:
        raise AccessError("The login service's secret for this app is not given.", hint=_how(CLIENT_SECRET))
    if len(cookie) < SHORTEST:
        said = "too short" if cookie else "not given"
        raise AccessError(f"The secret that sessions are signed with is {said}.", hint=_how(COOKIE_SECRET, SHORTEST))
    if token and len(token) < SHORTEST:
        raise AccessError("The token that lets programs read is too short.", hint=_how(API_TOKEN, SHORTEST))
    return Setup(client, cookie, token)


def streamlit_section(config: Config, made: Setup) -> dict[str, Any]:
    """What Streamlit's st.login goes by."""
    return {
        "redirect_uri": f"{config.url.rstrip('/')}/oauth2callback",
        "cookie_secret": made.cookie_secret,
        "client_id": config.access.client,
        "client_secret": made.client_secret,
        "server_metadata_url": f"{config.access.issuer.rstrip('/')}/.well-known/openid-configuration",
        "client_kwargs": {"scope": config.access.scope, "prompt": "select_account", "timeout": PATIENCE},
    }


def _secret(name: str, environment: Mapping[str, str]) -> str:
    try:
        return from_environment(name, environment).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"The file that {name}{FILE} names cannot be read: {error}.", hint=_how(name)) from error


def _how(name: str, characters: int = 0) -> str:
    long = f"at least {characters} characters, " if characters else ""
    return f"Set {name}, {long}or {name}{FILE} to a file that holds it. See docs/access.md."
