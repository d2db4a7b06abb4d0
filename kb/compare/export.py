"""A comparison to take along: as Markdown and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kb import schema
from kb.compare.model import Cell, Comparison, Quote, Row, Sized
from kb.practice import Practice

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
NAMED = 3
"""More places than this are counted and not named."""


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
    translated: str
    """Of what a machine translated."""
    inhabitants: str
    """With {count}."""
    places: str
    """With {count}."""
    number: Callable[[float], str]
    """A whole number as it is written."""


def row_name(row: Row, words: Words) -> str:
    """What a row is about."""
    name = words.rest.format(name=words.rows[row.key]) if row.rest else words.rows[row.key]
    return f"{name}: {row.about}" if row.about else name


def facts(cell: Cell, words: Words) -> Iterator[str]:
    """The facts of a cell in words, a line each: most have one, with its date."""
    if cell.places:
        yield from _sizes(cell, words)
    elif said := _fact(cell, words):
        yield said


def _fact(cell: Cell, words: Words) -> str:
    said = cell.label or words.kinds.get(cell.value, cell.value)
    if not said or not cell.when:
        return said
    if cell.when == schema.UNKNOWN_DATE:
        return words.as_of_unknown.format(status=said)
    return words.as_of.format(status=said, when=cell.when)


def lines(cell: Cell, words: Words) -> Iterator[str]:
    """Everything a cell says, a line each: the fact, then what the practice itself says."""
    yield from facts(cell, words)
    for quote in cell.quotes:
        yield from _quoted(quote, words)


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


def _sizes(cell: Cell, words: Words) -> Iterator[str]:
    """Each place with its kind and size; many are only counted, and never added up."""
    if len(cell.places) > NAMED:
        kind = words.kinds.get(cell.value, cell.value)
        yield " · ".join(filter(None, (kind, words.places.format(count=len(cell.places)))))
        return
    for place in cell.places:
        size = " · ".join(filter(None, (words.kinds.get(place.kind, place.kind), _inhabitants(place, words))))
        yield size if len(cell.places) == 1 else f"{place.name}: {size}"


def _inhabitants(place: Sized, words: Words) -> str:
    if place.population is None:
        return ""
    said = words.inhabitants.format(count=words.number(place.population))
    return f"{said} ({place.population_as_of[:4]})" if place.population_as_of else said


def _quoted(quote: Quote, words: Words) -> Iterator[str]:
    *before, last = quote.text.split("\n")
    yield from before
    note = quote.note or (words.translated if quote.by == "machine" else "")
    yield f"{last} ({note})" if note else last


def _source(practice: Practice, folder: str) -> str:
    path = f"{folder}/{practice.path}" if folder else str(practice.path)
    return f"[{_escaped(practice.title)}](<{path}>) (`{practice.id}`)"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands, in a table too."""
    return re.sub(r"([\\`*_\[\]<>|#~$])", r"\\\1", " ".join(text.split()))


def _harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(_FORMULA) else text
