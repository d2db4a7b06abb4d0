"""Drafts: a form's values in this session, and a copy that the reader's browser keeps.

Nothing is stored on the server. A reload begins a new session, and the browser hands the copy back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from kb.web.forms.values import Fields, Values, joined

_BROWSER = "keeper"
OTHERS = 5
"""As many other drafts are told of."""
_LONGEST = 120
_NO_ANSWERS = frozenset({"language", "by-name", "by-mail"})
"""Fields that say nothing of the practice."""
_browser = st.components.v2.component(
    "praksis.draft", js=Path(__file__).with_name("keep.js").read_text(encoding="utf-8"), isolate_styles=False
)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the drafts of one form, each under a name of its own."""

    form: str
    """Before the key of every field of the form and before the name of every draft; keep.js goes by it."""
    own: str
    """Before the key of everything else on its page."""

    def field(self, name: str) -> str:
        """The key of a field's widget."""
        return f"{self.form}-{name}"

    def key(self, name: str) -> str:
        """The key of a widget that is no field."""
        return f"{self.own}-{name}"

    def state(self, name: str) -> str:
        """The key of something that is forgotten with the draft."""
        return f"{self.form}.{name}"

    def values_of(self, draft: str, given: Mapping[str, str] | None = None) -> Values:
        """The values of this session's draft; those that are given from the start when another is begun on."""
        if st.session_state.get(self.state("of")) != draft:
            self._begin(draft, given or {})
        values: Values = st.session_state[self.state("values")]
        # What was answered last is in the widgets before it is drawn again.
        for key in map(str, st.session_state):
            if key.startswith(f"{self.form}-"):
                values[key.removeprefix(f"{self.form}-")] = _plain(st.session_state[key])
        return values

    def keep(self, draft: str, fields: Fields, *, address: str = "", titled: str = "") -> None:
        """Let the browser keep the values as they are now, and hand back those it kept before.

        Args:
            draft: the draft's name.
            fields: what may be handed back.
            address: the parameter of the address that names the draft, where a reload must find it by that.
            titled: the field that other drafts are told of by; empty where they are not told of.
        """
        given = st.session_state[self.state("given")]
        values = {
            name: value
            for name, value in st.session_state[self.state("values")].items()
            if value and value != given.get(name)
        }

        def found() -> None:
            self.restore(draft, str(st.session_state[_BROWSER].get("found") or ""), fields)

        def others() -> None:
            st.session_state[f"{self.own}.others"] = _drafts(str(st.session_state[_BROWSER].get("others") or ""))

        state = {
            "asked": bool(st.session_state.get(self.state("asked"))),
            # In which language somebody writes is kept with the first word, before the server has heard of it.
            "first": {"language": st.session_state.get(self.field("language")) or ""},
            "begun": st.session_state.get(f"{self.own}.begun", 0),
            "address": address,
            "titled": titled if f"{self.own}.others" not in st.session_state else "",
        }
        data = {"form": self.form, "id": draft, "values": values, **state}
        _browser(key=_BROWSER, data=data, on_found_change=found, on_others_change=others)

    def restore(self, draft: str, kept: str, fields: Fields) -> None:
        """Take over what the browser kept, as far as the form has a field for it."""
        values = fields.known(kept)
        given = st.session_state.get(self.state("given"), {})
        # What was typed before the browser answered is newer.
        now = st.session_state.get(self.state("values"), {})
        newer = {name: value for name, value in now.items() if value and value != given.get(name)}
        self._begin(draft, given)
        st.session_state[self.state("values")] |= values | newer
        st.session_state[self.state("restored")] = bool(values)
        st.session_state[self.state("asked")] = True

    @property
    def values(self) -> Values:
        """The values of this session's draft, to read and to set."""
        found: Values = st.session_state[self.state("values")]
        return found

    @property
    def is_asking(self) -> bool:
        """Whether the browser may still hand back a draft; one that keeps none never does."""
        return not st.session_state.get(self.state("asked"))

    @property
    def is_restored(self) -> bool:
        """Whether the reader meets a draft from before."""
        return bool(st.session_state.get(self.state("restored")))

    @property
    def is_answered(self) -> bool:
        """Whether anything was answered; which language one writes in is no answer."""
        given = st.session_state[self.state("given")]
        values = st.session_state[self.state("values")].items()
        return any(value and value != given.get(name) for name, value in values if name not in _NO_ANSWERS)

    @property
    def others(self) -> list[tuple[str, str]]:
        """Name and title of the other drafts that the browser keeps."""
        found: list[tuple[str, str]] = st.session_state.get(f"{self.own}.others", [])
        return found

    def discard(self) -> None:
        """Forget the draft, here and in the browser."""
        self._begin(st.session_state[self.state("of")], st.session_state[self.state("given")])
        st.session_state[self.state("asked")] = True
        st.session_state[f"{self.own}.begun"] = st.session_state.get(f"{self.own}.begun", 0) + 1

    def _begin(self, draft: str, given: Mapping[str, str]) -> None:
        for key in [key for key in st.session_state if str(key).startswith((f"{self.form}-", f"{self.form}."))]:
            del st.session_state[key]
        st.session_state[self.state("of")] = draft
        st.session_state[self.state("given")] = dict(given)
        st.session_state[self.state("values")] = Values(given)


def _plain(value: object) -> str:
    """What a widget holds as one text."""
    return joined(map(str, value)) if isinstance(value, list) else str(value or "")


def _drafts(text: str) -> list[tuple[str, str]]:
    """The drafts that the browser tells of; what is no name of a draft is passed over."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return []
    records = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    pairs = ((one.get("id"), one.get("title")) for one in records)
    return [
        (name, title[:_LONGEST])
        for name, title in pairs
        if isinstance(name, str) and isinstance(title, str) and name.isascii() and name.isalnum()
    ][:OTHERS]
