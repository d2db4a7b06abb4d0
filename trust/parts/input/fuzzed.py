"""Texts and files made by hypothesis, through everything that reads one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trust import made, properties
from trust.fuzz import fuzz
from trust.rows import Row

TEXTS, FILES = 10_000, 2_000
"""How many of each are tried in `make trust`; files take longer, since each is written to disk."""

READERS: Mapping[str, tuple[Callable[..., None], tuple[Any, ...]]] = {
    **{name: (holds, (made.texts,)) for name, holds in properties.TEXTS.items()},
    "round-trip writer": (properties.writer, (made.texts, made.changes)),
    **{name: (holds, (made.files,)) for name, holds in properties.FILES.items()},
}
"""What must hold of each reader, and how its arguments are made."""


def rows() -> Iterator[Row]:
    """A row for each reader."""
    for name in READERS:
        yield row(name, FILES if name in properties.FILES else TEXTS)


def row(name: str, times: int) -> Row:
    """One reader, so many times."""
    holds, strategies = READERS[name]
    return fuzz(f"The {name}, on texts made by hypothesis", holds, times, *strategies)
