"""A comparison to take along: as Markdown and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb import schema
from kb.compare.model import Cell, Comparison, Quote, Row
from kb.practice import Practice

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an export says besides the practices' own texts, in one language."""

    title: str
    rows: Mapping[str, str]
    kinds: Mapping[str, str]
    """Kind of place to what it is called."""
    rest: str
    """With {name}."""
    differs: str
    missing: str
    as_of: str
    """With {status} and {when}."""
    as_of_unknown: str
    """With {status}."""
    passages: str
    no_passage: str


def row_name(row: Row, words: Words) -> str:
    """What a row is about."""
    name = words.rest.format(name=words.rows[row.key]) if row.rest else words.rows[row.key]
    return f"{name}: {row.about}" if row.about else name


def fact(cell: Cell, words: Words) -> str:
    """The fact of a cell in words, with its date; empty where it has none."""
    said = cell.label or words.kinds.get(cell.value, cell.value)
    if not said or not cell.when:
        return said
    if cell.when == schema.UNKNOWN_DATE:
        return words.as_of_unknown.format(status=said)
    return words.as_of.format(status=said, when=cell.when)


def lines(cell: Cell, words: Words) -> Iterator[str]:
    """Everything a cell says, a line each: the fact, then what the practice itself says."""
    if said := fact(cell, words):
        yield said
    for quote in cell.quotes:
        yield from _quoted(quote)


def where(practice: Practice, comparison: Comparison) -> str:
    """The place of one of the practices, as its row has it."""
    column = comparison.practices.index(practice)
    return next((row.cells[column].label for row in comparison.rows if row.key == "place"), "")


def as_markdown(comparison: Comparison, words: Words, folder: str = "") -> str:
    """A heading, a table and the passages side by side; `folder` goes in front of each file's path."""
    titles = [_escaped(practice.card(comparison.language).title) for practice in comparison.practices]
    written = [f"# {words.title}", "", f"| | {' | '.join(titles)} |", f"|---{'|---' * len(titles)}|"]
    for row in comparison.rows:
        mark = f" ({words.differs})" if row.differs else ""
        cells = ("<br>".join(map(_escaped, lines(cell, words))) or words.missing for cell in row.cells)
        written.append(f"| **{_escaped(row_name(row, words))}**{mark} | {' | '.join(cells)} |")
    if comparison.passages:
        written += ["", f"## {words.passages}"]
    for found in comparison.passages:
        written += ["", f"### {_escaped(found.heading)}"]
        for title, quote in zip(titles, found.quotes, strict=True):
            said = [f"> {_escaped(line)}" for line in quote.text.split("\n")] if quote else [f"*{words.no_passage}*"]
            written += ["", f"**{title}**", "", "\n>\n".join(said)]
    written += ["", *(f"- {_source(practice, folder)}" for practice in comparison.practices), ""]
    return "\n".join(written)


def as_csv(comparison: Comparison, words: Words) -> str:
    """The table for a spreadsheet: a column for each practice, separated by semicolons as Nordic ones expect."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(["", *(_harmless(practice.card(comparison.language).title) for practice in comparison.practices)])
    for row in comparison.rows:
        name = f"{row_name(row, words)} ({words.differs})" if row.differs else row_name(row, words)
        writer.writerow([_harmless(name), *(_harmless("\n".join(lines(cell, words))) for cell in row.cells)])
    for found in comparison.passages:
        said = (_harmless(quote.text) if quote else "" for quote in found.quotes)
        writer.writerow([_harmless(f"{words.passages}: {found.heading}"), *said])
    writer.writerow(["id", *(practice.id for practice in comparison.practices)])
    return stream.getvalue()


def _quoted(quote: Quote) -> Iterator[str]:
    *before, last = quote.text.split("\n")
    yield from before
    yield f"{last} ({quote.note})" if quote.note else last


def _source(practice: Practice, folder: str) -> str:
    path = f"{folder}/{practice.path}" if folder else str(practice.path)
    return f"[{_escaped(practice.title)}](<{path}>) (`{practice.id}`)"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands, in a table too."""
    return re.sub(r"([\\`*_\[\]<>|#~$])", r"\\\1", " ".join(text.split()))


def _harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(_FORMULA) else text
