"""The server that `kb serve` starts: uvicorn, as Streamlit would start it, but nobody is waited for without end.

Where the app is started by `streamlit run` or another server, everything but these bounds holds as well.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import resource
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import h11
import uvicorn
from streamlit import config
from uvicorn.protocols.http.h11_impl import H11Protocol

from kb.errors import ConfigError

ASKING = 15
"""Seconds in which a request must have been said, from when its connection or its first sign came."""
READING = 60
"""Seconds in which a little more of an answer must have been taken."""
IDLE = 65
"""Seconds that a connection is kept for another request; a proxy keeps its own for 60, and must close first.

Where the server is, the next request may be on its way already, and is answered by a reset.
"""
GRACE = 15
"""Seconds in which answers that are being made are still made when the server is told to stop."""
CONNECTIONS = 4096
"""Open at once; each reader has one, and six more while a page is fetched."""
SPARE = 200
"""File descriptors for everything else."""
MESSAGE = 4 * 1024 * 1024
"""Bytes of one message from a reader's window: a form that is filled to the brim has some hundred thousand."""
PULSE = 30
"""Seconds between two signs of life of a window, and in which it must answer one."""


class Patient(H11Protocol):
    """HTTP as uvicorn speaks it; who neither says what she wants nor takes what she gets is not waited for."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait(ASKING)

    def data_received(self, data: bytes) -> None:
        """Go on waiting, unless a request is whole."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._rest()
        elif self._late is None:
            self._wait(ASKING)

    def pause_writing(self) -> None:
        """The other end takes nothing more for now."""
        super().pause_writing()
        self._wait(READING)

    def resume_writing(self) -> None:
        """It goes on."""
        super().resume_writing()
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """There is nobody to wait for."""
        self._rest()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._rest()
        self._late = self.loop.call_later(seconds, self.transport.abort)

    def _rest(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens, so that an address is told only once it is ours.

    Raises:
        ConfigError: it is taken, or this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family=family)
    # A server that was stopped a moment ago holds its port no longer.
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(2048)
    except OSError as error:
        found.close()
        hint = "Give another with --port, or stop what listens there."
        raise ConfigError(f"{host} cannot be listened to at port {port}: {error.strerror}.", hint=hint) from error
    return found


def run(door: Path, found: socket.socket) -> None:
    """Serve the app behind a door, until a signal says to stop; answers on their way are finished."""
    host, port = found.getsockname()[:2]
    # Streamlit looks for its settings beside this file.
    setattr(config, "_main_script_path", str(door))  # noqa: B010  it is None to mypy
    for name, value in _from_environment().items():
        config.set_option(name, value)
    config.set_option("server.address", host)
    config.set_option("server.port", port)
    server = uvicorn.Server(
        uvicorn.Config(
            _app(door),
            http=Patient,
            ws="websockets-sansio",
            ws_max_size=MESSAGE,
            ws_ping_interval=PULSE,
            ws_ping_timeout=PULSE,
            lifespan="on",
            log_level="warning",
            access_log=False,
            use_colors=False,
            server_header=False,
            limit_concurrency=_room(),
            timeout_keep_alive=IDLE,
            timeout_graceful_shutdown=GRACE,
        )
    )
    server.run(sockets=[found])
    if not server.started:
        raise ConfigError("The app did not start.", hint="What is wrong stands above.")


def _from_environment() -> dict[str, Any]:
    """Streamlit's settings in the environment, such as STREAMLIT_SERVER_BASE_URL_PATH, as its own command does."""
    found: dict[str, Any] = {}
    for name, option in config.get_config_options().items():
        value = os.environ.get(option.env_var)
        if value is not None:
            found[name] = value.lower() in {"1", "true", "yes", "on"} if isinstance(option.value, bool) else value
    return found


def _app(door: Path) -> Any:
    """The app that a file defines."""
    spec = importlib.util.spec_from_file_location("app", door)
    module = importlib.util.module_from_spec(spec) if spec else None
    if spec is None or spec.loader is None or module is None:
        raise ConfigError(f"{door} is no Python file.", hint="Run kb serve in the folder that holds app.py.")
    sys.modules["app"] = module
    spec.loader.exec_module(module)
    return module.app


def _room() -> int:
    """How many connections there is room for, with as many file descriptors as this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(min(CONNECTIONS, soft - SPARE), 1)
