"""Practices by how far they have come, and what awaits a decision."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial

import streamlit as st

from kb import schema
from kb.overview import WAITING, awaits_decision, by_area, by_place, by_status, years_since
from kb.practice import Practice
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
    place_names,
    places,
    practice_link,
)
from kb.web.markup import Html, esc, foreign, join, tag
from kb.web.overview.chart import counted

SHOWN = 6
"""Practices of a column before the rest is folded away."""
PLACES = 12


def page(site: Site) -> None:
    """The practices that the address narrows to, by status."""
    begin(site, site.t("ideas.title"), site.t("ideas.lead"))
    around, areas = site.kept("ideas.choices", lambda: _choices(site))
    with st.container(horizontal=True, gap="medium", key="narrow"):
        place = choose("sted", site.t("ideas.place"), around, site.t("ideas.all_places"))
        area = choose("omrade", site.t("ideas.area"), areas, site.t("ideas.all_areas"))
    announced, parts = site.kept("ideas", lambda: _told(_chosen(place, area, site), site), place, area)
    announce(announced)
    for part in parts:
        st.html(part)


def _choices(site: Site) -> tuple[dict[str, str], dict[str, str]]:
    """The places and the areas that one can narrow to, with their names."""
    areas = {area: site.label("areas", area) for area in by_area(site.practices())}
    return place_names(site.practices(), site), dict(sorted(areas.items(), key=lambda pair: pair[1].casefold()))


def _chosen(place: str, area: str, site: Site) -> list[Practice]:
    """The practices of a place and an area; of all where none is named."""
    within = by_place(site.practices(), site.vocabulary)[place] if place else site.practices()
    return [practice for practice in within if not area or area in practice.areas]


def _told(practices: Sequence[Practice], site: Site) -> tuple[str, tuple[Html, ...]]:
    """How many there are, and the board, what waits and the counts."""
    if not practices:
        return site.t("ideas.empty"), ()
    board = by_status(practices)
    waiting = [practice for status in WAITING for practice in board[status] if awaits_decision(practice)]
    said = f"{site.plural('ideas.total', len(practices))} {site.plural('ideas.awaits', len(waiting))}"
    return said, (_columns(board, site), _waiting(waiting, site), _counts(practices, site))


def _columns(board: dict[str, tuple[Practice, ...]], site: Site) -> Html:
    """A column for each status, in the order in which a practice goes through them."""
    shown = [status for status in board if status in schema.STATUSES or board[status]]
    return tag("div", *(_column(status, board[status], site) for status in shown), class_="board")


def _column(status: str, practices: Sequence[Practice], site: Site) -> Html:
    name = site.label("statuses", status) if status else site.t("ideas.no_status")
    heading = tag("h2", name, " ", tag("span", str(len(practices)), class_="count"))
    if not practices:
        return tag("section", heading, tag("p", site.t("ideas.none_here"), class_="more"))
    search = address("./", status=status) if status else ""
    return tag("section", heading, folded(practices, SHOWN, partial(_titles, site=site), site, search))


def _titles(practices: Sequence[Practice], site: Site) -> Html:
    items = (
        tag("li", practice_link(practice, site), tag("span", _where_and_when(practice, site), class_="more"))
        for practice in practices
    )
    return tag("ul", *items, role="list", class_="entries")


def _where_and_when(practice: Practice, site: Site) -> str:
    first = site.vocabulary.place_name(practice.places[0]) if practice.places else ""
    known = practice.status_as_of not in {"", schema.UNKNOWN_DATE}
    when = site.date(practice.status_as_of) if known else site.t("ideas.undated")
    return " · ".join(part for part in (first, when) if part)


def _waiting(waiting: Sequence[Practice], site: Site) -> Html:
    """What somebody should decide on: how it was judged, and for how long it has waited."""
    heading = tag("h2", site.t("ideas.waiting"))
    if not waiting:
        return tag("section", heading, tag("p", site.t("ideas.nothing_waits")))
    heads = ("ideas.practice", "ideas.status", "ideas.judged", "ideas.waited")
    rows = (
        tag(
            "tr",
            tag(
                "th",
                practice_link(practice, site),
                tag("span", places(practice, site), class_="more"),
                scope="row",
                role="rowheader",
            ),
            *(
                tag("td", told, data_label=site.t(key), role="cell")
                for key, told in zip(
                    heads[1:],
                    (site.label("statuses", practice.status), judged(practice, site), waited(practice, site)),
                    strict=True,
                )
            ),
            role="row",
        )
        for practice in waiting[:MOST]
    )
    caption = site.t("ideas.waiting_caption")
    named = (tag("th", site.t(key), scope="col", role="columnheader") for key in heads)
    head = tag("thead", tag("tr", *named, role="row"), role="rowgroup")
    body = tag("tbody", *rows, role="rowgroup")
    # The roles stay where a narrow screen stacks the rows.
    table = tag("table", tag("caption", caption), head, body, class_="results waiting", role="table")
    box = tag("div", table, class_="wide", role="region", tabindex="0", aria_label=caption)
    lead = tag("p", site.t("ideas.waiting_lead"), class_="more")
    return tag("section", heading, lead, box, left_out(len(waiting[MOST:]), site))


def judged(practice: Practice, site: Site) -> Html:
    """The assessment in a few words; that there is none is said."""
    found = practice.assessment
    if found is None:
        return esc(site.t("ideas.not_judged"))
    levels = (("feasibility", found.feasibility), ("value", found.value))
    said = [f"{site.t(f'assessment.{name}')}: {site.t(f'level.{level}')}" for name, level in levels if level in _LEVELS]
    if found.decision in schema.DECISIONS:
        said.append(site.t(f"decision.{found.decision}"))
    why = foreign(found.why, practice.language, site.language, "span", class_="more") if found.why else ""
    return join(("; ".join(said) or site.t("ideas.not_judged"), why))


_LEVELS = frozenset(schema.LEVELS)


def waited(practice: Practice, site: Site) -> str:
    """For how long it has been an idea or a pilot, as far as anybody knows."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    years = years_since(practice.status_as_of, today)
    if years is None:
        return site.t("ideas.unknown")
    since = site.date(practice.status_as_of)
    if not years:
        return site.t("ideas.since", since=since)
    return f"{site.t('ideas.since', since=since)}, {site.plural('ideas.years', years)}"


def _counts(practices: Sequence[Practice], site: Site) -> Html:
    """How many of each status, by area and by place."""
    parts = {status: site.label("statuses", status) for status in schema.STATUSES}
    areas = [
        (going(site.label("areas", area), address("ideer", omrade=area)), counts)
        for area, counts in by_area(practices).items()
    ]
    rows = []
    around = by_place(practices, site.vocabulary)
    for key in sorted((key for key in around if "/" in key), key=lambda key: (-len(around[key]), key))[:PLACES]:
        counts = {status: len(found) for status, found in by_status(around[key]).items()}
        rows.append((going(site.place(key), address("ideer", sted=key)), counts))
    by_areas = counted(site.t("ideas.by_area"), site.t("ideas.area"), parts, areas)
    by_places = counted(site.t("ideas.by_place", count=len(rows)), site.t("ideas.place"), parts, rows)
    return tag("section", tag("h2", site.t("ideas.counts")), by_areas, by_places if rows else "")
