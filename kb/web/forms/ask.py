"""Asking: fields that know their value, how long it may be, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from kb.web.base import Site
from kb.web.forms.keeper import Keeper
from kb.web.forms.values import NEW_PLACE, Fields, Values, begun, joined, split
from kb.web.markup import tag

Widget = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Form:
    """What every question needs: the fields, the values so far, and who keeps them."""

    site: Site
    keeper: Keeper
    fields: Fields
    values: Values

    def label(self, field: str) -> str:
        """What a field is called; each form has words of its own."""
        raise NotImplementedError

    def is_required(self, field: str) -> bool:
        """Whether a field must be answered."""
        raise NotImplementedError

    def say(self, field: str) -> None:
        """Tell beside a field what is wrong with its answer."""
        raise NotImplementedError

    @property
    def checked(self) -> bool:
        """Whether the reader has asked what is missing."""
        return bool(st.session_state.get(self.keeper.state("checked")))

    def check(self) -> None:
        """The reader asks what is missing."""
        st.session_state[self.keeper.state("checked")] = True

    def short(self, field: str, label: str = "", **options: Any) -> None:
        """A question that is answered on one line."""
        self._text(st.text_input, field, label, **options)

    def long(self, field: str, label: str = "", height: int = 130, **options: Any) -> None:
        """A question that is answered in some lines."""
        self._text(st.text_area, field, label, height=height, **options)

    def choose(
        self, widget: Widget, field: str, options: Sequence[str], default: str = "", *, told: bool = True, **more: Any
    ) -> str:
        """A question that is answered by choosing; what is chosen from the start is not kept."""
        key = self._seed(field, default or None)
        chosen: str = widget(more.pop("label", "") or self.named(field), options, key=key, **more) or ""
        self.values[field] = "" if chosen == default else chosen
        if told:
            self.say(field)
        return chosen

    def several(self, field: str, options: Sequence[str], **more: Any) -> None:
        """A question that is answered by choosing any number of things."""
        key = self.keeper.field(field)
        if key not in st.session_state:
            st.session_state[key] = split(self.values.get(field, ""))
        self.values[field] = joined(st.multiselect(self.named(field), options, key=key, **more))
        self.say(field)

    def place(self, options: Sequence[str]) -> None:
        """Which place: one of the list, or a new one with its name and country."""
        names = self.places(options) | {NEW_PLACE: self.site.t("form.place_new")}
        chosen = self.choose(
            st.selectbox,
            "place",
            tuple(names),
            format_func=names.__getitem__,
            index=None,
            placeholder=self.site.t("form.place_choose"),
            told=False,
        )
        # A name that is not in the list finds nothing, and the way out of the list is filtered away with the rest.
        box = self.keeper.key("place-new")
        st.session_state[box] = chosen == NEW_PLACE
        st.checkbox(names[NEW_PLACE], key=box, on_change=_tick, args=(self.keeper.field("place"), box))
        if chosen == NEW_PLACE:
            self.short("new_place", self.site.t("form.new_place"))
            self.choose(
                st.selectbox,
                "country",
                self.fields.choices["country"],
                label=self.site.t("form.country"),
                format_func=lambda key: self.site.label("countries", key),
                index=None,
                placeholder=self.site.t("form.country_choose"),
            )
        self.say("place")

    def places(self, options: Collection[str]) -> dict[str, str]:
        """Places and what they are called, by name."""
        names = self.site.kept("form.places", lambda: _places(self.site))
        wanted = frozenset(options)
        return {key: name for key, name in names.items() if key in wanted}

    def language(self) -> None:
        """Which language is written in: the reader's, until another is chosen."""
        self.choose(
            st.selectbox,
            "language",
            self.fields.choices["language"] or [self.site.language],
            self.site.language,
            label=self.site.t("form.language"),
            format_func=lambda key: self.site.label("languages", key),
        )

    def keep_language(self) -> None:
        """What is begun on in one language stays there when the app is read in another."""
        if self.keeper.is_answered:
            self.values["language"] = st.session_state[self.keeper.field("language")]

    def rows(self, group: str, most: int, more: str, least: int = 1) -> Iterator[int]:
        """The rows of a group, those begun on and room for the next; `more` is the button that adds one."""
        key = self.keeper.state(f"rows.{group}")
        count = min(max(max(begun(self.values, group, most), default=-1) + 1, st.session_state.get(key, least)), most)
        yield from range(count)
        if count < most:
            st.button(more, key=self.keeper.key(f"more-{group}"), on_click=_set, args=(key, count + 1))

    @contextmanager
    def box(self, name: str) -> Iterator[None]:
        """Questions that belong together."""
        with st.container(key=self.keeper.key(f"box-{name}"), gap="small"):
            yield

    @contextmanager
    def fold(self, name: str, label: str, *fields: str, unfolded: bool = False) -> Iterator[None]:
        """Questions that need no answer, folded until one of them has."""
        key = self.keeper.state(f"unfolded.{name}")
        answered = any(value for field, value in self.values.items() if value and field.startswith(fields))
        # What was unfolded stays so: it would close over what is being written.
        st.session_state[key] = unfolded or answered or bool(st.session_state.get(key))
        with st.expander(label, expanded=st.session_state[key]):
            yield

    def lead(self, text: str) -> None:
        """What a part is for, before its questions."""
        st.html(tag("p", text, class_="hint"))

    def named(self, field: str) -> str:
        """A field's label, saying so where it must be answered."""
        required = f" ({self.site.t('form.required')})" if self.is_required(field) else ""
        return f"{self.label(field)}{required}"

    def _text(self, widget: Widget, field: str, label: str, **options: Any) -> None:
        key = self._seed(field, "")
        named = label or self.named(field)
        self.values[field] = widget(named, key=key, max_chars=self.fields.texts[field], **options)
        self.say(field)

    def _seed(self, field: str, default: str | None) -> str:
        key = self.keeper.field(field)
        if key not in st.session_state:
            st.session_state[key] = self.values.get(field) or default
        return key


def _places(site: Site) -> dict[str, str]:
    names = {key: site.place(key) for key in site.vocabulary.places}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _tick(field: str, box: str) -> None:
    """The place is new where the box is ticked; where it no longer is, none is chosen."""
    st.session_state[field] = NEW_PLACE if st.session_state[box] else None


def _set(key: str, value: int) -> None:
    st.session_state[key] = value
