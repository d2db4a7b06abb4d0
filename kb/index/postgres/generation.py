"""One generation in the database, open for reading.

Each connection that reads it holds a shared lock on its number, so that it is not dropped meanwhile; the
server lets go of the lock with the connection, so that a killed process leaves nothing behind.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cached_property, partial

from kb.config import Address
from kb.errors import IndexFault
from kb.index.layout import manifest_from_json
from kb.index.means import Means, read_means
from kb.index.postgres.connect import Connection
from kb.index.postgres.dense import PostgresDense
from kb.index.postgres.lexical import PostgresLexical
from kb.index.postgres.schema import SETTINGS
from kb.index.postgres.sessions import Sessions
from kb.index.postgres.tables import PostgresTables
from kb.index.store import Store
from kb.passages import KINDS, Kind

LOCKS = 0x7072616B
"""The first number of every advisory lock of an index; the second is the generation's, or 0 for the writer's."""


class Gone(IndexFault):
    """The generation is not there any more."""


class PostgresGeneration:
    """A whole generation; it is kept in the database for as long as this object lives."""

    def __init__(self, address: Address, number: int, home: str, whole_limit: int) -> None:
        self.name = generation_name(number)
        self.damage = ""
        self._home = home
        self._whole_limit = whole_limit
        self._sessions = Sessions(address, partial(_hold, number, home))
        text = self._sessions.rows("SELECT manifest FROM praksis.generation WHERE home = %s", (home,))[0][0]
        self.manifest = manifest_from_json(text, f"{self.name} in {address}")

    @cached_property
    def store(self) -> Store:
        return Store(PostgresTables(self._sessions))

    @cached_property
    def lexical(self) -> PostgresLexical:
        return PostgresLexical(self._sessions, self.store)

    @cached_property
    def dense(self) -> Mapping[Kind, PostgresDense]:
        """The dense arm per kind; empty where the index was made without a model."""
        if not self.manifest.fingerprint.encoder:
            return {}
        sizes = {kind: len(self.store.owners[kind]) for kind in KINDS}
        return {kind: PostgresDense(self._sessions, kind, size, self._whole_limit) for kind, size in sizes.items()}

    @cached_property
    def means(self) -> Means:
        rows = self._sessions.rows("SELECT means FROM praksis.generation WHERE home = %s", (self._home,))
        return read_means(io.BytesIO(rows[0][0]))


def generation_name(number: int) -> str:
    """What a generation is called."""
    return f"{number:06d}"


def _hold(number: int, home: str, connection: Connection) -> None:
    """Keep a generation from being dropped, and look in it first.

    Raises:
        Gone: it was dropped, or the server that took over never had it.
    """
    connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LOCKS, number))
    if not connection.execute("SELECT 1 FROM praksis.generation WHERE home = %s", (home,)).fetchall():
        message = f"Generation {generation_name(number)} of the index is not there any more."
        raise Gone(message, hint="Ask again; run kb index if it stays so.")
    look_in(connection, home)
    # A question is answered before a plan for it would be compiled.
    for name, value in {**SETTINGS, "jit": "off"}.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))


def look_in(connection: Connection, home: str) -> None:
    """Have unqualified names mean the tables of a generation, and pgvector's own."""
    connection.execute(
        "SELECT set_config('search_path', format('%%I, %%I', %s::text, nspname), false)"
        " FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'",
        (home,),
    )
