"""The open knowledge base, and answers kept for as long as they are true.

A base is opened once per configuration and shared by every reader. Answers are kept per
generation: when the index moves, the next run asks the new one.
"""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import streamlit as st

from kb.base import KnowledgeBase
from kb.changes import Change, changes
from kb.concepts import Spoken, spoken
from kb.config import Config, load_config
from kb.contributors import contributors
from kb.errors import KbError, NoIndex
from kb.figures import date_text, number_text
from kb.practice import Practice
from kb.propose.links import folder_url
from kb.repository import listing
from kb.search.hits import Results
from kb.search.wordings import Wordings
from kb.spread.ties import Spread
from kb.vocabulary import Vocabulary
from kb.web.markup import Html
from kb.web.prose import Links
from kb.web.reader import Reader, current
from kb.web.state import Asked
from kb.web.texts import FALLBACK, plural, t

PAGE = 10
"""Hits shown at first, and more at each press of the button."""
SIMILAR = 5
DRAWN = 100
"""Parts of pages that are kept; the largest is some hundred thousand signs."""
CHANGES = 600
"""Seconds for which what git said is taken to be so: a file may be committed after it was indexed."""

# The encoder keeps one request, and two searches at once would only share the same processor.
_one_at_a_time = threading.Lock()

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Site:
    """What every page is made from: the base, one generation of it, and the reader's language."""

    base: KnowledgeBase
    edition: str
    language: str

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels and places of this repository."""
        return self.base.vocabulary

    def t(self, key: str, /, **values: object) -> str:
        """A text in the reader's language."""
        return t(key, self.language, **values)

    def plural(self, key: str, count: int) -> str:
        """A text by number, in the reader's language."""
        return plural(key, count, self.language)

    def date(self, written: str) -> str:
        """A date of a file, whole or a year and month, as it is written in the reader's language."""
        return date_text(written, self.language)

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as it is written in the reader's language."""
        return number_text(value, self.language, decimals)

    def label(self, kind: str, key: str) -> str:
        """A word of the vocabulary in the reader's language."""
        return self.vocabulary.label(kind, key, self.language)

    def place(self, key: str) -> str:
        """A place with its country."""
        return self.vocabulary.place_name(key, with_country=True, language=self.language)

    def search(self, asked: Asked) -> Results:
        """The hits so far: those of this page and of the pages before it."""
        asked = asked.question()
        return _search(self.base, *self._key, asked, asked.page * PAGE)

    def counts(self, asked: Asked) -> Counts:
        """How many there are of each value; a facet that is chosen from counts as if it were not."""
        counts = dict(self.search(asked).facets)
        asked = asked.question().ordered("")
        for facet, _ in asked.filters:
            counts[facet] = _search(self.base, *self._key, asked.narrowed(facet, ()), 0).facets.get(facet, {})
        return counts

    def everything(self) -> Counts:
        """How many practices have each value, whatever is asked."""
        return _search(self.base, *self._key, Asked(), 0).facets

    def similar(self, practice_id: str) -> Results:
        """The practices nearest to one."""
        return _similar(self.base, *self._key, practice_id)

    def alike(self, title: str, text: str, language: str) -> tuple[Practice, ...]:
        """The practices that look like one that is being written."""
        return _alike(self.base, *self._key, title, text, language)

    def borrowers(self, practice_id: str) -> tuple[Practice, ...]:
        """The practices that borrowed one."""
        return _borrowers(self.base, *self._key, practice_id)

    def practices(self) -> tuple[Practice, ...]:
        """Every practice, in order of id."""
        return _practices(self.base, *self._key)

    def spread(self) -> Spread:
        """Who borrowed what from whom."""
        return _spread(self.base, *self._key)

    def words(self, text: str, limit: int) -> Wordings:
        """How each place speaks of a concept."""
        return _words(self.base, *self._key, text, limit)

    def concepts(self, limit: int) -> list[tuple[str, Spoken]]:
        """Concepts that the practices put in different words."""
        return _concepts(self.base, *self._key, self.language, limit)

    def changes(self) -> Mapping[PurePosixPath, Change]:
        """When each practice came and was last changed, by the path of its file; none where that is not known."""
        return _changes(self.base, *self._key)

    def contributors(self) -> Mapping[PurePosixPath, tuple[str, ...]]:
        """The names of those who wrote each practice, by the path of its file."""
        return _contributors(self.base, *self._key)

    def drawn(self, name: str, make: Callable[[], tuple[Html, ...]], *asked: str) -> tuple[Html, ...]:
        """Parts of a page that are the same for many readers: made once for each edition, language, day and `asked`."""
        day = datetime.datetime.now(tz=datetime.UTC).date()
        return _drawn(make, *self._key, current(), self.language, day, name, asked)

    def links(self, back: str = "") -> Links:
        """Where links in the texts lead."""
        return Links(_pages(self.base, *self._key), back, self.files_url)

    def listed(self) -> tuple[PurePosixPath, ...]:
        """The files of the practices as they are now, also those that are not indexed yet."""
        return listing(self.base.config.practices)

    @property
    def files_url(self) -> str:
        """The web address of the folder of practices, or empty."""
        return folder_url(self.base.config)

    @property
    def _key(self) -> tuple[str, str]:
        return repr(self.base.config), self.edition


def site_config() -> Config:
    """The configuration of $KB_ROOT, or of the folder that the app was started in.

    Raises:
        ConfigError: kb.toml says something that cannot be.
    """
    return load_config(os.environ.get("KB_ROOT") or None)


def open_site(config: Config, language: str = "") -> Site:
    """The base of a configuration, opened once, as its newest generation stands now, in a language.

    Raises:
        NoIndex: nothing has been indexed yet.
    """
    base = _open(config, repr(config))
    if not base.is_indexed:
        # An index that was taken away is to be made anew.
        raise NoIndex("There is no index any more.", hint="Run kb index.")
    # A page asks many times, and must not be of two editions where the index is swapped between.
    base = base.as_it_is()
    return Site(base, base.edition, language or config.language or FALLBACK)


@st.cache_resource(show_spinner=False, max_entries=4)
def _open(_config: Config, key: str) -> KnowledgeBase:  # noqa: ARG001  key is what the cache goes by
    base = KnowledgeBase(_config)
    threading.Thread(target=_warm_up, args=(base,), name="warm-up", daemon=True).start()
    return base


def _warm_up(base: KnowledgeBase) -> None:
    """Load the encoder while the first reader is still typing."""
    try:
        with _one_at_a_time:
            base.search("klar", limit=1)
    except KbError:
        return  # The first real search meets the same and tells the reader.


@st.cache_resource(show_spinner=False, max_entries=1000)
def _search(_base: KnowledgeBase, key: str, edition: str, asked: Asked, limit: int) -> Results:  # noqa: ARG001
    filters = {facet: list(values) for facet, values in asked.filters}
    with _one_at_a_time:
        return _base.search(asked.q, limit=limit, lens=asked.lens, sort=asked.sort, **filters)  # type: ignore[arg-type]


@st.cache_resource(show_spinner=False, max_entries=1000)
def _similar(_base: KnowledgeBase, key: str, edition: str, practice_id: str) -> Results:  # noqa: ARG001
    return _base.similar(practice_id, limit=SIMILAR)


@st.cache_resource(show_spinner=False, max_entries=200)
def _alike(
    _base: KnowledgeBase,
    key: str,  # noqa: ARG001
    edition: str,  # noqa: ARG001
    title: str,
    text: str,
    language: str,
) -> tuple[Practice, ...]:
    with _one_at_a_time:
        return _base.alike(title, text, language)


@st.cache_resource(show_spinner=False, max_entries=1000)
def _borrowers(_base: KnowledgeBase, key: str, edition: str, practice_id: str) -> tuple[Practice, ...]:  # noqa: ARG001
    return _base.borrowers(practice_id)


@st.cache_resource(show_spinner=False, max_entries=DRAWN)
def _drawn(
    _make: Callable[[], tuple[Html, ...]],
    key: str,  # noqa: ARG001
    edition: str,  # noqa: ARG001
    reader: Reader,  # noqa: ARG001  links keep a language that was chosen
    language: str,  # noqa: ARG001
    day: datetime.date,  # noqa: ARG001  some parts tell how long ago something was
    name: str,  # noqa: ARG001
    asked: tuple[str, ...],  # noqa: ARG001
) -> tuple[Html, ...]:
    return _make()


@st.cache_resource(show_spinner=False, max_entries=4)
def _pages(_base: KnowledgeBase, key: str, edition: str) -> dict[str, str]:  # noqa: ARG001
    return _base.files()


@st.cache_resource(show_spinner=False, max_entries=4)
def _practices(_base: KnowledgeBase, key: str, edition: str) -> tuple[Practice, ...]:  # noqa: ARG001
    return _base.practices


@st.cache_resource(show_spinner=False, max_entries=4)
def _spread(_base: KnowledgeBase, key: str, edition: str) -> Spread:  # noqa: ARG001
    return _base.spread()


@st.cache_resource(show_spinner=False, max_entries=500)
def _words(_base: KnowledgeBase, key: str, edition: str, text: str, limit: int) -> Wordings:  # noqa: ARG001
    with _one_at_a_time:
        return _base.words(text, limit=limit)


@st.cache_resource(show_spinner=False, max_entries=20)
def _concepts(
    _base: KnowledgeBase,
    key: str,  # noqa: ARG001
    edition: str,  # noqa: ARG001
    language: str,
    limit: int,
) -> list[tuple[str, Spoken]]:
    return spoken(_base.practices, _base.vocabulary, language, limit)


@st.cache_resource(show_spinner=False, max_entries=4, ttl=CHANGES)
def _changes(_base: KnowledgeBase, key: str, edition: str) -> dict[PurePosixPath, Change]:  # noqa: ARG001
    return changes(_base.config.practices, (practice.path for practice in _base.practices))


@st.cache_resource(show_spinner=False, max_entries=4, ttl=CHANGES)
def _contributors(_base: KnowledgeBase, key: str, edition: str) -> Mapping[PurePosixPath, tuple[str, ...]]:  # noqa: ARG001
    return contributors(_base.config.practices)
