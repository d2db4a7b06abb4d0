"""The words that practices choose from: areas, themes, statuses, evidence, sections, places.

Both files are data that people edit: `vocabulary.yaml` and `places.yaml` beside the practices.
A folder without them can still be read; keys then stand as their own labels.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from kb import frontmatter
from kb.errors import VocabularyError
from kb.files import sha256

LISTS = ("languages", "countries", "areas", "themes", "statuses", "evidence", "lenses")
VOCABULARY_FILE = "vocabulary.yaml"
PLACES_FILE = "places.yaml"


@dataclass(frozen=True, slots=True)
class Place:
    """A country, municipality, district or region that a practice can belong to."""

    key: str
    name: str
    kind: str
    parent: str = ""
    number: str = ""
    """The official number where it is known, as written: leading zeros matter."""
    lat: float | None = None
    lon: float | None = None
    note: str = ""

    @property
    def country(self) -> str:
        return self.key.split("/", 1)[0]


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary and the places of one repository."""

    labels: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """List name to key to language to label."""
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Canonical section to language to heading."""
    synonyms: tuple[tuple[str, ...], ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    digest: str = ""
    """Changes when the words that search uses change."""

    def label(self, kind: str, key: str, language: str = "nb") -> str:
        """The label of `key` in `language`, or in bokmål, or the key itself."""
        if kind in {"place", "places"}:
            return self.place_name(key)
        names = self.labels.get(kind, {}).get(key, {})
        return names.get(language) or names.get("nb") or key

    def heading(self, section: str, language: str = "nb") -> str:
        """The heading that a section has in a language; `other` has none."""
        names = self.headings.get(section, {})
        return names.get(language) or names.get("nb") or ""

    def place_name(self, key: str, *, with_country: bool = False, language: str = "nb") -> str:
        """A place as people write it: Nordstrand, Oslo."""
        place = self.places.get(key)
        if place is None:
            return key
        names = [place.name]
        parent = self.places.get(place.parent)
        while parent is not None and parent.kind != "country":
            names.append(parent.name)
            parent = self.places.get(parent.parent)
        if with_country and place.kind != "country":
            names.append(self.label("countries", place.country, language))
        return ", ".join(names)

    def ancestors(self, key: str) -> tuple[str, ...]:
        """A place and everything it lies in, innermost first."""
        found = [key]
        while (place := self.places.get(found[-1])) is not None and place.parent and place.parent not in found:
            found.append(place.parent)
        return tuple(found)

    def values(self, name: str) -> frozenset[str]:
        """The keys that one list of the vocabulary allows."""
        if name == "places":
            return frozenset(self.places)
        return frozenset(self.labels.get(name, {}))

    def nearest(self, name: str, value: str) -> str:
        """The allowed value that looks most like `value`, or an empty string."""
        return nearest(value, self.values(name))

    def section(self, heading: str) -> str:
        """The canonical section of a heading in any language; `other` if it is none."""
        return self._sections.get(_plain(heading), "other")

    @cached_property
    def _sections(self) -> dict[str, str]:
        return {_plain(name): key for key, names in self.headings.items() for name in names.values()}


def nearest(value: str, allowed: Iterable[str]) -> str:
    """The one of `allowed` that looks most like `value`; the last part of a path counts too."""
    options = sorted(allowed)
    by_lower = {option.lower(): option for option in options}
    match = difflib.get_close_matches(value.lower(), by_lower, n=1, cutoff=0.6)
    if match:
        return by_lower[match[0]]
    tails = {option.lower().rsplit("/", 1)[-1]: option for option in options}
    match = difflib.get_close_matches(value.lower().rsplit("/", 1)[-1], tails, n=1, cutoff=0.7)
    return tails[match[0]] if match else ""


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the vocabulary and places of a folder of practices; what is absent is empty.

    Raises:
        VocabularyError: one of the files cannot be understood, with file and line.
    """
    words = _read(folder / VOCABULARY_FILE)
    places = _read(folder / PLACES_FILE)
    sections = cast("dict[str, dict[str, dict[str, str]]]", words.get("sections", {}))
    groups = cast("list[list[str]]", words.get("synonyms", []))
    return Vocabulary(
        labels={name: cast("dict[str, dict[str, str]]", words.get(name) or {}) for name in LISTS},
        headings={key: value.get("headings", {}) for key, value in sections.items()},
        synonyms=tuple(tuple(group) for group in groups),
        places={key: _place(key, value, folder) for key, value in places.items()},
        digest=sha256(repr((sorted(sections.items()), groups)))[:16],
    )


def _place(key: str, value: frontmatter.Value, folder: Path) -> Place:
    path = folder / PLACES_FILE
    if not isinstance(value, dict):
        raise VocabularyError(f"The place {key} has no fields.", path=path, hint="Give it name, kind and parent.")
    fields = {name: text for name, text in value.items() if isinstance(text, str)}
    try:
        lat, lon = (float(fields[name]) if fields.get(name) else None for name in ("lat", "lon"))
    except ValueError:
        raise VocabularyError(
            f"The place {key} has a coordinate that is not a number.", path=path, hint="Write lat and lon as 59.91."
        ) from None
    return Place(
        key=key,
        name=fields.get("name", key),
        kind=fields.get("kind", ""),
        parent=fields.get("parent", ""),
        number=fields.get("number", ""),
        lat=lat,
        lon=lon,
        note=fields.get("note", ""),
    )


def _read(path: Path) -> dict[str, frontmatter.Value]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"The file cannot be read: {error}", path=path, hint="Save it as UTF-8.") from error
    document = frontmatter.parse_mapping(text)
    if document.problems:
        problem = document.problems[0]
        raise VocabularyError(problem.message, path=path, line=problem.line, hint=problem.hint)
    return document.data


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().split()).rstrip(":.?")
