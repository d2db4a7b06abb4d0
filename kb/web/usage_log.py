"""What readers ask, kept where the installation has asked for it: each thing once a visit.

A visit has no name here. Links load the page anew, so what counts as one is the same question in this
process within half an hour; two readers who ask the same in that time count as one.
"""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from kb import usage
from kb.config import Config
from kb.errors import KbError
from kb.search.hits import Results
from kb.web.base import KNOWN_BY, Site
from kb.web.find import filters
from kb.web.state import Asked

VISIT = 30 * 60
"""Seconds."""


def shown(asked: Asked, results: Results, site: Site) -> None:
    """Keep a question and its answers; more pages of them and a changed filter are the same question."""
    config = site.base.config
    if config.query_log and asked.q:
        _shown(config, asked.q, results)


def opened(asked: Asked, practice_id: str, site: Site) -> None:
    """Keep that a practice was opened for a question; one that was only near another is no answer."""
    config = site.base.config
    if not config.query_log or not asked.q:
        return
    # The page is drawn already, and the answers are as a rule at hand; what fails here is no fault of the page.
    with suppress(KbError):
        asked, _ = filters.known(asked, site)
        if any(hit.practice.id == practice_id for hit in site.search(asked)):
            _opened(config, asked.q, practice_id)


def popular(site: Site) -> tuple[usage.Shown, ...]:
    """What several others asked lately; none where questions are not kept."""
    config = site.base.config
    return _popular(config) if config.query_log else ()


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, ttl=VISIT, max_entries=4)
def _popular(config: Config) -> tuple[usage.Shown, ...]:
    return usage.popular(usage.read_log(usage.log_path(config)), usage.today())


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, ttl=VISIT, max_entries=5000)
def _shown(config: Config, query: str, _results: Results) -> None:
    usage.record_shown(config, query, (hit.practice.id for hit in _results), _results.strength)


@st.cache_resource(show_spinner=False, hash_funcs=KNOWN_BY, ttl=VISIT, max_entries=5000)
def _opened(config: Config, query: str, practice_id: str) -> None:
    usage.record_opened(config, query, practice_id)
