"""Charts that are tables: every number stands beside its bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.web.markup import Html, join, tag

STEPS = 5
"""Patterns that the parts of a bar can have; each is also named and numbered."""

Rows = Sequence[tuple[str, Mapping[str, int]]]
"""What a row is called, and its counts by part."""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar."""

    label: str
    count: int


def bars(caption: str, heads: tuple[str, str], rows: Sequence[Row]) -> Html:
    """A table of counts with a bar in each row, as long as its share of the largest."""
    most = max((row.count for row in rows), default=0)
    lines = (
        tag(
            "tr",
            tag("th", row.label, scope="row"),
            tag("td", tag("span", str(row.count), class_="count"), _bar(row.count, most), class_="bar"),
        )
        for row in rows
    )
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    return tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *lines), class_="bars")


def stacked(caption: str, label: str, parts: Mapping[str, str], rows: Rows, folded: str) -> Html:
    """Bars of several parts, `parts` being key to name; the table of the same opens under `folded`."""
    table = counted(caption, label, parts, rows)
    return join((_legend(parts), _stacks(parts, rows), tag("details", tag("summary", folded), table)))


def counted(caption: str, label: str, parts: Mapping[str, str], rows: Rows) -> Html:
    """A plain table of counts: a row each, a column for each part."""
    heads = (tag("th", text, scope="col") for text in (label, *parts.values()))
    lines = (
        tag("tr", tag("th", name, scope="row"), *(tag("td", str(counts.get(part, 0))) for part in parts))
        for name, counts in rows
    )
    table = tag("table", tag("caption", caption), tag("thead", tag("tr", *heads)), tag("tbody", *lines))
    # A table wider than the screen is moved inside its box, by keyboard too.
    return tag("div", table, class_="wide", role="region", tabindex="0", aria_label=caption)


def _bar(count: int, most: int) -> Html:
    share = count / most if most else 0
    return tag("span", tag("span", style=f"width:{100 * share:.1f}%"), class_="shape", aria_hidden="true")


def _legend(parts: Mapping[str, str]) -> Html:
    """What each part of the bars is; the parts stand in the same order."""
    items = (tag("li", tag("span", "", class_=f"key step{_step(at)}"), name) for at, name in enumerate(parts.values()))
    return tag("ul", *items, role="list", class_="legend", aria_hidden="true")


def _stacks(parts: Mapping[str, str], rows: Rows) -> Html:
    """The bars, each with its name and whole number; those who listen have the table for the parts."""
    totals = [sum(counts.values()) for _, counts in rows]
    lines = []
    for (name, counts), total in zip(rows, totals, strict=True):
        shown = [(number, counts.get(part, 0)) for number, part in enumerate(parts)]
        pieces = (_piece(number, count, max(totals)) for number, count in shown if count)
        named = tag("span", name, " ", tag("span", f"({total})", class_="count"))
        lines.append(tag("div", named, tag("span", *pieces, class_="stack", aria_hidden="true"), class_="line"))
    return tag("div", *lines, class_="stacks")


def _piece(number: int, count: int, most: int) -> Html:
    share = 100 * count / most
    # A number needs room to be read; the table has them all.
    return tag("span", str(count) if share > 3 else "", class_=f"step{_step(number)}", style=f"width:{share:.2f}%")


def _step(number: int) -> int:
    return number % STEPS
