"""What kb.toml said of access when the app started: that holds until it is started again.

Settings are otherwise read anew at each request. Were these too, a file that is being written, or has gone, would for a
moment leave the door open.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streamlit import config as streamlit_config

from kb.access.settings import LOGIN, Access
from kb.access.setup import Setup, setup, streamlit_section
from kb.config import Config
from kb.errors import AccessError, KbError
from kb.web.base import site_config

if TYPE_CHECKING:
    from streamlit.runtime.secrets import SecretsValue

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may do what here, and what the login is made with."""

    access: Access
    url: str = ""
    """The app's own address, where logins come back to."""
    made: Setup | None = None
    problem: AccessError | None = None
    """Why nobody can log in, where something needs it."""

    @property
    def is_closed(self) -> bool:
        """Whether reading needs a login."""
        return self.access.read == LOGIN


class _First:
    """The rules that this process goes by."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_started = False
        self.rules: Rules | None = None


_first = _First()


def begin() -> Mapping[str, SecretsValue]:
    """Keep the rules as they are now for as long as the app runs; what Streamlit must be told to log people in."""
    # A header that anybody can send must not say who somebody is.
    streamlit_config.set_option("server.trustedUserHeaders", {})
    _first.is_started = True
    try:
        config = site_config()
    except KbError:
        # Every page says so.
        return {}
    _first.rules = found = _read(config)
    if found.problem:
        log.error("Nobody is let in: %s %s", found.problem, found.problem.hint)
    return {"auth": streamlit_section(config, found.made)} if found.made else {}


def rules() -> Rules:
    """The rules of this installation: the first that could be read since the app was started.

    Raises:
        ConfigError: kb.toml cannot be read, and could not be before.
    """
    with _first.lock:
        if _first.rules:
            return _first.rules
        found = _read(site_config())
        if _first.is_started:
            _first.rules = found = _late(found)
        return found


def _read(config: Config) -> Rules:
    try:
        return Rules(config.access, config.url, setup(config))
    except AccessError as error:
        return Rules(config.access, config.url, problem=error)


def _late(found: Rules) -> Rules:
    """Streamlit is told how to log people in when it starts; what kb.toml could not say then is too late."""
    if not found.made:
        return found
    hint = "Start the app again."
    problem = AccessError("kb.toml could not be read when the app started.", hint=hint)
    return Rules(found.access, found.url, problem=problem)
