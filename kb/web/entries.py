"""Practices and places as links, and a choice that stands in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from kb.practice import Practice
from kb.spread.ties import Loan, Spread
from kb.web import state, wording
from kb.web.base import Site
from kb.web.markup import Html, esc, external, foreign, join, practice_url, tag

FEW = 2
"""Places that are all named."""
MOST = 200
"""Lines of a list: who looks for one thing among more than these searches for it."""
Item = TypeVar("Item")
STYLE = Path(__file__).with_name("charts.css")


def begin(site: Site, heading: str, lead: str, title: str = "") -> None:
    """The top of a page: what the browser calls it, its heading and what it is for."""
    st.set_page_config(page_title=f"{title or heading} – {site.t('app.name')}", initial_sidebar_state="collapsed")
    st.html(STYLE)
    st.html(tag("header", tag("h1", heading), tag("p", lead, class_="lead") if lead else "", class_="top"))


def announce(text: str) -> None:
    """Say how many there are, or what is shown: an info box is a status, read aloud when it changes."""
    with st.container(key="announce"):
        st.info(text)


def address(page: str, **asked: str) -> str:
    """The address of a page of the app that is asked for something."""
    given = {name: value for name, value in asked.items() if value}
    return f"{page}?{urlencode(given)}" if given else page


def going(text: str, url: str, **attributes: str) -> Html:
    """A link within the app, in the same tab."""
    return tag("a", text, href=url, target="_self", **attributes)


def practice_link(practice: Practice, site: Site) -> Html:
    """A practice by its title in the reader's language."""
    card = practice.card(site.language)
    return foreign(card.title, card.language, site.language, "a", href=practice_url(practice.id), target="_self")


def entry(practice: Practice, site: Site, *, where: bool = True) -> Html:
    """A practice in a list: its title, and beneath it where it is from and how it stands."""
    about = (places(practice, site) if where else "", wording.status(practice, site))
    return tag("li", practice_link(practice, site), tag("span", join(about, " · "), class_="more"))


def places(practice: Practice, site: Site) -> str:
    """Where a practice is from; of many places the first, and how many more."""
    if len(practice.places) <= FEW:
        return wording.places(practice, site)
    return f"{site.place(practice.places[0])} {site.t('places.and_more', count=len(practice.places) - 1)}"


def entries(practices: Iterable[Practice], site: Site, *, where: bool = True) -> Html:
    """Practices as a list."""
    return tag("ul", *(entry(practice, site, where=where) for practice in practices), role="list", class_="entries")


def folded(
    items: Sequence[Item], shown: int, listed: Callable[[Sequence[Item]], Html], site: Site, search: str = ""
) -> Html:
    """The first of a list, the next behind a fold, and how many are left out, with where to search among them."""
    first, more, rest = items[:shown], items[shown:MOST], items[MOST:]
    left = left_out(len(rest), site, search)
    if not more:
        return join((listed(first), left))
    summary = tag("summary", site.t("list.more", count=len(more)))
    return join((listed(first), tag("details", summary, listed(more), left)))


def left_out(count: int, site: Site, search: str = "") -> Html:
    """How many of a long list are not shown, and where to search among all of it; nothing where there are none."""
    if not count:
        return Html()
    link = join((" ", going(site.t("places.search"), search), ".")) if search else ""
    return tag("p", site.t("list.rest", count=site.number(count)), link, class_="more")


def place_name(key: str, site: Site) -> str:
    """A place with its country, or a country, in the reader's language."""
    return site.place(key) if "/" in key else site.label("countries", key)


def place_names(practices: Iterable[Practice], site: Site) -> dict[str, str]:
    """Every place that has practices, and its name: countries first, then by name."""
    named = {key for practice in practices for key in practice.places}
    around = {above for key in named for above in (*site.vocabulary.ancestors(key), key.split("/", 1)[0])}
    names = {key: place_name(key, site) for key in around}
    return dict(sorted(names.items(), key=lambda pair: ("/" in pair[0], pair[1].casefold())))


def node_name(node: str, spread: Spread, site: Site) -> Html:
    """A practice as a link; what is outside by the name it was given."""
    if node not in spread.outsiders:
        return practice_link(spread.practices[node], site)
    outsider = spread.outsiders[node]
    name = outsider.title or ", ".join((*outsider.where, *map(site.place, outsider.places))) or outsider.url
    own = foreign(name, outsider.language, site.language)
    return external(outsider.url, own) if outsider.url else own


def node_place(node: str, spread: Spread, site: Site) -> Html:
    """Where a practice or an outsider is from."""
    if node not in spread.outsiders:
        return esc(places(spread.practices[node], site))
    outsider = spread.outsiders[node]
    named = [esc(site.place(place)) for place in outsider.places]
    told = (foreign(where, outsider.language, site.language) for where in outsider.where) if outsider.title else ()
    return join((*named, *told), "; ")


def loan_note(loan: Loan, spread: Spread, site: Site) -> Html:
    """What the borrower says that it took, in its own language."""
    language = spread.practices[loan.borrower].language
    return foreign(loan.note, language, site.language, "span", class_="more") if loan.note else Html()


def choose(name: str, label: str, options: Mapping[str, str], nothing: str) -> str:
    """A choice among `options`, key to what is shown; it stands in the address under `name`."""
    chosen = st.query_params.get(name, "")
    key = f"choose-{name}"
    state.seed(key, chosen if chosen in options else "")
    st.selectbox(
        label,
        ["", *options],
        key=key,
        format_func=lambda value: options.get(value, nothing),
        placeholder=nothing,
        on_change=_chosen,
        args=(name, key),
    )
    return chosen if chosen in options else ""


def _chosen(name: str, key: str) -> None:
    value = st.session_state[key]
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]
