"""What the reader asks, as the address says it.

The address is the one truth: widgets are set from it at the start of a run and write to it when
they are changed. A reload, a shared link and the browser's Back then all show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

import streamlit as st

from kb import schema
from kb.compare.run import MOST
from kb.index.store import FACETS
from kb.search.order import SORTS, Sort, default_sort, resolved_sort
from kb.web.reader import kept_parameters

MAX_QUESTION = 500
MAX_PAGE = 50
"""Each page is drawn with all before it: what one browser bears, and more than anybody reads: 500 cards."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything that narrows it."""

    q: str = ""
    lens: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Facet and its values, in the order of FACETS; facets without values are left out."""
    page: int = 1
    chosen: tuple[str, ...] = ()
    """The practices that were chosen to be compared, by id; they change nothing of what is found."""
    sort: str = ""
    """The order that was chosen, one of SORTS; empty for the one that needs no choosing."""

    @property
    def order(self) -> Sort:
        """What the hits stand in order of."""
        return resolved_sort(self.sort, self.q)

    def values(self, facet: str) -> tuple[str, ...]:
        """The values that one facet is narrowed to."""
        return dict(self.filters).get(facet, ())

    def asking(self, question: str) -> Asked:
        """The same filters with another question, from the first page; the best answers come first again."""
        return replace(self, q=question.strip()[:MAX_QUESTION], page=1, sort="")

    def through(self, lens: str) -> Asked:
        """The same question through another lens."""
        return replace(self, lens=lens if lens in schema.LENSES else "", page=1)

    def ordered(self, sort: str) -> Asked:
        """The same in another order, from the first page; one that there is not is passed over."""
        needless = sort not in SORTS or resolved_sort(sort, self.q) == default_sort(self.q)
        return replace(self, sort="" if needless else sort, page=1)

    def narrowed(self, facet: str, values: Iterable[str]) -> Asked:
        """The same question with one facet narrowed to `values`; none of them lifts it."""
        chosen = dict(self.filters) | {facet: tuple(dict.fromkeys(value for value in values if value))}
        filters = tuple((name, chosen[name]) for name in FACETS if chosen.get(name))
        return replace(self, filters=filters, page=1)

    def without(self, facet: str, value: str) -> Asked:
        """One filter less."""
        return self.narrowed(facet, [kept for kept in self.values(facet) if kept != value])

    def everywhere(self) -> Asked:
        """The same question with no filters at all."""
        return replace(self, filters=(), page=1)

    def choosing(self, practice_id: str) -> Asked:
        """The same with a practice chosen to be compared; one that was chosen is let go."""
        if practice_id in self.chosen:
            return replace(self, chosen=tuple(kept for kept in self.chosen if kept != practice_id))
        return replace(self, chosen=(*self.chosen, practice_id)[:MOST])

    def question(self) -> Asked:
        """What is asked, whatever is chosen to be compared."""
        return replace(self, chosen=())

    def params(self) -> dict[str, str | list[str]]:
        """As query parameters; what is as it is from the start is left out."""
        params: dict[str, str | list[str]] = {}
        if self.q:
            params["q"] = self.q
        if self.lens:
            params["lens"] = self.lens
        params |= {facet: list(values) for facet, values in self.filters}
        if self.sort:
            params["sort"] = self.sort
        if self.page > 1:
            params["page"] = str(self.page)
        if self.chosen:
            params["valgt"] = ",".join(self.chosen)
        return params

    def query(self) -> str:
        """As the part of an address after its question mark."""
        return urlencode(self.params(), doseq=True)

    def url(self) -> str:
        """The address of the results, seen from any page of the app."""
        query = self.query()
        return f"./?{query}" if query else "./"


def asked_from(params: Mapping[str, Iterable[str]]) -> Asked:
    """What query parameters ask for; what makes no sense is passed over."""
    first = {name: next(iter(values), "") for name, values in params.items()}
    asked = Asked().asking(first.get("q", "")).through(first.get("lens", "")).ordered(first.get("sort", ""))
    for facet in FACETS:
        asked = asked.narrowed(facet, params.get(facet, ()))
    page = first.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    chosen = listed(first.get("valgt", ""))[:MOST]
    return replace(asked, page=min(max(number, 1), MAX_PAGE), chosen=chosen)


def listed(ids: str) -> tuple[str, ...]:
    """The distinct ids of a list in an address."""
    return tuple(dict.fromkeys(one.strip() for one in ids[:2000].split(",") if one.strip()))


def asked_from_query(query: str) -> Asked:
    """What the text after a question mark asks for."""
    return asked_from(parse_qs(query[:4000]))


def current() -> Asked:
    """What the address of this run asks for."""
    return asked_from({name: st.query_params.get_all(name) for name in st.query_params})


def go(asked: Asked) -> None:
    """Make the address say what is asked now; one entry in the browser's history."""
    if asked != current():
        st.query_params.from_dict({**asked.params(), **kept_parameters()})


def seed(key: str, value: object) -> None:
    """Let a widget that is about to be drawn show what the address says.

    An equal value is left alone: setting it again would undo what is being typed.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
