"""What the one process that writes can do, all of it on the connection that holds the writer's lock.

If that connection is lost the lock is too, and nothing more can be written: another writer may have begun.
"""

from __future__ import annotations

import contextlib
import io
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier

from kb.config import Address
from kb.index.embed import DenseArm
from kb.index.layout import IndexLayout, Manifest, manifest_from_json
from kb.index.means import BLOCK, Sliced
from kb.index.postgres.connect import Connection, telling
from kb.index.postgres.generation import LOCKS, generation_name, look_in
from kb.index.postgres.packing import pack_vectors
from kb.index.postgres.postings import blocks
from kb.index.postgres.schema import copy, create, index, vector_table
from kb.index.postgres.sessions import Direct
from kb.index.postgres.tables import PostgresTables
from kb.index.postgres.vectors import PostgresCache
from kb.index.storage import Contents
from kb.index.store import ROWS, Record, Store
from kb.index.vectors import DamagedCache
from kb.passages import Kind

KEEP = 2
"""The current generation and the one before, to go back to."""


class PostgresWriter:
    """Writes generations, and the vectors that they are made of."""

    def __init__(self, connection: Connection, address: Address, folder: Path, whole_limit: int) -> None:
        self._connection = connection
        self._address = address
        self._folder = folder
        self._whole_limit = whole_limit

    @property
    def scratch(self) -> None:
        """Nothing is known of this machine's disks: files that are gone afterwards lie where it has them."""

    def previous(self) -> Manifest | None:
        """The current generation's manifest."""
        with telling(self._address):
            found = self._connection.execute(
                "SELECT number, manifest FROM praksis.current JOIN praksis.generation USING (number)"
            ).fetchall()
        return manifest_from_json(found[0][1], f"in {self._address}") if found else None

    def store(self, generation: Manifest) -> Store:
        """The practices of a generation."""
        with telling(self._address):
            found = self._connection.execute(
                "SELECT home FROM praksis.generation WHERE number = %s", (int(generation.generation),)
            ).fetchall()
            look_in(self._connection, found[0][0])
        return Store(PostgresTables(Direct(self._connection, self._address)))

    def under(self, _: Manifest) -> None:
        """Each generation is written whole."""

    @contextlib.contextmanager
    def vectors(self, encoder: str) -> Iterator[PostgresCache]:
        """The vectors that an encoder has made so far."""
        cache = PostgresCache(self._connection, self._address, encoder)
        cache.take_over(IndexLayout(self._folder).vectors)
        try:
            yield cache
        except DamagedCache:
            cache.clear()
            raise

    def touch(self, manifest: Manifest) -> None:
        """Write the current generation's manifest anew."""
        with telling(self._address):
            self._connection.execute(
                "UPDATE praksis.generation SET manifest = %s WHERE number = %s",
                (manifest.to_json(), int(manifest.generation)),
            )

    def publish(self, contents: Contents) -> Manifest:
        """Write a generation and make it the current one, in one transaction."""
        with telling(self._address):
            with self._connection.transaction():
                number = self._next_number()
                # No two generations ever share a schema, also not where a server took over that missed some.
                home = f"praksis_{generation_name(number)}_{secrets.token_hex(4)}"
                self._connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(home)))
                look_in(self._connection, home)
                self._fill(home, contents)
                manifest = replace(contents.manifest, generation=generation_name(number))
                self._make_current(number, home, manifest, contents.arm)
            self._drop_old()
        return manifest

    def _fill(self, home: str, contents: Contents) -> None:
        """Make the tables of a generation, with all that stands in them."""
        connection, arm = self._connection, contents.arm
        dimension = arm.vectors["text"].shape[1] if arm else 0
        create(connection, home, dimension)
        for table, rows in ROWS.items():
            copy(connection, table, rows(contents.records, contents.vocabulary))
        for block in blocks(contents.records):
            copy(connection, "block", [(block.number, block.tokens, block.lengths)])
            copy(connection, "posting", block.postings())
        vectors = arm.vectors if arm else {}
        for kind, found in vectors.items():
            copy(connection, vector_table(kind), _vector_rows(contents.records, found, kind))
        sizes = {kind: len(found) for kind, found in vectors.items()}
        index(connection, sizes, self._whole_limit, dimension)

    def _next_number(self) -> int:
        rows = self._connection.execute("SELECT coalesce(max(number), 0) + 1 FROM praksis.generation").fetchall()
        return int(rows[0][0])

    def _make_current(self, number: int, home: str, manifest: Manifest, arm: DenseArm | None) -> None:
        means = io.BytesIO()
        if arm:
            arm.means.write(means)
        self._connection.execute(
            "INSERT INTO praksis.generation VALUES (%s, %s, %s, %b)",
            (number, home, manifest.to_json(), means.getvalue()),
        )
        self._connection.execute(
            "INSERT INTO praksis.current (number) VALUES (%s) ON CONFLICT (one) DO UPDATE SET number = excluded.number",
            (number,),
        )

    def _drop_old(self) -> None:
        """Drop the generations beyond the last KEEP that nobody reads."""
        old = self._connection.execute(
            "SELECT number, home FROM praksis.generation WHERE number NOT IN (SELECT number FROM praksis.current)"
            " ORDER BY number DESC OFFSET %s",
            (KEEP - 1,),
        ).fetchall()
        for number, home in old:
            # Whoever makes a dump holds no lock of ours, and is not waited for.
            with contextlib.suppress(LockNotAvailable), self._connection.transaction():
                self._connection.execute("SET LOCAL lock_timeout = '1s'")
                sql = "SELECT pg_try_advisory_xact_lock(%s, %s)"
                if self._connection.execute(sql, (LOCKS, number)).fetchall()[0][0]:
                    self._connection.execute("DELETE FROM praksis.generation WHERE number = %s", (number,))
                    self._connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(home)))


def _vector_rows(records: Sequence[Record], vectors: Sliced, kind: Kind) -> Iterator[tuple[int, int, bytes]]:
    """Rows of a table of vectors: number, practice, vector. Vectors are read in slices."""
    owners = [row for row, record in enumerate(records) for passage in record.passages if passage.kind == kind]
    for start in range(0, len(vectors), BLOCK):
        packed = pack_vectors(vectors[start : start + BLOCK])
        yield from ((start + place, owners[start + place], vec) for place, vec in enumerate(packed))
