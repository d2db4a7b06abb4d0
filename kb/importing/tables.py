"""Tables of practices: CSV and JSON, one practice a row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from kb.errors import CannotImport
from kb.frontmatter import Value
from kb.importing.decoded import decoded
from kb.importing.told import OTHER, Piece, Told

DELIMITERS = ";,\t|"
_LONGEST = 16 * 1024 * 1024
"""Characters of one cell: a file is no larger."""
_LISTS = ("practices", "praksiser", "items", "data", "rows", "results")
"""Keys that hold the rows where a JSON file is one mapping."""


def from_csv(data: bytes, name: str) -> Iterator[Told | CannotImport]:
    """One practice for each row under the headers; a row that cannot be read is an error in its place."""
    text = decoded(data).replace("\0", "")
    delimiter = _delimiter(text)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        # Excel's own word on what parts the cells.
        delimiter, text = first[4], rest
    csv.field_size_limit(_LONGEST)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        headers = next((row for row in rows if any(cell.strip() for cell in row)), None)
        if headers is None:
            yield CannotImport(f"{name}: there is nothing in it.", hint="Save the table with a row of headers.")
            return
        for number, row in enumerate(rows, 2):
            if any(cell.strip() for cell in row):
                yield _row(headers, row, f"{name}, row {number}")
    except csv.Error as error:
        yield CannotImport(f"{name}, line {rows.line_num}: {error}.", hint="Save the table anew as CSV in UTF-8.")


def from_json(data: bytes, name: str) -> Iterator[Told | CannotImport]:
    """One practice for each object; something else in the list is an error in its place."""
    try:
        loaded = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        yield CannotImport(f"{name}: this is not JSON: {error}.", hint="Save it anew, or check it in an editor.")
        return
    rows = _rows(loaded)
    if not rows:
        yield CannotImport(f"{name}: there are no practices in it.", hint="Write a list of objects, one a practice.")
    for number, row in enumerate(rows, 1):
        where = f"{name}, row {number}" if len(rows) > 1 else name
        if isinstance(row, dict):
            yield Told(where, tuple(_pieces(row)))
        else:
            yield CannotImport(f"{where}: this is no object with keys.", hint='Write {"title": "…", …}.')


def _delimiter(text: str) -> str:
    """What parts the headers: the sign that is there most often outside quotes."""
    line = next((line for line in io.StringIO(text) if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _row(headers: list[str], row: list[str], where: str) -> Told:
    """A row's cells under their headers; those beyond the last header have none."""
    labels = [*headers, *([OTHER] * len(row))]
    return Told(where, tuple(Piece(label, cell) for label, cell in zip(labels, row, strict=False)))


def _rows(loaded: Any) -> list[Any]:
    if isinstance(loaded, list):
        return loaded
    if isinstance(loaded, dict):
        named = next((loaded[key] for key in _LISTS if isinstance(loaded.get(key), list) and len(loaded) == 1), None)
        return [loaded] if named is None else named
    return [loaded]


def _pieces(row: Mapping[str, Any]) -> Iterator[Piece]:
    """The keys of an object; what is nested under `sections` or the like has its own keys for headings."""
    for key, told in row.items():
        value = _value(told)
        if isinstance(value, dict) and key.casefold() in {"sections", "body", "text", "answers"}:
            yield from (Piece(heading, text) for heading, text in value.items())
        else:
            yield Piece(key, value)


def _value(told: Any) -> Value:
    """Any JSON as the texts that it holds."""
    if isinstance(told, dict):
        return {str(key): _value(value) for key, value in told.items()}
    if isinstance(told, list):
        return [_value(item) for item in told]
    if told is None:
        return ""
    return told if isinstance(told, str) else json.dumps(told)
