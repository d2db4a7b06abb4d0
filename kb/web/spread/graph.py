"""A family of borrowings as a drawing: a column for each generation, a box for each practice.

The arrows are an SVG picture made on the server from a simple layered layout, the boxes links that lie on
it: Streamlit lets no SVG into a page, and text in boxes wraps, grows and is read aloud as all text does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.spread.ties import Spread
from kb.web.base import Site
from kb.web.entries import address, places
from kb.web.markup import Html, foreign, picture, practice_url, tag

WIDTH, HEIGHT = 172, 80
BETWEEN, APART = 32, 12
EDGE = 4
REM = 16
"""Units of the drawing in one of the page's: it grows with the reader's letters."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands."""

    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2


def drawing(family: Sequence[str], spread: Spread, site: Site, *, chosen: str = "") -> Html:
    """A family as SVG; its boxes are links that the keyboard reaches."""
    boxes = layout(family, spread)
    width = max(box.x for box in boxes.values()) + WIDTH + EDGE
    height = max(box.y for box in boxes.values()) + HEIGHT + EDGE
    title = site.t("spread.drawing", name=_title(chosen or family[0], spread, site))
    loans = [loan for node in family for loan in spread.sources(node)]
    lines = "".join(_line(boxes[loan.source], boxes[loan.borrower]) for loan in loans)
    return tag(
        "div",
        picture(f'<g fill="none" stroke="#6b7779" stroke-width="1.5">{lines}</g>', width, height),
        *(_node(node, boxes[node], spread, site, chosen=node == chosen) for node in family),
        class_="family",
        role="group",
        aria_label=title,
        style=f"width:{width / REM:.2f}rem;height:{height / REM:.2f}rem",
    )


def layout(family: Sequence[str], spread: Spread) -> dict[str, Box]:
    """Columns by generation; in each, those with the same source stand together."""
    generation = spread.generations(family)
    columns: list[list[str]] = [[] for _ in range(max(generation[node] for node in family) + 1)]
    for node in family:
        columns[generation[node]].append(node)
    placed: dict[str, float] = {}
    for column in columns:
        column.sort(key=lambda node: (_pull(node, spread, placed), node))
        placed.update({node: float(row) for row, node in enumerate(column)})
    tallest = max(map(len, columns))
    step = HEIGHT + APART
    return {
        node: Box(EDGE + number * (WIDTH + BETWEEN), EDGE + (tallest - len(column)) * step // 2 + row * step)
        for number, column in enumerate(columns)
        for row, node in enumerate(column)
    }


def _pull(node: str, spread: Spread, placed: Mapping[str, float]) -> float:
    """The mean row of what it was borrowed from."""
    rows = [placed[loan.source] for loan in spread.sources(node) if loan.source in placed]
    return sum(rows) / len(rows) if rows else 0.0


def _line(source: Box, borrower: Box) -> str:
    """An arrow from what was borrowed to who borrowed it."""
    x1, x2 = source.x + WIDTH, borrower.x - 7
    bend = max(BETWEEN // 2, abs(x2 - x1) // 2)
    curve = f"M{x1} {source.middle}C{x1 + bend} {source.middle} {x2 - bend} {borrower.middle} {x2} {borrower.middle}"
    head = f"M{x2 + 7} {borrower.middle}l-8 -4.5v9z"
    return f'<path d="{curve}"/><path d="{head}" fill="#6b7779" stroke="none"/>'


def _node(node: str, box: Box, spread: Spread, site: Site, *, chosen: bool) -> Html:
    """A practice as a link to its family, or to its page where it is the chosen one; what is outside as text."""
    outside = node in spread.outsiders
    kinds = (("node", True), ("outside", outside), ("chosen", chosen))
    inside = (
        foreign(_title(node, spread, site), _language(node, spread, site), site.language, class_="name"),
        tag("span", _place(node, spread, site), class_="place"),
    )
    style = ";".join(
        f"{name}:{value / REM:.2f}rem"
        for name, value in (("left", box.x), ("top", box.y), ("width", WIDTH), ("height", HEIGHT))
    )
    common = {"class_": " ".join(kind for kind, is_so in kinds if is_so), "style": style}
    if outside:
        return tag("div", *inside, **common)
    own = practice_url(node) if chosen else address("spredning", p=node)
    return tag("a", *inside, href=own, target="_self", aria_current="true" if chosen else "", **common)


def _title(node: str, spread: Spread, site: Site) -> str:
    if node in spread.outsiders:
        outsider = spread.outsiders[node]
        return outsider.title or ", ".join((*outsider.where, *map(site.place, outsider.places))) or outsider.url
    return spread.practices[node].card(site.language).title


def _place(node: str, spread: Spread, site: Site) -> str:
    if node not in spread.outsiders:
        return places(spread.practices[node], site)
    outsider = spread.outsiders[node]
    told = outsider.where if outsider.title else ()
    return "; ".join((*map(site.place, outsider.places), *told)) or site.t("spread.outside")


def _language(node: str, spread: Spread, site: Site) -> str:
    if node in spread.outsiders:
        return spread.outsiders[node].language
    return spread.practices[node].card(site.language).language
