"""Who borrowed what from whom: a drawing and the same as lists, and what nobody has tried yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from kb.spread.ties import Gap, Spread, Trade
from kb.web.base import Site
from kb.web.entries import (
    MOST,
    address,
    announce,
    begin,
    choose,
    folded,
    going,
    left_out,
    loan_note,
    node_name,
    node_place,
    place_name,
    place_names,
    practice_link,
)
from kb.web.markup import Html, esc, join, plain_markdown, tag
from kb.web.overview.chart import Row, bars
from kb.web.spread import graph

SHOWN = 8
"""Lines of a list before the rest is folded away."""
DRAWN = 40
"""Families that are drawn, the largest first; a smaller one is chosen by its practice."""
NEAR = 2
"""Practices that are named for what a place has not tried."""


def page(site: Site) -> None:
    """The family or the place that the address names, or the whole collection."""
    spread = site.spread()
    lead, names, around = site.kept("spread.choices", lambda: _choices(spread, site))
    begin(site, site.t("spread.title"), lead, names.get(st.query_params.get("p", ""), ""))
    with st.container(horizontal=True, gap="medium", key="narrow"):
        family = choose("p", site.t("spread.choose"), names, site.t("spread.all"))
        place = choose("sted", site.t("spread.where"), around, site.t("spread.choose_place"))
    gaps = site.kept("spread.gaps", lambda: spread.untried(place), place) if place else []
    if said := _said(family, around.get(place, ""), gaps, spread, site):
        announce(said)
    if family:
        st.html(site.kept("spread.family", lambda: _family(family, spread, site), family))
    if place:
        st.html(_untried(gaps, site))
    if family or place:
        st.html(tag("p", going(site.t("spread.whole"), "spredning")))
    elif spread.loans:
        for part in site.kept("spread", lambda: _whole(spread, site)):
            st.html(part)


def _choices(spread: Spread, site: Site) -> tuple[str, dict[str, str], dict[str, str]]:
    """What the page is for, and what can be chosen: the practices that are tied to others, and the places."""
    crossed = sum(map(spread.crosses, spread.loans))
    lead = site.t("spread.lead", loans=len(spread.loans), crossed=crossed) if spread.loans else site.t("spread.none")
    tied = {node for family in spread.families() for node in family if node not in spread.outsiders}
    names = _sorted({node: _option(node, spread, site) for node in tied})
    return lead, names, place_names(spread.practices.values(), site)


def _said(family: str, place: str, gaps: Sequence[Gap], spread: Spread, site: Site) -> str:
    """What was found for the choice, in a sentence or two; put so that no Markdown is read in it."""
    said = []
    asked = st.query_params.get("p", "")
    if family:
        above, below = len(spread.ancestors(family)), len(spread.descendants(family))
        said += [site.t("spread.builds_on", above=above)] if above else []
        said += [site.t("spread.taken_on", below=below)] if below else []
    elif asked:
        said.append(site.t("spread.alone" if asked in spread.practices else "spread.unknown"))
    if place:
        said.append(site.t("spread.untried_in" if gaps else "spread.tried_all", place=plain_markdown(place)))
    return " ".join(said)


def _whole(spread: Spread, site: Site) -> tuple[Html, ...]:
    """All the families, and what can be told of them together."""
    families = spread.families()
    large = [family for family in families if len(family) > 2]
    small = [family for family in families if len(family) == 2]
    parts = [tag("h2", site.t("spread.families")), tag("p", site.t("spread.read"), class_="more")]
    parts += [_drawings(large[:DRAWN], spread, site), left_out(len(large[DRAWN:]), site)]
    if small:
        summary = tag("summary", site.plural("spread.pairs", len(small)))
        left = left_out(len(small[DRAWN:]), site)
        pairs = _drawings(small[:DRAWN], spread, site)
        parts.append(tag("details", summary, pairs, left, open="" if large else "open"))
    parts.append(tag("details", tag("summary", site.t("spread.as_table")), _table(spread, site)))
    columns = tag("div", _most(spread, site), _trades(spread, site), class_="halves")
    return tag("section", *parts, class_="spread"), join((columns, _chains(spread, site)))


def _sorted(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _option(node: str, spread: Spread, site: Site) -> str:
    practice = spread.practices[node]
    place = site.vocabulary.place_name(practice.places[0]) if practice.places else ""
    title = practice.card(site.language).title
    return f"{title} – {place}" if place else title


def _family(chosen: str, spread: Spread, site: Site) -> Html:
    """The chosen practice with everything that is tied to it."""
    practice = spread.practices[chosen]
    family = spread.family(chosen)
    first = [node for node in family if not spread.sources(node)] or [chosen]
    parts = (
        tag("h2", site.t("spread.family_of"), " ", practice_link(practice, site)),
        _drawings([family], spread, site, chosen=chosen),
        tag("h3", site.t("spread.as_list")),
        tag("ul", *(_branch(node, (), spread, site) for node in first), class_="tree"),
    )
    return tag("section", *parts, class_="spread")


def _drawings(families: Sequence[Sequence[str]], spread: Spread, site: Site, *, chosen: str = "") -> Html:
    """Families: the wide ones beneath each other, the others side by side where there is room."""
    drawn = [
        (
            max(spread.generations(family).values()),
            tag("div", graph.drawing(family, spread, site, chosen=chosen), class_="drawn"),
        )
        for family in families
    ]
    wide = tag("div", *(drawing for generations, drawing in drawn if generations > 1), class_="drawings")
    narrow = tag(
        "div", *(drawing for generations, drawing in drawn if generations <= 1), class_="drawings beside-another"
    )
    return join((wide, narrow))


def _branch(node: str, above: tuple[str, ...], spread: Spread, site: Site) -> Html:
    """A node, what was taken from what stands above it, and everyone who borrowed it."""
    note = next((loan_note(loan, spread, site) for loan in spread.sources(node) if loan.source in above[-1:]), "")
    place = node_place(node, spread, site)
    # A circle of borrowings is told once.
    onward = [loan.borrower for loan in spread.borrowers(node) if loan.borrower not in above]
    inside = tag("ul", *(_branch(child, (*above, node), spread, site) for child in onward)) if onward else ""
    return tag("li", node_name(node, spread, site), tag("span", place, class_="more") if place else "", note, inside)


def _table(spread: Spread, site: Site) -> Html:
    """Every borrowing, a row each."""
    heads = ("spread.who", "spread.from_whom", "spread.what", "spread.when")
    rows = (
        tag(
            "tr",
            tag("th", _named(loan.borrower, spread, site), scope="row"),
            tag("td", _named(loan.source, spread, site)),
            tag("td", loan_note(loan, spread, site) or "–"),
            tag("td", site.date(loan.when) or site.t("spread.unknown_date")),
        )
        for loan in spread.loans[:MOST]
    )
    head = tag("thead", tag("tr", *(tag("th", site.t(key), scope="col") for key in heads)))
    caption = site.t("spread.table")
    table = tag("table", tag("caption", caption), head, tag("tbody", *rows), class_="loans")
    box = tag("div", table, class_="wide", role="region", tabindex="0", aria_label=caption)
    return join((box, left_out(len(spread.loans[MOST:]), site)))


def _named(node: str, spread: Spread, site: Site) -> Html:
    place = node_place(node, spread, site)
    return join((node_name(node, spread, site), tag("span", place, class_="more") if place else ""))


def _most(spread: Spread, site: Site) -> Html:
    """What most have borrowed; what only one has is told by the drawings."""
    most = [(node, count) for node, count in spread.most_borrowed() if count > 1][:SHOWN]
    if not most:
        return Html()
    rows = [Row(_named(node, spread, site), count) for node, count in most]
    table = bars(site.t("spread.most_caption"), (site.t("spread.practice"), site.t("spread.borrowers")), rows)
    return tag("section", tag("h2", site.t("spread.most")), table)


def _chains(spread: Spread, site: Site) -> Html:
    """Ways across borders, from the first source to the last borrower."""
    chains = spread.chains()

    def listed(some: Sequence[Sequence[str]]) -> Html:
        return tag("ol", *(tag("li", _chain(chain, spread, site)) for chain in some), class_="chains", role="list")

    parts: list[Html] = [tag("h2", site.t("spread.chains"))]
    parts.append(folded(chains, SHOWN, listed, site) if chains else tag("p", site.t("spread.no_chains")))
    if unplaced := spread.unplaced():
        names = (tag("li", _named(outsider.key, spread, site)) for outsider in unplaced[:MOST])
        summary = tag("summary", site.plural("spread.unplaced", len(unplaced)))
        left = left_out(len(unplaced[MOST:]), site)
        parts.append(tag("details", summary, tag("ul", *names, role="list", class_="entries"), left))
    return tag("section", *parts)


def _chain(chain: Sequence[str], spread: Spread, site: Site) -> Html:
    steps = []
    for number, node in enumerate(chain):
        arrow = tag("span", "→ ", aria_hidden="true") if number else ""
        heard = tag("span", site.t("spread.then"), " ", class_="heard") if number else ""
        steps.append(tag("span", arrow, heard, _named(node, spread, site), class_="step"))
    return join(steps)


def _trades(spread: Spread, site: Site) -> Html:
    """Who gives and who takes, by country and by place."""
    countries = _trade_table(spread.trades(countries=True), site.t("spread.countries"), site)
    places = spread.trades(countries=False)
    summary = tag("summary", site.plural("spread.places", len(places)))
    folded = tag("details", summary, _trade_table(places, site.t("spread.places_caption"), site)) if places else ""
    return tag("section", tag("h2", site.t("spread.trades")), countries, folded)


def _trade_table(trades: Sequence[Trade], caption: str, site: Site) -> Html:
    heads = ("spread.place", "spread.gives", "spread.takes", "spread.inside")
    rows = (
        tag(
            "tr",
            tag("th", going(place_name(trade.place, site), address("steder", sted=trade.place)), scope="row"),
            *(tag("td", str(len(loans)), class_="number") for loans in (trade.gives, trade.takes, trade.inside)),
        )
        for trade in trades[:MOST]
    )
    head = tag("thead", tag("tr", *(tag("th", site.t(key), scope="col") for key in heads)))
    table = tag("table", tag("caption", caption), head, tag("tbody", *rows))
    box = tag("div", table, class_="wide", role="region", tabindex="0", aria_label=caption)
    return join((box, left_out(len(trades[MOST:]), site)))


def _untried(gaps: Sequence[Gap], site: Site) -> Html:
    """What others have shared and a place has not."""
    parts: list[Html] = [tag("h2", site.t("spread.untried"))] if gaps else []
    for kind, heading in (("areas", "spread.areas"), ("themes", "spread.themes")):
        found = [gap for gap in gaps if gap.kind == kind]
        if found:
            items = (_gap(gap, site) for gap in found)
            parts += [tag("h3", site.t(heading)), tag("ul", *items, role="list", class_="gaps")]
    return tag("section", *parts, class_="untried")


def _gap(gap: Gap, site: Site) -> Html:
    """An area or theme, how many others have, and what to begin with."""
    facet = "area" if gap.kind == "areas" else "theme"
    label = going(site.label(gap.kind, gap.key), address("./", **{facet: gap.key}))
    shown = (
        tag("li", practice_link(practice, site), _from(practice.places, site)) for practice in gap.practices[:NEAR]
    )
    count = site.plural("spread.others", len(gap.practices))
    return tag("li", tag("p", tag("strong", label), " ", esc(count)), tag("ul", *shown, class_="entries", role="list"))


def _from(places: Sequence[str], site: Site) -> Html:
    return tag("span", site.place(places[0]), class_="more") if places else Html()
