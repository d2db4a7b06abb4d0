"""An index in PostgreSQL: one writer, many readers, and generations that are switched in one transaction.

A generation is a schema of its own. The writer makes it, fills it and makes it the current one in a single
transaction, so that others see all of it or nothing, and a writer that is killed leaves nothing behind.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from kb.config import Address
from kb.errors import IndexBusy, NoIndex, OtherVersion
from kb.index.dense import WHOLE_LIMIT
from kb.index.generation import Generation, instead
from kb.index.layout import IndexLayout, Manifest, manifest_from_json
from kb.index.postgres.connect import Connection, connect, telling
from kb.index.postgres.generation import LOCKS, Gone, PostgresGeneration
from kb.index.postgres.migrations import migrate, require_schema, schema_version
from kb.index.postgres.sessions import Sessions
from kb.index.postgres.vectors import PostgresCache
from kb.index.postgres.writer import PostgresWriter
from kb.index.vectors import cached_in, copy_vectors

_CURRENT = "SELECT number, home FROM praksis.current JOIN praksis.generation USING (number)"
_EARLIER = (
    "SELECT number, home FROM praksis.generation WHERE number NOT IN (SELECT number FROM praksis.current)"
    " ORDER BY number DESC"
)
_SIZE = """
SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::int8
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND (nspname = 'praksis' OR nspname IN (SELECT home FROM praksis.generation))
"""
_WRITING = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "statement_timeout": "0",
    "idle_session_timeout": "0",
}
TRIES = 10
"""Generations that may become current, and old again, while one is opened."""


class PostgresStorage:
    """The index in a database."""

    def __init__(self, address: Address, folder: Path, whole_limit: int = WHOLE_LIMIT) -> None:
        """The folder is where the index was before: vectors that it has are not made again."""
        self._address = address
        self._folder = folder
        self._whole_limit = whole_limit
        self._has_schema = False

    @contextlib.contextmanager
    def writing(self) -> Iterator[PostgresWriter]:
        """Be the one writer while the block runs."""
        with contextlib.closing(connect(self._address)) as connection:
            with telling(self._address):
                _be_the_writer(connection)
            migrate(connection, self._address)
            yield PostgresWriter(connection, self._address, self._folder, self._whole_limit)

    def pointer(self) -> tuple[str, int]:
        """The schema of the current generation, and its number."""
        return next(((home, number) for number, home in self._current()), ("", 0))

    def open(self, held: Generation | None = None) -> Generation:
        """The current generation; an earlier one where another version of Praksis wrote that, as while some upgrade."""
        try:
            return self._open_current()
        except OtherVersion as fault:
            for number, home in self._sessions.rows(_EARLIER):
                with contextlib.suppress(OtherVersion, Gone):
                    return instead(self._generation(number, home), fault)
            if held is None:
                raise
            return instead(held, fault)

    def _open_current(self) -> PostgresGeneration:
        for left in reversed(range(TRIES)):
            home, number = self.pointer()
            if not home:
                break
            try:
                return self._generation(number, home)
            except Gone:
                if not left:
                    raise
        raise NoIndex(f"There is no index in {self._address} yet.", hint="Run kb index.")

    def _generation(self, number: int, home: str) -> PostgresGeneration:
        return PostgresGeneration(self._address, number, home, self._whole_limit)

    def manifest(self, generation: str) -> Manifest:
        """A generation's manifest as it stands now."""
        rows = self._sessions.rows("SELECT manifest FROM praksis.generation WHERE number = %s", (int(generation),))
        return manifest_from_json(rows[0][0] if rows else "", f"{generation} in {self._address}")

    def lend_vectors(self, folder: Path) -> None:
        """Begin another index, in a folder, with the vectors made so far."""
        if not require_schema(self._sessions, self._address):
            return
        with contextlib.closing(connect(self._address)) as connection, telling(self._address):
            encoders = connection.execute("SELECT DISTINCT encoder FROM praksis.vector").fetchall()
            for (encoder,) in encoders:
                with cached_in(IndexLayout(folder).vectors, encoder) as cache:
                    copy_vectors(PostgresCache(connection, self._address, encoder), cache)

    def told(self) -> str:
        """The server's version, pgvector's and the schema's."""
        version = schema_version(self._sessions)
        require_schema(self._sessions, self._address)
        server = self._sessions.rows("SELECT current_setting('server_version')")[0][0].partition(" ")[0]
        vector = self._sessions.rows("SELECT max(extversion) FROM pg_extension WHERE extname = 'vector'")[0][0]
        return f"PostgreSQL {server}, {f'pgvector {vector}' if vector else 'no pgvector yet'}, schema {version}"

    def size(self) -> int:
        """Bytes that the generations and the vectors take."""
        return int(self._sessions.rows(_SIZE)[0][0])

    def _current(self) -> list[tuple[Any, ...]]:
        """The current generation's number and schema; none where nothing was ever indexed."""
        # A schema that can be read is asked for its version no more.
        self._has_schema = self._has_schema or require_schema(self._sessions, self._address)
        return self._sessions.rows(_CURRENT) if self._has_schema else []

    @cached_property
    def _sessions(self) -> Sessions:
        return Sessions(self._address)


def _be_the_writer(connection: Connection) -> None:
    """Take the writer's lock; it is let go of with the connection.

    Raises:
        IndexBusy: another process has it.
    """
    # The server notices soon when the machine of a writer is gone; to write may take as long as it takes.
    for name, value in _WRITING.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    if connection.execute("SELECT pg_try_advisory_lock(%s, 0)", (LOCKS,)).fetchall()[0][0]:
        return
    who = connection.execute(
        "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE locktype = 'advisory' AND classid = %s AND objid = 0 AND granted AND pg_locks.database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())",
        (LOCKS,),
    ).fetchall()
    name = f" ({who[0][0]})" if who and who[0][0] else ""
    raise IndexBusy(
        f"Another process{name} is writing the index now.", hint="Wait until it is done, then run kb index again."
    )
