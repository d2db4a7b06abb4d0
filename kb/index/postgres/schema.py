"""The tables of one generation, in a schema of its own: made, filled and indexed in one transaction.

With Citus they are spread over its nodes by practice, and what is read for every question lies on all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from psycopg.sql import SQL, Composed, Identifier, Literal

from kb.index.postgres.connect import Connection
from kb.passages import KINDS, Kind

SETTINGS = {
    "hnsw.ef_search": "200",
    "hnsw.iterative_scan": "relaxed_order",
    "hnsw.max_scan_tuples": "200000",
    "hnsw.scan_mem_multiplier": "4",
}
"""How pgvector searches its graph: recall 0.99 and more at 100,000 passages, also within filters."""

LARGEST_INDEXED = 4000
"""Dimensions that pgvector can index; longer vectors are compared one by one."""

LARGEST_INLINE = 3500
"""Dimensions that fit into a page beside their row, and need not be fetched from elsewhere."""

_COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "practice": (("row", "int4"), ("id", "text"), ("path", "text"), ("data", "text")),
    "title": (("folded", "text"), ("practice", "int4")),
    "facet": (("name", "text"), ("value", "text"), ("practice", "int4")),
    "passage": (
        *(("kind", "text"), ("row", "int4"), ("practice", "int4"), ("section", "text"), ("heading", "text")),
        *(("line", "int4"), ("language", "text"), ("text", "text"), ("context", "text")),
    ),
    "word": (("folded", "text"), ("concept", "int4")),
    "posting": (("term", "text"), ("block", "int4"), ("documents", "bytea"), ("frequencies", "bytea")),
    "block": (("block", "int4"), ("tokens", "int8"), ("lengths", "bytea")),
}
_INDEXES = (
    ("practice", ("row",)),
    ("title", ("folded",)),
    ("facet", ("name", "value")),
    ("passage", ("kind", "row")),
    ("passage", ("practice",)),
    ("passage", ("kind", "section")),
    ("word", ("folded",)),
    ("word", ("concept",)),
    ("posting", ("term",)),
)
_SPREAD_BY = {"practice": "row", "posting": "block", "block": "block"}
"""The column that says on which node a row lies, where it is not `practice`."""
_EVERYWHERE = ("word",)


def vector_table(kind: str) -> str:
    """The table of the vectors of a kind: row, practice, vec."""
    return f"vector_{kind}"


def create(connection: Connection, home: str, dimension: int) -> None:
    """Make the empty tables in the current schema; without vectors where `dimension` is 0."""
    for table, columns in _COLUMNS.items():
        made = SQL(", ").join(SQL("{} {} NOT NULL").format(Identifier(name), SQL(kind)) for name, kind in columns)
        connection.execute(SQL("CREATE TABLE {} ({})").format(Identifier(table), made))
    for kind in KINDS if dimension else ():
        name, size = Identifier(vector_table(kind)), Literal(dimension)
        connection.execute(
            SQL("CREATE TABLE {} (row int4 NOT NULL, practice int4 NOT NULL, vec halfvec({}) NOT NULL)").format(
                name, size
            )
        )
        if dimension <= LARGEST_INLINE:
            connection.execute(SQL("ALTER TABLE {} ALTER COLUMN vec SET STORAGE PLAIN").format(name))
    if has_citus(connection):
        for statement in distribution(home, vectors=bool(dimension)):
            connection.execute(statement)


def copy(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Fill a table; vectors come as what `packed` gives."""
    kinds = [kind for _, kind in _COLUMNS[table]] if table in _COLUMNS else ["int4", "int4", "bytea"]
    statement = SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(Identifier(table))
    with connection.cursor().copy(statement) as into:
        into.set_types(kinds)
        for row in rows:
            into.write_row([_storable(value) for value in row])


def _storable(value: Any) -> Any:
    """PostgreSQL keeps no NUL in a text, as it stands or as JSON writes it."""
    return value.replace("\0", "\ufffd").replace("\\u0000", "\\ufffd") if isinstance(value, str) else value


def index(connection: Connection, sizes: Mapping[Kind, int], whole_limit: int, dimension: int) -> None:
    """Index what was filled in; a graph of vectors is made where there are more than are compared one by one."""
    for table, columns in _INDEXES:
        names = SQL(", ").join(map(Identifier, columns))
        connection.execute(SQL("CREATE INDEX ON {} ({})").format(Identifier(table), names))
    for kind, size in sizes.items():
        table = vector_table(kind)
        connection.execute(SQL("CREATE INDEX ON {} (row)").format(Identifier(table)))
        if size > whole_limit and dimension <= LARGEST_INDEXED:
            connection.execute("SET LOCAL maintenance_work_mem = '1GB'")
            connection.execute(
                SQL("CREATE INDEX ON {} USING hnsw (vec halfvec_ip_ops) WITH (m = 16, ef_construction = 100)").format(
                    Identifier(table)
                )
            )
    for table in (*_COLUMNS, *map(vector_table, sizes)):
        connection.execute(SQL("ANALYZE {}").format(Identifier(table)))


def has_citus(connection: Connection) -> bool:
    """Whether the database can spread tables over several nodes."""
    return bool(connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'citus'").fetchall())


def distribution(home: str, *, vectors: bool) -> Iterator[Composed]:
    """What Citus is told of the tables of a generation, in order."""
    # A session on a worker does not know what was set in the one that asks.
    for name, value in SETTINGS.items():
        alter = SQL("ALTER DATABASE {} SET {} = {}")
        command = SQL("SELECT run_command_on_all_nodes(format({}, current_database()))")
        yield command.format(alter.format(SQL("%I"), SQL(name), Literal(value)).as_string())
    spread = [table for table in _COLUMNS if table not in _EVERYWHERE]
    for table in (*spread, *(map(vector_table, KINDS) if vectors else ())):
        column = _SPREAD_BY.get(table, "practice")
        statement = SQL("SELECT create_distributed_table({}, {}, colocate_with => {})")
        together = "default" if column == "block" else _named(home, "practice") if table != "practice" else "none"
        yield statement.format(_named(home, table), column, together)
    for table in _EVERYWHERE:
        yield SQL("SELECT create_reference_table({})").format(_named(home, table))


def _named(home: str, table: str) -> str:
    return f"{home}.{table}"
