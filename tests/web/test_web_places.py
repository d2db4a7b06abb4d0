"""Browsing: every place has a page, the map says the same as its list, and each way in has an address."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from kb.web.places import atlas
from kb.web.places.atlas import Spot
from web.test_web_spread import Open, levels, opened, shown

__all__ = ["opened"]


def test_the_map_and_the_list_say_the_same(opened: Open) -> None:
    html = shown(opened("places.page"))
    spots = dict(re.findall(r'href="steder\?sted=(\w+)" target="_self" class="spot" aria-label="[^:]+: (\d+)', html))
    listed = html[html.index('class="counted"') :]
    counts = dict(re.findall(r'href="steder\?sted=(\w+)"[^>]*>[^<]+</a> <span class="count">\((\d+)\)', listed))
    assert spots
    assert spots.items() <= counts.items()


def test_the_map_is_drawn_from_shapes_that_come_with_the_app(opened: Open) -> None:
    html = shown(opened("places.page"))
    assert 'src="data:image/svg+xml,' in html
    assert not re.search(r'src="(https?:)?//', html)


def test_a_place_tells_what_it_shares_what_it_borrowed_and_who_borrowed_it(opened: Open) -> None:
    html = shown(opened("places.page", sted="no/oslo/nordstrand"))
    assert "<h1>Nordstrand, Oslo, Norge</h1>" in html
    assert "praksis?id=oslo-nordstrand-f7-innovasjonsspeidere" in html
    lent = html[html.index("Dette har andre lånt herfra") :]
    assert "oslo-vaktliste" in lent
    trail = re.findall(r'<nav class="trail".*?</nav>', html, re.DOTALL)[0]
    assert re.findall(r">([^<]+)</a>", trail) == ["Alle steder", "Norge", "Oslo"]


def test_a_place_says_how_many_live_there_and_of_when_that_is(opened: Open) -> None:
    assert "52\u00a0459 innbyggere (1. januar 2020). Deler " in shown(opened("places.page", sted="no/oslo/nordstrand"))
    assert "innbyggere" not in shown(opened("places.page", sted="no/valer"))


def test_a_place_leads_to_what_lies_in_it(opened: Open) -> None:
    assert 'href="steder?sted=no%2Foslo%2Fnordstrand"' in shown(opened("places.page", sted="no/oslo"))


def test_a_place_without_practices_has_a_page_that_says_so(opened: Open) -> None:
    html = shown(opened("places.page", sted="no/alta"))
    assert "Har ikke delt noen praksiser her ennå." in html
    assert "Ingen forteller at de har lånt noe herfra ennå." in html


def test_an_unknown_place_names_the_nearest(opened: Open) -> None:
    html = shown(opened("places.page", sted="no/osslo"))
    assert "Vi fant ikke stedet" in html
    assert 'href="steder?sted=no%2Foslo"' in html


@pytest.mark.parametrize(
    ("params", "heading", "found"),
    [
        ({"omrade": "helse-omsorg"}, "Helse og omsorg", "viborg-skaermbesoeg"),
        ({"tema": "spredning"}, "Spredning av god praksis", "oslo-nordstrand-f7-innovasjonsspeidere"),
        ({"ar": "2015"}, "Begynte i 2015", "svartedalen"),
    ],
)
def test_areas_themes_and_years_have_addresses(opened: Open, params: dict[str, str], heading: str, found: str) -> None:
    html = shown(opened("places.page", **params))
    assert f"<h1>{heading}</h1>" in html
    assert found in html


@pytest.mark.parametrize("params", [{}, {"sted": "no"}, {"sted": "xx"}, {"omrade": "velferd"}, {"ar": "1900"}])
def test_headings_step_down_one_at_a_time(opened: Open, params: dict[str, str]) -> None:
    found = levels(shown(opened("places.page", **params)))
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(found))


def test_north_is_up_and_east_is_right() -> None:
    oslo, bergen, tromso = atlas.project(np.array([(10.75, 59.91), (5.32, 60.39), (18.96, 69.65)]))
    assert tromso[1] > oslo[1]
    assert bergen[0] < oslo[0]


def test_circles_in_one_spot_are_moved_apart() -> None:
    spots = [Spot(f"s{n}", 1 + n, 59.9, 10.7, "steder", f"s{n}: {1 + n}") for n in range(8)]
    html = atlas.drawing([*spots, Spot("nord", 1, 69.9, 23.2, "steder", "nord: 1")], "Kart", width=440)
    width, height = (float(part) for part in re.findall(r"aspect-ratio:(\d+)/(\d+)", html)[0])
    circles = [
        (float(x) / 100 * width, float(y) / 100 * height, float(size) / 200 * width)
        for x, y, size in re.findall(r'class="spot"[^>]*style="left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%', html)
    ]
    assert len(circles) == 9
    for (x1, y1, r1), (x2, y2, r2) in combinations(circles, 2):
        assert np.hypot(x1 + r1 - x2 - r2, y1 + r1 - y2 - r2) > r1 + r2 - 0.5
