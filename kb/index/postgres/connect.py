"""Connections to the database, and what goes wrong with them as sentences without secrets."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kb.config import Address
from kb.errors import ConfigError, IndexFault, StoreUnavailable

Connection = psycopg.Connection[tuple[Any, ...]]

_DEFAULTS = {
    # A host that is gone without a word is given up, while it is connected to and while it is waited for.
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
_LOST = {"57P01", "57P02", "57P03", "57P05", "53300", "40001"}
"""Told by a server that goes down, comes up, has no place left, or took a read back while it was catching up."""


def parameters(address: Address) -> dict[str, Any]:
    """What to connect with: the address's own parameters come before the defaults.

    Raises:
        ConfigError: it is no address.
    """
    try:
        given = conninfo_to_dict(address.url)
    except psycopg.ProgrammingError:
        given = None
    authority, _, path = address.url.partition("://")[2].partition("?")[0].partition("/")
    ports = [] if given is None else str(given.get("port", "")).split(",")
    if given is None or authority.count("@") > 1 or "@" in path or not all(port.isdigit() for port in ports if port):
        # What the driver would say of it may quote a password that was taken for something else.
        hint = "Write postgresql://host/database; signs such as @ and / in a password are written as %40 and %2F."
        raise ConfigError("The store's address cannot be read.", hint=hint)
    return {**_DEFAULTS, "application_name": f"kb {socket.gethostname()} {os.getpid()}"} | given


def connect(address: Address) -> Connection:
    """A connection of one's own, committing each statement by itself.

    Raises:
        StoreUnavailable: it cannot be had.
    """
    with telling(address):
        return psycopg.connect(**parameters(address), autocommit=True)


def is_lost(error: psycopg.Error) -> bool:
    """Whether another connection might do better."""
    if isinstance(error, psycopg.InterfaceError):
        return True
    state = error.sqlstate
    return isinstance(error, psycopg.OperationalError) and (state is None or state in _LOST or state.startswith("08"))


def fault(error: psycopg.Error, address: Address) -> IndexFault:
    """What the driver or the server says, as a sentence."""
    if is_lost(error):
        reason = " ".join(str(error).split())
        return StoreUnavailable(
            f"The database {address} cannot be reached: {reason}",
            hint="See that it runs, and that store in kb.toml or KB_STORE says where it is and who asks.",
        )
    said = error.diag.message_primary or type(error).__name__
    return IndexFault(f"The database {address} says: {said}.", hint="See docs/postgresql.md for what it needs.")


@contextlib.contextmanager
def telling(address: Address) -> Iterator[None]:
    """Tell what the database says while the block runs."""
    try:
        yield
    except psycopg.Error as error:
        raise fault(error, address) from None
