"""The schema `praksis`: what is kept from one generation to the next, made and changed by numbered steps.

The tables of a generation are no part of it: they lie in a schema of their own, are made anew with every
generation, and are told apart by the format in its manifest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.config import Address
from kb.errors import IndexFault
from kb.index.postgres.connect import Connection, telling
from kb.index.postgres.sessions import Reader


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. A step that was ever taken somewhere is never changed: another one follows it."""

    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "generations, and which of them is current",
        (
            """CREATE TABLE praksis.generation (
                number int PRIMARY KEY, home text UNIQUE NOT NULL, manifest text NOT NULL, means bytea)""",
            """CREATE TABLE praksis.current (
                one boolean PRIMARY KEY DEFAULT true CHECK (one),
                number int NOT NULL REFERENCES praksis.generation)""",
        ),
    ),
    Migration(
        "vectors by content and encoder",
        (
            """CREATE TABLE praksis.vector (
                encoder text, key bytea, vector bytea NOT NULL, PRIMARY KEY (encoder, key))""",
        ),
    ),
)
"""In order; the first is number 1."""

_VERSION = "SELECT coalesce(max(number), 0) FROM praksis.migration"
_PGVECTOR = "0.8"


def migrate(connection: Connection, address: Address, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Take the steps that were not taken yet, all of them or none.

    Raises:
        IndexFault: the schema is newer than this code, or pgvector is missing or too old.
    """
    with telling(address), connection.transaction():
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        _require_pgvector(connection, address)
        connection.execute("CREATE SCHEMA IF NOT EXISTS praksis")
        connection.execute(
            """CREATE TABLE IF NOT EXISTS praksis.migration (
                number int PRIMARY KEY, name text NOT NULL, taken timestamptz NOT NULL DEFAULT now())"""
        )
        version = connection.execute(_VERSION).fetchall()[0][0]
        _refuse_newer(version, len(steps), address)
        for number, step in enumerate(steps[version:], version + 1):
            for statement in step.statements:
                connection.execute(statement)
            connection.execute("INSERT INTO praksis.migration VALUES (%s, %s)", (number, step.name))


def require_schema(reader: Reader, address: Address, steps: Sequence[Migration] = MIGRATIONS) -> bool:
    """Whether a reader can read the schema; false where nothing was ever indexed.

    Raises:
        IndexFault: the schema is newer or older than this code.
    """
    version = schema_version(reader)
    if not version:
        return False
    _refuse_newer(version, len(steps), address)
    if version < len(steps):
        raise IndexFault(f"The database {address} was filled by an older Praksis.", hint="Run kb index.")
    return True


def schema_version(reader: Reader) -> int:
    """How many steps the schema has taken; 0 where there is none."""
    if reader.rows("SELECT to_regclass('praksis.migration')")[0][0] is None:
        return 0
    return int(reader.rows(_VERSION)[0][0])


def _refuse_newer(version: int, known: int, address: Address) -> None:
    if version > known:
        raise IndexFault(
            f"The database {address} is of a newer Praksis: version {version}, and this one knows {known}.",
            hint="Install that version here too.",
        )


def _require_pgvector(connection: Connection, address: Address) -> None:
    """See that pgvector can search within filters."""
    version = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchall()[0][0]
    if tuple(map(int, version.split(".")[:2])) < tuple(map(int, _PGVECTOR.split("."))):
        raise IndexFault(
            f"The database {address} has pgvector {version}, and {_PGVECTOR} or newer is needed.",
            hint="Install it on the server, then run ALTER EXTENSION vector UPDATE.",
        )
