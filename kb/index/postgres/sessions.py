"""Reads that outlast the loss of a connection, such as when another server becomes the primary.

All connections of one reader are set up alike; each statement is tried again on another one for as
long as PATIENCE. What is read does not change, so that a second try answers as the first would have.
"""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from psycopg.sql import Composed
from psycopg_pool import ConnectionPool, PoolTimeout

from kb.config import Address
from kb.errors import IndexFault
from kb.index.postgres.connect import Connection, connect, fault, is_lost, parameters

PATIENCE = 30.0
"""Seconds that a read waits for a database that answered before."""

ATTEMPT = 2.0
"""Seconds that one try waits for a connection."""

PAUSE = 0.1
"""Seconds between two tries."""

MOST = 8
"""Connections of one reader at most; further requests wait for one."""

# What the pool says of lost connections is told by whoever waits for one.
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())


class Reader(Protocol):
    """Asks the database."""

    def rows(self, sql: str | Composed, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of an answer.

        Raises:
            IndexFault: there is none.
        """
        ...


class Direct:
    """Asks by one connection, and gives up with it."""

    def __init__(self, connection: Connection, address: Address) -> None:
        read_arrays(connection)
        self._connection = connection
        self._address = address

    def rows(self, sql: str | Composed, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of an answer."""
        try:
            return self._connection.execute(sql, values, binary=True).fetchall()
        except psycopg.Error as error:
            raise fault(error, self._address) from None


class Sessions:
    """Asks by a pool of connections; they are closed with the last who uses this. Safe for many threads."""

    def __init__(self, address: Address, prepare: Callable[[Connection], None] = lambda _: None) -> None:
        self._address = address
        self._refusals: list[IndexFault] = []
        self._answered = False
        self._pool = _pool(address, prepare, self._refusals)
        weakref.finalize(self, _close, self._pool)
        self._pool.open()

    def rows(self, sql: str | Composed, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of an answer."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with self._pool.connection() as connection:
                    found = connection.execute(sql, values, binary=True).fetchall()
            except psycopg.Error as error:
                self._give_up(error, end)
            else:
                self._answered = True
                return found
            time.sleep(PAUSE)

    def _give_up(self, error: psycopg.Error, end: float) -> None:
        """Say what is wrong, unless it is worth another try."""
        if self._refusals:
            raise self._refusals[-1]
        if not is_lost(error):
            raise fault(error, self._address) from None
        if self._answered and time.monotonic() < end:
            return
        if isinstance(error, PoolTimeout):
            # The pool does not say why it has no connection.
            connect(self._address).close()
            if time.monotonic() < end:
                return
        raise fault(error, self._address) from None


def _pool(
    address: Address, prepare: Callable[[Connection], None], refusals: list[IndexFault]
) -> ConnectionPool[Connection]:
    def configure(connection: Connection) -> None:
        read_arrays(connection)
        try:
            prepare(connection)
        except IndexFault as refusal:
            # The pool would only try again: whoever waits for a connection tells it.
            refusals.append(refusal)
            raise

    return ConnectionPool(
        "",
        kwargs={**parameters(address), "autocommit": True},
        configure=configure,
        min_size=1,
        max_size=MOST,
        timeout=ATTEMPT,
        reconnect_timeout=ATTEMPT,
        num_workers=1,
        open=False,
    )


def _close(pool: ConnectionPool[Connection]) -> None:
    """Close a pool that nobody has any more; where one of its own threads was the last, it ends with that."""
    with suppress(RuntimeError):
        pool.close()


def read_arrays(connection: Connection) -> None:
    """Have arrays of numbers come as NumPy arrays."""
    for kind, loader in (("int4", _Integers), ("float4", _Floats)):
        connection.adapters.register_loader(connection.adapters.types[kind].array_oid, loader)


class _Array(Loader):
    """A one-dimensional array without nulls, as PostgreSQL's array_send writes it."""

    format = Format.BINARY
    item: np.dtype[Any]

    def load(self, data: Buffer) -> NDArray[Any]:
        dimensions = int.from_bytes(bytes(data[:4]), "big")
        start = 12 + 8 * dimensions
        items = np.frombuffer(data, dtype=[("length", ">i4"), ("value", self.item)], offset=start)
        return items["value"].astype(self.item.newbyteorder("="))


class _Integers(_Array):
    item = np.dtype(">i4")


class _Floats(_Array):
    item = np.dtype(">f4")
