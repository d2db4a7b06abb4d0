"""A new place in the text of places.yaml, where its reader would look for it."""

from __future__ import annotations

import re

_KEY = re.compile(r"^(?P<key>[a-z0-9][a-z0-9/-]*):", re.MULTILINE)


def entry_of(text: str, key: str) -> str:
    """The lines of one place in the text of places.yaml; empty where it has none."""
    found = list(_KEY.finditer(text))
    number = next((number for number, place in enumerate(found) if place["key"] == key), None)
    return "" if number is None else text[found[number].start() : _end(text, found, number)]


def with_places(text: str, entries: str) -> str:
    """The text of places.yaml with more entries, each in the order of its country; every other line as it was.

    A place that is there already is left as it is.
    """
    starts = [place.start() for place in _KEY.finditer(entries)]
    for start, end in zip(starts, [*starts[1:], len(entries)], strict=True):
        text = _with_place(text, entries[start:end])
    return text


def _with_place(text: str, entry: str) -> str:
    new = _KEY.match(entry)
    found = list(_KEY.finditer(text))
    if not new or any(place["key"] == new["key"] for place in found):
        return text
    country = new["key"].split("/", 1)[0]
    own = [number for number, place in enumerate(found) if place["key"].split("/", 1)[0] == country]
    before = [number for number in own if found[number]["key"] < new["key"]]
    if not before:
        return f"{text.rstrip()}\n{entry.rstrip()}\n"
    at = _end(text, found, before[-1])
    return f"{text[:at]}{entry.rstrip()}\n{text[at:]}"


def _end(text: str, found: list[re.Match[str]], number: int) -> int:
    """Where an entry ends: before the blank lines and comments that introduce the next one."""
    end = found[number + 1].start() if number + 1 < len(found) else len(text)
    lines = text[found[number].start() : end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        end -= len(lines.pop())
    return end
