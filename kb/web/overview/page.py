"""The collection in numbers; every bar stands in a table with its number."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial

import streamlit as st

from kb import schema
from kb.overview import DUE_YEARS, Overview, overview
from kb.practice import Practice
from kb.web.base import Site
from kb.web.entries import address, begin, entries, folded, going
from kb.web.markup import Html, join, tag
from kb.web.overview.chart import Row, bars, stacked

DUE = 10
"""Practices due for review before the rest is folded away."""


def page(site: Site) -> None:
    """Areas, evidence, years, languages and what is due for review."""
    practices = site.practices()
    begin(site, site.t("overview.title"), site.t("overview.lead", count=len(practices)))
    if not practices:
        st.html(tag("p", site.t("overview.empty"), class_="notice"))
        return
    for part in site.kept("overview", lambda: _charts(practices, site)):
        st.html(part)


def _charts(practices: Sequence[Practice], site: Site) -> tuple[Html, ...]:
    """Every chart with its table."""
    found = overview(practices, datetime.datetime.now(tz=datetime.UTC).date())
    short = tag("div", _evidence(found, site), _languages(found, site), _ages(found, site))
    return _areas(found, site), tag("div", short, _years(found, site), class_="halves"), _due(found, site)


def _areas(found: Overview, site: Site) -> Html:
    parts = {status: site.label("statuses", status) for status in schema.STATUSES}
    rows = [
        (going(site.label("areas", area), address("steder", omrade=area)), counts)
        for area, counts in found.areas.items()
    ]
    lead = tag("p", site.t("overview.areas_lead"), class_="more")
    chart = stacked(site.t("overview.areas_caption"), site.t("overview.area"), parts, rows, site.t("overview.table"))
    return tag("section", tag("h2", site.t("overview.areas")), lead, chart)


def _evidence(found: Overview, site: Site) -> Html:
    rows = [
        Row(_facet("evidence", key, site.label("evidence", key)) if key else site.t("overview.unsaid"), count)
        for key, count in reversed(tuple(found.evidence.items()))
    ]
    return _chart(site, "overview.evidence", "overview.level", rows)


def _languages(found: Overview, site: Site) -> Html:
    rows = [
        Row(_facet("language", key, site.label("languages", key)) if key else site.t("overview.unsaid"), count)
        for key, count in found.languages.items()
    ]
    return _chart(site, "overview.languages", "overview.language", rows)


def _years(found: Overview, site: Site) -> Html:
    known = {year: count for year, count in found.years.items() if year}
    rows = [Row(going(year, address("steder", ar=year)), count) for year, count in known.items()]
    if unsaid := found.years.get("", 0):
        rows.append(Row(site.t("overview.unsaid"), unsaid))
    return _chart(site, "overview.years", "overview.year", rows)


def _ages(found: Overview, site: Site) -> Html:
    rows = []
    for group, count in found.ages.items():
        if group is None:
            name = site.t("overview.age_unknown")
        elif group[1]:
            name = site.t("overview.age", start=group[0], end=group[1])
        else:
            name = site.t("overview.age_over", start=group[0])
        rows.append(Row(name, count))
    return _chart(site, "overview.ages", "overview.known", rows)


def _due(found: Overview, site: Site) -> Html:
    """What somebody should look at again, the oldest first."""
    heading = tag("h2", site.t("overview.due"))
    if not found.due:
        return tag("section", heading, tag("p", site.t("overview.nothing_due")))
    lead = tag("p", site.plural("overview.due_lead", len(found.due)), " ", site.t("overview.rule", years=DUE_YEARS))
    due = folded(found.due, DUE, partial(entries, site=site), site)
    return tag("section", heading, lead, due, id="gjennomgang")


def _chart(site: Site, heading: str, column: str, rows: list[Row]) -> Html:
    table = bars(site.t(heading), (site.t(column), site.t("overview.practices")), rows)
    return tag("section", tag("h2", site.t(heading)), table)


def _facet(name: str, value: str, label: str) -> Html:
    """A label that leads to every practice that has the value."""
    return join((going(label, address("./", **{name: value})),))
