"""The reader's language: what the address says, else what the browser asks for, else the installation's.

A choice is kept in the address of every link, so nothing about it is stored anywhere. Each run
of the script has its own; it is never shared between readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from operator import itemgetter
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from kb.web.texts import FALLBACK, LANGUAGES

PARAMETER = "lang"
_MAPPED = {"no": "nb", **{language: language for language in LANGUAGES}}
_NOT_READ = ("api/", "media/", "feed", "sitemap", "robots")
"""Beginnings of addresses that are for programs: they have no language."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader's language, and the one that needs no word in the address."""

    language: str
    default: str


NOBODY = Reader(FALLBACK, FALLBACK)
_reader: ContextVar[Reader] = ContextVar("reader")
_KEY = "reader"


def read_by(reader: Reader) -> None:
    """Let every link that is made in this reader's session keep the language."""
    _reader.set(reader)
    st.session_state[_KEY] = reader


@contextmanager
def reading(reader: Reader) -> Iterator[None]:
    """The same for what is made inside the block, outside Streamlit's script."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def current() -> Reader:
    """Who reads; bokmål where nobody does."""
    found = _reader.get(None)
    if found is None and get_script_run_ctx(suppress_warning=True) is not None:
        # Callbacks and fragments run without the script that sets it.
        found = st.session_state.get(_KEY)
    return found or NOBODY


def kept(url: str) -> str:
    """An address; within the app it keeps the language that was chosen, unless it names one itself."""
    reader = current()
    if reader.language == reader.default or not _is_page(url):
        return url
    asked = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return url if PARAMETER in dict(asked) else in_language(url, reader.language)


def kept_parameters() -> dict[str, str]:
    """What an address must say besides its own to keep the language that was chosen."""
    reader = current()
    return {} if reader.language == reader.default else {PARAMETER: reader.language}


def in_language(url: str, language: str) -> str:
    """The whole of an address, in another language."""
    parts = urlsplit(url)
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != PARAMETER]
    return urlunsplit(parts._replace(query=urlencode([*asked, (PARAMETER, language)])))


def reader_of(chosen: str, accepted: str, configured: str) -> Reader:
    """Who reads: by the address, the browser's Accept-Language and the configured language."""
    own = configured if configured in LANGUAGES else FALLBACK
    default = next((language for tag in _by_weight(accepted) if (language := spoken(tag))), own)
    return Reader(chosen if chosen in LANGUAGES else default, default)


def spoken(tag: str) -> str:
    """The app's language for a language tag such as nn-NO; empty where it has none."""
    return _MAPPED.get(tag.replace("_", "-").split("-", 1)[0].strip().lower(), "")


def _is_page(url: str) -> bool:
    """Whether an address leads to a page of the app."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not (parts.scheme or parts.netloc or url.startswith("#") or parts.path.lstrip("./").startswith(_NOT_READ))


def _by_weight(accepted: str) -> list[str]:
    """The language tags of an Accept-Language header, the most wanted first."""
    found = []
    for item in accepted[:1000].split(","):
        tag, _, weight = item.replace(" ", "").partition(";q=")
        try:
            found.append((-float(weight or 1), tag))
        except ValueError:
            continue
    # Equal weights keep the order they came in.
    return [tag for weight, tag in sorted(found, key=itemgetter(0)) if weight < 0]
