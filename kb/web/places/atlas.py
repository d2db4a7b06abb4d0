"""A map of places: outlines shipped with the app as an SVG picture, and on it a numbered link for each place.

Positions are projected by Lambert's conformal conic, which keeps shapes as the Nordic reader knows them.
Circles that would cover each other are moved apart, so that each can be read and pressed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.web.markup import Html, picture, tag

Points = NDArray[np.float64]

OUTLINES = Path(__file__).with_name("outlines.json")
"""Country to rings of longitude and latitude, flat; from Natural Earth, which is in the public domain."""

SOUTH, NORTH, MIDDLE = map(math.radians, (56.0, 64.0, 10.0))
"""The two parallels where the map is true, and the meridian that points straight up."""

LONGEST = 720
ROUNDS = 160
APART = 2.0
COARSE = 0.02
"""A map narrower than this share of the earth's radius shows more than the outlines know."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map."""

    name: str
    count: int
    lat: float
    lon: float
    url: str
    said: str
    """Name and number in a sentence, for those who listen."""


@dataclass(frozen=True, slots=True)
class View:
    """From the plane of the projection to the drawing."""

    left: float
    top: float
    scale: float
    width: float
    height: float

    def shown(self, points: Points) -> Points:
        """Where points of the plane stand in the drawing."""
        return np.column_stack(((points[:, 0] - self.left) * self.scale, (self.top - points[:, 1]) * self.scale))


def project(degrees: Points) -> Points:
    """Longitude and latitude to a plane, in radii of the earth; north is up: (n, 2) to (n, 2)."""
    lon, lat = np.radians(degrees).T
    lat = np.clip(lat, -1.5, 1.5)
    cone = math.log(math.cos(SOUTH) / math.cos(NORTH)) / math.log(_tan(NORTH) / _tan(SOUTH))
    size = math.cos(SOUTH) * _tan(SOUTH) ** cone / cone
    radius = size / np.tan(math.pi / 4 + lat / 2) ** cone
    turn = cone * (lon - MIDDLE)
    return np.column_stack((radius * np.sin(turn), -radius * np.cos(turn)))


def drawing(spots: Sequence[Spot], title: str, *, width: int, dots: Iterable[tuple[float, float]] = ()) -> Html:
    """The map; `dots` are latitudes and longitudes that are shown without a number."""
    plane = project(np.array([(spot.lon, spot.lat) for spot in spots]))
    plain = project(np.array([(lon, lat) for lat, lon in dots]).reshape(-1, 2))
    view = _view(np.vstack((plane, plain)), width)
    sizes = np.array([radius(spot.count) for spot in spots])
    centres = _moved_apart(view.shown(plane), sizes, view)
    land = _land(view) if view.width / view.scale > COARSE else ""
    kind = "map" if land else "map plain"
    points = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in view.shown(plain))
    return tag(
        "div",
        picture(f'{land}<g fill="#7a8a8c">{points}</g>', view.width, view.height),
        *(_mark(spot, x, y, size, view) for spot, (x, y), size in zip(spots, centres, sizes, strict=True)),
        *_names(spots, centres, sizes, view),
        class_=kind,
        role="group",
        aria_label=title,
        style=f"width:{view.width:.0f}px;aspect-ratio:{view.width:.0f}/{view.height:.0f}",
    )


def radius(count: int) -> float:
    """A circle's area grows with the number in it, from a size that can be pressed."""
    return 9.0 + 2.6 * math.sqrt(max(count - 1, 0))


def _tan(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


def _view(plane: Points, width: int) -> View:
    """A frame around the points with room for their circles, neither too flat nor too tall."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    span = np.maximum(high - low, 1e-3)
    margin = 30.0
    scale = min((width - 2 * margin) / span[0], (LONGEST - 2 * margin) / span[1])
    height = max(span[1] * scale + 2 * margin, 240.0)
    middle = (low + high) / 2
    left, top = middle[0] - width / 2 / scale, middle[1] + height / 2 / scale
    return View(float(left), float(top), float(scale), float(width), float(height))


def _moved_apart(centres: Points, sizes: Points, view: View) -> Points:
    """Circles pushed from each other until none covers another, held near where they belong."""
    at = centres.copy()
    # A little unlike from the start, or two in the same place would not know which way to go.
    at += 0.01 * np.column_stack((np.cos(np.arange(len(at))), np.sin(np.arange(len(at)))))
    wanted = sizes[:, None] + sizes[None, :] + APART
    for _ in range(ROUNDS):
        between = at[:, None, :] - at[None, :, :]
        distance = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(distance, np.inf)
        overlap = np.maximum(wanted - distance, 0.0)
        if not overlap.any():
            break
        push = (between / distance[..., None]) * (overlap / 2)[..., None]
        at += push.sum(axis=1) / np.maximum((overlap > 0).sum(axis=1), 1)[:, None]
        at = np.clip(at, sizes[:, None] + 1, np.array([view.width, view.height]) - sizes[:, None] - 1)
    return at


def _land(view: View) -> str:
    """The outlines that can be seen."""
    paths = []
    for ring in _rings():
        points = view.shown(ring)
        low, high = points.min(axis=0), points.max(axis=0)
        if low[0] < view.width and low[1] < view.height and high[0] > 0 and high[1] > 0:
            steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            paths.append(f"M{steps}z")
    return f'<path fill="#fbfaf7" stroke="#b9bfb8" stroke-width="0.8" d="{"".join(paths)}"/>'


@cache
def _rings() -> list[Points]:
    """Every outline in the plane."""
    countries = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return [project(np.array(ring).reshape(-1, 2)) for rings in countries.values() for ring in rings]


def _mark(spot: Spot, x: float, y: float, size: float, view: View) -> Html:
    """A circle with its number, as a link; sizes are shares, so that the map can be made smaller."""
    left, top = 100 * (x - size) / view.width, 100 * (y - size) / view.height
    style = f"left:{left:.2f}%;top:{top:.2f}%;width:{200 * size / view.width:.2f}%"
    return tag("a", str(spot.count), href=spot.url, target="_self", class_="spot", aria_label=spot.said, style=style)


def _names(spots: Sequence[Spot], centres: Points, sizes: Points, view: View) -> list[Html]:
    """Names beside the circles, the largest first, as far as there is room; the list has them all."""
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(centres, sizes, strict=True)]
    names = []
    for number in sorted(range(len(spots)), key=lambda number: (-spots[number].count, number)):
        spot, (x, y), size = spots[number], centres[number], sizes[number]
        wide = 6.3 * len(spot.name) + 4
        for left in (x + size + 3, x - size - 3 - wide):
            box = (left, y - 8, left + wide, y + 8)
            inside = box[0] >= 0 and box[2] <= view.width
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                # Held at the end that touches its circle, also where the map is drawn smaller.
                side, edge = ("left", left) if left > x else ("right", view.width - left - wide)
                style = f"{side}:{100 * edge / view.width:.2f}%;top:{100 * y / view.height:.2f}%"
                names.append(tag("span", spot.name, class_="called", aria_hidden="true", style=style))
                break
    return names


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
