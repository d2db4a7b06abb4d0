"""A form as plain values: what the widgets hold, and what the browser may keep of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kb.typed import line

Values = dict[str, str]
"""Field to answer; several choices are one text."""

NEW_PLACE = "+"
"""The choice of a place that is not in the list."""
LONG, SHORT = 10_000, 300
"""Characters that fields have room for where the format sets no limit."""
PASTED = 2000
"""Room where it does: Streamlit passes over what does not fit without a word, and the check tells what is too long."""
_BETWEEN = ","
"""Between the keys of several choices; no key of the vocabulary has it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Every field of a form, and what it has room for."""

    texts: Mapping[str, int]
    """Those that are written, and how long they may be."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Those where one thing is chosen from a list, and the list."""
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Those where any number of things are."""

    def known(self, text: str) -> Values:
        """The values in JSON that the form has a field for; anything else is passed over."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        if not isinstance(found, dict):
            return {}
        pairs = ((name, value) for name, value in found.items() if isinstance(value, str))
        kept = {name: self._known(name, value) for name, value in pairs}
        return {name: value for name, value in kept.items() if value}

    def _known(self, name: str, value: str) -> str:
        if name in self.texts:
            return value[: self.texts[name]]
        if name in self.several:
            return joined(one for one in split(value) if one in self.several[name])
        return value if value in self.choices.get(name, ()) else ""


def split(value: str) -> list[str]:
    """The keys of several choices."""
    return [key for key in value.split(_BETWEEN) if key]


def joined(keys: Iterable[str]) -> str:
    """Several choices as one value."""
    return _BETWEEN.join(keys)


def begun(values: Mapping[str, str], group: str, most: int) -> list[int]:
    """The numbers of the rows of a group that something is written in."""
    names = [name for name, value in values.items() if line(value) and name.startswith(f"{group}-")]
    return [number for number in range(most) if any(name.startswith(f"{group}-{number}-") for name in names)]
