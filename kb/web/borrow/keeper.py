"""The draft of a loan: its values in this session, and a copy that the reader's browser keeps.

Nothing is stored on the server. A reload begins a new session, and the browser hands the copy back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from kb.web.borrow.fields import Values, known

PREFIX = "lan-"
"""Before the key of every widget of the form; borrow_keep.js knows it too."""
_VALUES, _OF, _RESTORED, _ASKED = "laan.values", "laan.of", "laan.restored", "laan.asked"
_BEGUN, _KEEPER = "begun", "keeper"
_browser = st.components.v2.component(
    "praksis.draft", js=Path(__file__).with_name("keep.js").read_text(encoding="utf-8"), isolate_styles=False
)


def values_of(practice_id: str) -> Values:
    """The values of this session's draft; empty when another practice is borrowed than before."""
    if st.session_state.get(_OF) != practice_id:
        _begin(practice_id)
    values: Values = st.session_state[_VALUES]
    # What was answered last is in the widgets before it is drawn again.
    for key in st.session_state:
        if str(key).startswith(PREFIX) and isinstance(value := st.session_state[key], str):
            values[str(key).removeprefix(PREFIX)] = value
    return values


def keep(practice_id: str, texts: Mapping[str, int], lists: Mapping[str, tuple[str, ...]]) -> None:
    """Let the browser keep the values as they are now, and hand back those it kept before."""
    values = {name: value for name, value in st.session_state[_VALUES].items() if value}

    def found() -> None:
        restore(practice_id, str(st.session_state[_KEEPER].get("found") or ""), texts, lists)

    state = {"asked": bool(st.session_state.get(_ASKED)), "begun": st.session_state.get(_BEGUN, 0)}
    _browser(key=_KEEPER, data={"id": practice_id, "values": values, **state}, on_found_change=found)


def restore(practice_id: str, kept: str, texts: Mapping[str, int], lists: Mapping[str, tuple[str, ...]]) -> None:
    """Take over what the browser kept, as far as the form has a field for it."""
    values = known(kept, texts, lists)
    # What was typed before the browser answered is newer.
    newer = {name: value for name, value in st.session_state.get(_VALUES, {}).items() if value}
    _begin(practice_id)
    st.session_state[_VALUES] = values | newer
    st.session_state[_RESTORED] = bool(values)
    st.session_state[_ASKED] = True


def is_restored() -> bool:
    """Whether the reader meets a draft from before."""
    return bool(st.session_state.get(_RESTORED))


def discard() -> None:
    """Forget the draft, here and in the browser."""
    _begin(st.session_state[_OF])
    st.session_state[_ASKED] = True
    st.session_state[_BEGUN] = st.session_state.get(_BEGUN, 0) + 1


def _begin(practice_id: str) -> None:
    for key in [key for key in st.session_state if str(key).startswith((PREFIX, "laan."))]:
        del st.session_state[key]
    st.session_state[_OF] = practice_id
    st.session_state[_VALUES] = Values()
