"""The open knowledge base, and answers kept for as long as they are true.

A base is opened once per configuration and shared by every reader. Answers are kept per
generation: when the index moves, the next run asks the new one.
"""

from __future__ import annotations

import contextlib
import datetime
import gc
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import streamlit as st

from kb.base import KnowledgeBase
from kb.changes import Change, changes
from kb.concepts import Spoken, spoken
from kb.config import Config, load_config
from kb.contributors import contributors
from kb.errors import KbError, NoIndex
from kb.figures import date_text, number_text
from kb.listing import Listing, listing
from kb.practice import Practice
from kb.propose.links import folder_url
from kb.search.hits import Results
from kb.search.wordings import Wordings
from kb.spread.ties import Spread, spread
from kb.vocabulary import Vocabulary
from kb.web.prose import Links
from kb.web.reader import current
from kb.web.state import Asked
from kb.web.texts import FALLBACK, plural, t

PAGE = 10
"""Hits shown at first, and more at each press of the button."""
SIMILAR = 5
KEPT = 200
"""Parts of pages, and what they are made from, that are kept; the largest is some hundred thousand signs."""
CHANGES = 600
"""Seconds for which what git said is taken to be so: a file may be committed after it was indexed."""

# The encoder keeps one request, and two searches at once would only share the same processor.
_one_at_a_time = threading.Lock()

Counts = Mapping[str, Mapping[str, int]]
Made = TypeVar("Made")


def _edition(base: KnowledgeBase) -> tuple[str, str]:
    return repr(base.config), base.edition


KNOWN_BY: dict[str | type[object], Callable[[Any], object]] = {Config: repr, KnowledgeBase: _edition}
"""What the cache tells a configuration, and a base as it is now, from another by."""


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
        return _search(self.base, asked, asked.page * PAGE)

    def counts(self, asked: Asked) -> Counts:
        """How many there are of each value; a facet that is chosen from counts as if it were not."""
        counts = dict(self.search(asked).facets)
        asked = asked.question().ordered("")
        for facet, _ in asked.filters:
            counts[facet] = _search(self.base, asked.narrowed(facet, ()), 0).facets.get(facet, {})
        return counts

    def everything(self) -> Counts:
        """How many practices have each value, whatever is asked."""
        return _search(self.base, Asked(), 0).facets

    def similar(self, practice_id: str) -> Results:
        """The practices nearest to one."""
        return _similar(self.base, practice_id)

    def alike(self, title: str, text: str, language: str) -> tuple[Practice, ...]:
        """The practices that look like one that is being written."""
        return _alike(self.base, title, text, language)

    def borrowers(self, practice_id: str) -> tuple[Practice, ...]:
        """The practices that borrowed one."""
        return _borrowers(self.base, practice_id)

    def practices(self) -> tuple[Practice, ...]:
        """Every practice, in order of id."""
        return _practices(self.base)

    def spread(self) -> Spread:
        """Who borrowed what from whom."""
        return _spread(self.base)

    def words(self, text: str, limit: int) -> Wordings:
        """How each place speaks of a concept."""
        return _words(self.base, text, limit)

    def concepts(self, limit: int) -> list[tuple[str, Spoken]]:
        """Concepts that the practices put in different words."""
        return _concepts(self.base, self.language, limit)

    def changes(self) -> Mapping[PurePosixPath, Change]:
        """When each practice came and was last changed, by the path of its file; none where that is not known."""
        return _changes(self.base)

    def contributors(self) -> Mapping[PurePosixPath, tuple[str, ...]]:
        """The names of those who wrote each practice, by the path of its file."""
        return _contributors(self.base)

    def kept(self, name: str, make: Callable[[], Made], *asked: str) -> Made:
        """What is the same for many readers: made once for each edition, language, day and `asked`."""
        # Some parts tell how long ago something was; links keep a language that was chosen.
        day = datetime.datetime.now(tz=datetime.UTC).date()
        made: Made = _kept(make, (self.base, current(), self.language, day, name, asked))
        return made

    def links(self, back: str = "") -> Links:
        """Where links in the texts lead."""
        return Links(_pages(self.base), back, self.files_url)

    def listed(self) -> Listing:
        """The files of the practices as they are now, also those that are not indexed yet."""
        return _listed(self.base.config.practices, int(time.monotonic()))

    @property
    def files_url(self) -> str:
        """The web address of the folder of practices, or empty."""
        return folder_url(self.base.config)


@lru_cache(maxsize=1)
def _listed(folder: Path, _second: int) -> Listing:
    """The files of a folder; looked for once a second, however many readers write at once."""
    return listing(folder)


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
    base = _open(config)
    if not base.is_indexed:
        # An index that was taken away is to be made anew.
        raise NoIndex("There is no index any more.", hint="Run kb index.")
    # A page asks many times, and must not be of two editions where the index is swapped between.
    base = base.as_it_is()
    return Site(base, base.edition, language or config.language or FALLBACK)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=4)
def _open(config: Config) -> KnowledgeBase:
    base = KnowledgeBase(config)
    threading.Thread(target=_warm_up, args=(base,), name="warm-up", daemon=True).start()
    return base


def _warm_up(base: KnowledgeBase) -> None:
    """Load the encoder while the first reader is still typing, and the practices before she opens one."""
    # The first real search meets the same errors and tells the reader.
    with contextlib.suppress(KbError), _one_at_a_time:
        base.search("klar", limit=1)
    with contextlib.suppress(KbError):
        _spread(base)
    # What has been read now stays: going through all of it again and again would hold readers up.
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=1000)
def _search(base: KnowledgeBase, asked: Asked, limit: int) -> Results:
    # Only names of facets come this far.
    filters = {facet: list(values) for facet, values in asked.filters}
    with _one_at_a_time:
        return base.search(asked.q, limit=limit, lens=asked.lens, sort=asked.sort, **filters)  # type: ignore[arg-type]


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=1000)
def _similar(base: KnowledgeBase, practice_id: str) -> Results:
    return base.similar(practice_id, limit=SIMILAR)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=200)
def _alike(base: KnowledgeBase, title: str, text: str, language: str) -> tuple[Practice, ...]:
    with _one_at_a_time:
        return base.alike(title, text, language)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=1000)
def _borrowers(base: KnowledgeBase, practice_id: str) -> tuple[Practice, ...]:
    return base.borrowers(practice_id)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=KEPT)
def _kept(_make: Callable[[], Any], key: tuple[object, ...]) -> Any:  # noqa: ARG001  for the cache
    return _make()


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=4)
def _pages(base: KnowledgeBase) -> dict[str, str]:
    return base.files()


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=4)
def _practices(base: KnowledgeBase) -> tuple[Practice, ...]:
    return base.practices


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=4)
def _spread(base: KnowledgeBase) -> Spread:
    return spread(_practices(base), base.vocabulary)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=500)
def _words(base: KnowledgeBase, text: str, limit: int) -> Wordings:
    with _one_at_a_time:
        return base.words(text, limit=limit)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=20)
def _concepts(base: KnowledgeBase, language: str, limit: int) -> list[tuple[str, Spoken]]:
    return spoken(_practices(base), base.vocabulary, language, limit)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=4, ttl=CHANGES)
def _changes(base: KnowledgeBase) -> dict[PurePosixPath, Change]:
    return changes(base.config.practices, (practice.path for practice in _practices(base)))


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, max_entries=4, ttl=CHANGES)
def _contributors(base: KnowledgeBase) -> Mapping[PurePosixPath, tuple[str, ...]]:
    return contributors(base.config.practices)
