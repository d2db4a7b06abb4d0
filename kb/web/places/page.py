"""Browse: by place with a map and an equal list, by area and theme, and by year; each place has its page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import streamlit as st

from kb.overview import by_place, children, parent
from kb.practice import Practice
from kb.spread.ties import Loan, Spread
from kb.vocabulary import nearest
from kb.web.base import Site
from kb.web.entries import address, begin, entries, folded, going, loan_note, node_name, node_place, place_name
from kb.web.markup import Html, join, tag
from kb.web.places import atlas
from kb.web.places.atlas import Spot

SHOWN = 12
"""Practices of a place, or borrowings, before the rest is folded away."""
GROUPED = 60
"""Practices of an area, theme or year in one country, before the rest is folded away."""
WIDE, NARROW = 620, 440
"""The width of a map of countries, and of one country."""

Shared = dict[str, tuple[Practice, ...]]


def page(site: Site) -> None:
    """What the address asks to browse by."""
    asked = st.query_params
    if place := asked.get("sted", ""):
        _place(place, site)
    elif area := asked.get("omrade", ""):
        _group("areas", area, site)
    elif theme := asked.get("tema", ""):
        _group("themes", theme, site)
    elif year := asked.get("ar", ""):
        _group("years", year, site)
    else:
        lead, parts = site.kept("places", lambda: _everything(_shared(site), site))
        begin(site, site.t("places.title"), lead)
        for part in parts:
            st.html(part)


def _shared(site: Site) -> Shared:
    """Every place with its practices."""
    return site.kept("places.shared", lambda: by_place(site.practices(), site.vocabulary))


def _everything(shared: Shared, site: Site) -> tuple[str, tuple[Html, ...]]:
    """How many places there are, and every way in: the map and the list of places, areas, themes and years."""
    countries = [key for key in shared if "/" not in key]
    municipalities = [key for key in shared if "/" in key and parent(key, site.vocabulary) in countries]
    lead = site.t("places.lead", places=len(municipalities), countries=len(countries))
    below = children(shared, site.vocabulary)
    spots = _spots(countries, municipalities, shared, site)
    dots = [where for key in municipalities if (where := _position(key, site))]
    drawn = _map(spots, site.t("places.map"), WIDE, dots) if spots else ""
    listed = tag("div", tag("h2", site.t("places.countries")), _counted(countries, shared, site))
    mapped = tag("div", drawn, listed, class_="mapped")
    ordered = sorted(countries, key=lambda key: (-len(shared[key]), key))
    trees = (_tree(key, below, shared, site) for key in ordered)
    return lead, (mapped, tag("section", tag("h2", site.t("places.list")), *trees), _ways(site))


def _tree(country: str, below: Mapping[str, Sequence[str]], shared: Shared, site: Site) -> Html:
    """A country's municipalities, with the districts of each."""
    branches = []
    for key in _ordered(below.get(country, ()), site):
        inner = [tag("li", _counted_link(part, shared, site)) for part in _ordered(below.get(key, ()), site)]
        inside = tag("ul", *inner) if inner else ""
        branches.append(tag("li", _counted_link(key, shared, site), inside))
    name = going(place_name(country, site), address("steder", sted=country))
    heading = tag("h3", name, " ", tag("span", f"({len(shared[country])})", class_="count"))
    return tag("section", heading, tag("ul", *branches, role="list"), class_="country")


def _ways(site: Site) -> Html:
    """By area, theme and year."""
    practices = site.practices()
    areas = sorted(
        {area for practice in practices for area in practice.areas}, key=lambda key: site.label("areas", key)
    )
    themes = sorted(
        {theme for practice in practices for theme in practice.themes}, key=lambda key: site.label("themes", key)
    )
    years = sorted({practice.started[:4] for practice in practices if practice.started}, reverse=True)
    return join(
        (
            _choices(
                "places.areas", [(site.label("areas", key), address("steder", omrade=key)) for key in areas], site
            ),
            _choices(
                "places.themes", [(site.label("themes", key), address("steder", tema=key)) for key in themes], site
            ),
            _choices("places.years", [(year, address("steder", ar=year)) for year in years], site),
        )
    )


def _choices(heading: str, links: Sequence[tuple[str, str]], site: Site) -> Html:
    if not links:
        return Html()
    items = (tag("li", going(name, url)) for name, url in links)
    return tag("section", tag("h2", site.t(heading)), tag("ul", *items, role="list", class_="choices"))


def _place(key: str, site: Site) -> None:
    """One place: what it shares, what it borrowed, what was borrowed from it, and what lies around it."""
    shared = _shared(site)
    if key not in shared and key not in site.vocabulary.places:
        _unknown(key, shared, site)
        return
    own = shared.get(key, ())
    said = site.plural("places.shares", len(own)) if own else site.t("places.shares_nothing")
    begin(site, place_name(key, site), " ".join(filter(None, (_size(key, site), said))))
    for part in site.kept("place", lambda: _told(key, own, shared, site), key):
        st.html(part)


def _told(key: str, own: Sequence[Practice], shared: Shared, site: Site) -> tuple[Html, ...]:
    """What lies in a place, what it shares and what it gave and took."""
    trail = _trail(key, site)
    below = children(shared, site.vocabulary).get(key, [])
    spots = _spots(below, below, shared, site)
    beside = ""
    if below:
        listed = tag("div", tag("h2", site.t("places.inside")), _counted(below, shared, site), class_="inner")
        drawn = _map(spots, site.t("places.map_of", place=place_name(key, site)), NARROW) if len(spots) > 1 else ""
        beside = tag("div", drawn, listed, class_="mapped") if drawn else listed
    spread = site.spread()
    trade = spread.trade(key)
    parts = [_shares(own, key, site)]
    parts.append(_loans("places.borrowed", "places.borrowed_none", (*trade.takes, *trade.inside), spread, site))
    parts.append(_loans("places.lent", "places.lent_none", (*trade.gives, *trade.inside), spread, site, lent=True))
    untried = going(site.t("places.untried"), address("spredning", sted=key))
    return join((trail, beside)), join((*parts, tag("p", untried)))


def _shares(own: Sequence[Practice], key: str, site: Site) -> Html:
    if not own:
        return Html()
    shown = folded(own, SHOWN, partial(entries, site=site), site)
    facet = {"place" if "/" in key else "country": key}
    search = tag("p", going(site.t("places.search"), address("./", **facet)))
    return tag("section", tag("h2", site.t("places.shared")), shown, search)


def _loans(
    heading: str, nothing: str, loans: Sequence[Loan], spread: Spread, site: Site, *, lent: bool = False
) -> Html:
    """What was borrowed, each with the other side of it."""
    if not loans:
        return tag("section", tag("h2", site.t(heading)), tag("p", site.t(nothing), class_="more"))

    def listed(some: Sequence[Loan]) -> Html:
        return tag("ul", *(_loan(loan, spread, site, lent=lent) for loan in some), role="list", class_="entries")

    return tag("section", tag("h2", site.t(heading)), folded(loans, SHOWN, listed, site))


def _loan(loan: Loan, spread: Spread, site: Site, *, lent: bool) -> Html:
    one, other = (loan.source, loan.borrower) if lent else (loan.borrower, loan.source)
    about = join((node_name(other, spread, site), node_place(other, spread, site)), ", ")
    said = join((site.t("places.by" if lent else "places.from"), about), " ")
    note = "" if lent else loan_note(loan, spread, site)
    return tag("li", node_name(one, spread, site), tag("span", said, class_="more"), note)


def _size(key: str, site: Site) -> str:
    """How many live there, and of when that is; empty where it is not known."""
    place = site.vocabulary.places.get(key)
    if place is None or place.population is None:
        return ""
    when = site.date(place.population_as_of)
    return site.t("places.inhabitants", count=site.number(place.population), when=when)


def _group(kind: str, key: str, site: Site) -> None:
    """The practices of one of the areas, themes or years."""
    name = site.t("places.began", year=key) if kind == "years" else site.label(kind, key)
    lead, part = site.kept("places.group", lambda: _grouped(kind, key, site), kind, key)
    begin(site, name, lead)
    st.html(part)


def _grouped(kind: str, key: str, site: Site) -> tuple[str, Html]:
    """How many practices there are, and the practices by country."""
    found = [practice for practice in site.practices() if key in _GROUPS[kind](practice)]
    search = "" if kind == "years" else address("./", **{"area" if kind == "areas" else "theme": key})
    lead = site.plural("places.found", len(found)) if found else site.t("places.found_none")
    listed = partial(entries, site=site)
    back = tag("p", going(site.t("places.all"), "steder"), class_="back")
    shared = by_place(found, site.vocabulary)
    parts: list[Html] = [back]
    for country in sorted((key for key in shared if "/" not in key), key=lambda key: (-len(shared[key]), key)):
        heading = tag("h2", place_name(country, site), " ", tag("span", f"({len(shared[country])})", class_="count"))
        parts.append(tag("section", heading, folded(shared[country], GROUPED, listed, site)))
    if placeless := [practice for practice in found if not practice.places]:
        parts.append(tag("section", tag("h2", site.t("places.nowhere")), folded(placeless, GROUPED, listed, site)))
    if found and search:
        parts.append(tag("p", going(site.t("places.search"), search)))
    return lead, join((*parts, _ways(site)))


_GROUPS: Mapping[str, Callable[[Practice], Collection[str]]] = {
    "areas": lambda practice: practice.areas,
    "themes": lambda practice: practice.themes,
    "years": lambda practice: (practice.started[:4],),
}
"""What a practice belongs to, by kind."""


def _unknown(key: str, shared: Shared, site: Site) -> None:
    begin(site, site.t("places.unknown"), site.t("places.unknown_text", place=key))
    near = nearest(key, shared)
    said = join((site.t("places.did_you_mean"), " ", going(place_name(near, site), address("steder", sted=near)), "?"))
    back = tag("p", going(site.t("places.all"), "steder"))
    st.html(join((tag("p", said) if near else "", back)))


def _trail(key: str, site: Site) -> Html:
    """The way down to a place, each step a link."""
    above = [parent(key, site.vocabulary)]
    while above[0]:
        above.insert(0, parent(above[0], site.vocabulary))
    links = (tag("li", going(_short(step, site), address("steder", sted=step))) for step in above if step)
    first = tag("li", going(site.t("places.all"), "steder"))
    return tag("nav", tag("ol", first, *links, role="list"), class_="trail", aria_label=site.t("places.trail"))


def _counted(keys: Sequence[str], shared: Shared, site: Site) -> Html:
    ordered = sorted(keys, key=lambda key: (-len(shared[key]), _short(key, site).casefold()))
    items = (tag("li", _counted_link(key, shared, site)) for key in ordered)
    return tag("ul", *items, role="list", class_="counted")


def _counted_link(key: str, shared: Shared, site: Site) -> Html:
    count = tag("span", f"({len(shared[key])})", class_="count")
    return join((going(_short(key, site), address("steder", sted=key)), " ", count))


def _map(spots: Sequence[Spot], title: str, width: int, dots: Sequence[tuple[float, float]] = ()) -> Html:
    return tag("div", atlas.drawing(spots, title, width=width, dots=dots), class_="mapbox")


def _spots(keys: Sequence[str], points: Sequence[str], shared: Shared, site: Site) -> list[Spot]:
    """Places with a number each; a country stands in the middle of its practices."""
    spots = []
    for key in keys:
        inside = [key] if "/" in key else [point for point in points if point.split("/", 1)[0] == key]
        known = [where for point in inside if (where := _position(point, site))]
        if known:
            lat, lon = (sum(axis) / len(known) for axis in zip(*known, strict=True))
            count = len(shared[key])
            said = f"{_short(key, site)}: {site.plural('places.count', count)}"
            spots.append(Spot(_short(key, site), count, lat, lon, address("steder", sted=key), said))
    return spots


def _position(key: str, site: Site) -> tuple[float, float] | None:
    place = site.vocabulary.places.get(key)
    return (place.lat, place.lon) if place and place.lat is not None and place.lon is not None else None


def _short(key: str, site: Site) -> str:
    """A place without what it lies in."""
    if "/" not in key:
        return site.label("countries", key)
    place = site.vocabulary.places.get(key)
    return place.name if place else key


def _ordered(keys: Sequence[str], site: Site) -> list[str]:
    return sorted(keys, key=lambda key: _short(key, site).casefold())
