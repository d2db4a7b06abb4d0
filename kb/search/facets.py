"""Filters as people give them: keys, or names in any of the languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from kb.errors import UnknownFilter
from kb.index.store import FACETS, Store
from kb.language.hidden import without
from kb.vocabulary import Vocabulary, nearest

FilterValue = str | bool | Iterable[str] | None
Filters = Mapping[str, tuple[str, ...]]

LISTS = {
    "country": "countries",
    "place": "places",
    "area": "areas",
    "theme": "themes",
    "status": "statuses",
    "evidence": "evidence",
    "language": "languages",
}
"""Facet to the list of the vocabulary that its values come from."""


def resolve(given: Mapping[str, FilterValue], vocabulary: Vocabulary, store: Store) -> Filters:
    """Filters with every value as its key; empty ones are left out.

    Raises:
        UnknownFilter: no such facet, or no such value, with the nearest one as hint.
    """
    resolved: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        if name not in FACETS:
            near = nearest(name, FACETS)
            hint = f"Did you mean {near}?" if near else f"Use one of {', '.join(FACETS)}."
            raise UnknownFilter(f"There is no filter {name}.", hint=hint)
        values = _texts(value)
        if values:
            resolved[name] = tuple(dict.fromkeys(_key(name, text, vocabulary, store) for text in values))
    return resolved


def mask(filters: Filters, store: Store) -> NDArray[np.bool_]:
    """Which practices every filter lets through: bool (number of practices,)."""
    allowed = np.ones(len(store), dtype=bool)
    for name, values in filters.items():
        allowed &= store.with_facet(name, values)
    return allowed


def facet_label(name: str, value: str, vocabulary: Vocabulary, language: str) -> str:
    """A facet value as people read it; the two yes/no facets are labelled by the app's own texts."""
    return vocabulary.label(LISTS.get(name, name), value, language)


def well_formed(text: str) -> str:
    """Text from outside that can be encoded and searched for.

    Bytes that an odd locale let through are read as UTF-8; signs of no width, as pasted from a PDF, cut words apart.
    """
    try:
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8")
    return without(text, "widthless")


def _texts(value: FilterValue) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    items = (value,) if isinstance(value, str) else value
    return tuple(well_formed(item) for item in items if item.strip())


def _key(name: str, text: str, vocabulary: Vocabulary, store: Store) -> str:
    known = vocabulary.values(LISTS[name]) if name in LISTS else frozenset({"yes", "no"})
    present = frozenset(store.values_of(name))
    if text in known or text in present:
        return text
    wanted = text.strip().casefold()
    for key in sorted(known | present):
        if wanted in {key.casefold(), *_names(name, key, vocabulary)}:
            return key
    near = nearest(text, known | present) or _nearest_name(name, wanted, known, vocabulary)
    hint = f"Did you mean {near}?" if near else "See the filters and their values with kb search --json."
    raise UnknownFilter(f"No {name.replace('_', ' ')} is called {text}.", hint=hint)


def _names(name: str, key: str, vocabulary: Vocabulary) -> set[str]:
    """The names of a value in every language, and a place's own and full name."""
    if name == "place":
        place = vocabulary.places.get(key)
        return {place.name.casefold(), vocabulary.place_name(key).casefold()} if place else set()
    return {label.casefold() for label in vocabulary.labels.get(LISTS.get(name, ""), {}).get(key, {}).values()}


def _nearest_name(name: str, wanted: str, known: Iterable[str], vocabulary: Vocabulary) -> str:
    by_name = {label: key for key in known for label in _names(name, key, vocabulary)}
    return by_name.get(nearest(wanted, by_name), "")
