"""`places.yaml`: every place has a name, a kind and a parent, lies on the globe, and dates its population."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kb.check.dates import in_future
from kb.check.fields import Sheet, check_record, wrong_kind
from kb.check.findings import Finding, shown
from kb.frontmatter import Value
from kb.schema import Field
from kb.vocabulary import nearest, people

KINDS = ("country", "municipality", "district", "region")
PLACE = (
    Field("name", "text", required=True, max_length=120),
    Field("kind", "choice", required=True, choices=KINDS),
    Field("parent", "text"),
    Field("number", "text"),
    Field("lat", "text"),
    Field("lon", "text"),
    Field("note", "text"),
    Field("population", "text"),
    Field("population_as_of", "date", dates=("YYYY", "YYYY-MM", "YYYY-MM-DD")),
)
KEY = re.compile(r"[a-z]{2}(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")
NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,10})?")
LIMITS = {"lat": 90, "lon": 180}


def check_places(sheet: Sheet) -> Iterator[Finding]:
    """Everything in `places.yaml`."""
    data = sheet.document.data
    numbers: dict[tuple[str, str, str], str] = {}
    for key, place in data.items():
        yield from _key(sheet, key)
        if not isinstance(place, dict):
            yield wrong_kind(sheet, (key,), place, "a set of keys", "Indent name, kind and parent under it.")
            continue
        yield from check_record(sheet, place, PLACE, (key,))
        yield from _parent(sheet, data, key, place)
        yield from _coordinates(sheet, key, place)
        yield from _population(sheet, key, place)
        kind, number = place.get("kind"), place.get("number")
        if isinstance(kind, str) and isinstance(number, str) and number:
            same = (key.split("/", 1)[0], kind, number)
            if numbers.setdefault(same, key) != key:
                message = f"The number {shown(number)} of `{shown(key)}` is also that of `{shown(numbers[same])}`."
                hint = "Correct one of them, or leave `number` out."
                yield sheet.found("duplicate-number", (key, "number"), message, hint)


def usable(data: Mapping[str, Value]) -> bool:
    """Whether the places can be loaded."""
    return all(
        isinstance(place, dict)
        and all(_is_coordinate(place.get(name, ""), 1000) for name in LIMITS)
        and _is_population(place.get("population", ""))
        for place in data.values()
    )


def _key(sheet: Sheet, key: str) -> Iterator[Finding]:
    country = key.split("/", 1)[0]
    countries = sheet.vocabulary.values("countries")
    if not KEY.fullmatch(key):
        message = f"`{shown(key)}` is not a key of a place."
        hint = "Write country/municipality or country/municipality/district, in small letters a–z with hyphens."
        yield sheet.found("place-key", (key,), message, hint)
    elif countries and country not in countries:
        message = f"`{shown(key)}` lies in the country `{shown(country)}`, which the vocabulary does not have."
        yield sheet.found("place-key", (key,), message, "Add the country to `countries` in vocabulary.yaml.")


def _parent(sheet: Sheet, data: Mapping[str, Value], key: str, place: Mapping[str, Value]) -> Iterator[Finding]:
    parent = place.get("parent", "")
    at = (key, "parent")
    if place.get("kind") == "country" or not isinstance(parent, str):
        if parent:
            yield sheet.found("unknown-parent", at, f"The country `{shown(key)}` has a parent.", "Remove `parent`.")
    elif not parent:
        message = f"`{shown(key)}` does not say where it lies."
        yield sheet.found("unknown-parent", at, message, "Add `parent` with the key of the place it lies in.")
    elif parent not in data:
        near = nearest(parent, data)
        hint = f"Did you mean `{near}`?" if near else "Add that place too."
        message = f"`{shown(key)}` lies in `{shown(parent)}`, which does not stand here."
        yield sheet.found("unknown-parent", at, message, hint)
    elif _goes_round(data, key):
        message = f"The parents of `{shown(key)}` lead back to itself."
        yield sheet.found("unknown-parent", at, message, "Correct `parent`: it is the larger place.")


def _goes_round(data: Mapping[str, Value], key: str) -> bool:
    seen = {key}
    current: Value | None = data[key]
    while isinstance(current, dict):
        parent = current.get("parent", "")
        if not isinstance(parent, str) or parent == key:
            return parent == key
        if parent in seen:
            return False
        seen.add(parent)
        current = data.get(parent)
    return False


def _coordinates(sheet: Sheet, key: str, place: Mapping[str, Value]) -> Iterator[Finding]:
    given = [name for name in LIMITS if place.get(name, "")]
    if len(given) == 1:
        message = f"`{shown(key)}` has `{given[0]}` alone."
        yield sheet.found("bad-coordinates", (key, given[0]), message, "Give both lat and lon, or neither.")
    for name in given:
        value = place[name]
        if isinstance(value, str) and not _is_coordinate(value, LIMITS[name]):
            message = f"`{name}` of `{shown(key)}` is `{shown(value)}`."
            hint = f"Write decimal degrees between -{LIMITS[name]} and {LIMITS[name]}, such as 59.913."
            yield sheet.found("bad-coordinates", (key, name), message, hint)


def _population(sheet: Sheet, key: str, place: Mapping[str, Value]) -> Iterator[Finding]:
    """How many live there, and of when that is: neither says anything without the other."""
    count, when = place.get("population", ""), place.get("population_as_of", "")
    if isinstance(count, str) and not _is_population(count):
        message = f"`population` of `{shown(key)}` is `{shown(count)}`, which is not a whole number above 0."
        yield sheet.found("bad-population", (key, "population"), message, "Write digits alone, such as 51240.")
    if count and not when:
        message = f"`{shown(key)}` has a population, but not of when it is."
        hint = "Add `population_as_of` with the date or year of the official figure, or remove `population`."
        yield sheet.found("bad-population", (key, "population"), message, hint)
    if when and not count:
        message = f"`{shown(key)}` has `population_as_of`, but no population."
        hint = "Add `population` from official statistics, or remove `population_as_of`."
        yield sheet.found("bad-population", (key, "population_as_of"), message, hint)
    if isinstance(when, str) and in_future(when, sheet.today):
        message = f"`population_as_of` of `{shown(key)}` is {shown(when)}, which has not come."
        hint = "Write the date that the statistics give; a forecast is not a population."
        yield sheet.found("future-date", (key, "population_as_of"), message, hint)


def _is_population(value: Value) -> bool:
    return isinstance(value, str) and (not value or people(value) is not None)


def _is_coordinate(value: Value, limit: int) -> bool:
    if not isinstance(value, str):
        return False
    return not value or (NUMBER.fullmatch(value) is not None and abs(float(value)) <= limit)
