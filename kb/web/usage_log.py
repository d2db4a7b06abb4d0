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
from kb.web.base import Site
from kb.web.find import filters
from kb.web.state import Asked

VISIT = 30 * 60
"""Seconds."""


def shown(asked: Asked, results: Results, site: Site) -> None:
    """Keep a question and its answers; more pages of them and a changed filter are the same question."""
    config = site.base.config
    if config.query_log and asked.q:
        _shown(config, repr(config), asked.q, results)


def opened(asked: Asked, practice_id: str, site: Site) -> None:
    """Keep that a practice was opened for a question; one that was only near another is no answer."""
    config = site.base.config
    if not config.query_log or not asked.q:
        return
    # The page is drawn already, and the answers are as a rule at hand; what fails here is no fault of the page.
    with suppress(KbError):
        asked, _ = filters.known(asked, site)
        if any(hit.practice.id == practice_id for hit in site.search(asked)):
            _opened(config, repr(config), asked.q, practice_id)


def popular(site: Site) -> tuple[usage.Shown, ...]:
    """What several others asked lately; none where questions are not kept."""
    config = site.base.config
    return _popular(config, repr(config)) if config.query_log else ()


@st.cache_resource(show_spinner=False, ttl=VISIT, max_entries=4)
def _popular(_config: Config, key: str) -> tuple[usage.Shown, ...]:  # noqa: ARG001
    return usage.popular(usage.read_log(usage.log_path(_config)), usage.today())


@st.cache_resource(show_spinner=False, ttl=VISIT, max_entries=5000)
def _shown(_config: Config, key: str, query: str, _results: Results) -> None:  # noqa: ARG001  key is what the cache goes by
    usage.record_shown(_config, query, (hit.practice.id for hit in _results), _results.strength)


@st.cache_resource(show_spinner=False, ttl=VISIT, max_entries=5000)
def _opened(_config: Config, key: str, query: str, practice_id: str) -> None:  # noqa: ARG001
    usage.record_opened(_config, query, practice_id)
