"""The words that practices choose from: areas, themes, statuses, evidence, sections, places.

Both files are data that people edit: `vocabulary.yaml` and `places.yaml` beside the practices.
A folder without them can still be read; keys then stand as their own labels.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, zip_longest
from pathlib import Path
from typing import NamedTuple

from kb import frontmatter
from kb.errors import VocabularyError
from kb.files import ordinary, sha256
from kb.frontmatter import Value, YamlDocument
from kb.language.text import folded_words

LISTS = ("languages", "countries", "areas", "themes", "statuses", "evidence", "lenses")
VOCABULARY_FILE = "vocabulary.yaml"
PLACES_FILE = "places.yaml"
CONCEPT_FORM = "`- {nb: [ord, ord], en: [word]}`"
"""How one concept is written, for hints."""
WHOLE = re.compile(r"[1-9][0-9]{0,9}")


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
    population: int | None = None
    """How many live there; None where no official figure is known."""
    population_as_of: str = ""
    """The day, month or year that the figure is of."""

    @property
    def country(self) -> str:
        return self.key.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing and the words that municipalities have for it."""

    words: Mapping[str, tuple[str, ...]]
    """Language to words; words whose language is not told stand under an empty text."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every distinct word, in order."""
        return tuple(dict.fromkeys(word for words in self.words.values() for word in words))


class Spelled(NamedTuple):
    """A word as it is written, and its place among those to tell of."""

    word: str
    place: int


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary and the places of one repository."""

    labels: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """List name to key to language to label."""
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Canonical section to language to heading."""
    concepts: tuple[Concept, ...] = ()
    """What `synonyms` in the file says: words that search takes for the same."""
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
        asked = (key, with_country, language)
        if asked not in self._names:
            self._names[asked] = self._name(place, with_country=with_country, language=language)
        return self._names[asked]

    def _name(self, place: Place, *, with_country: bool, language: str) -> str:
        around = [self.places[name] for name in self.ancestors(place.key)[1:] if name in self.places]
        names = [place.name, *(parent.name for parent in around if parent.kind != "country")]
        if with_country and place.kind != "country":
            names.append(self.label("countries", place.country, language))
        return ", ".join(names)

    def ancestors(self, key: str) -> tuple[str, ...]:
        """A place and everything it lies in, innermost first."""
        return self._ancestors.get(key, (key,))

    def values(self, name: str) -> frozenset[str]:
        """The keys that one list of the vocabulary allows."""
        if name == "places":
            return frozenset(self.places)
        return frozenset(self.labels.get(name, {}))

    def nearest(self, name: str, value: str) -> str:
        """The allowed value that looks most like `value`, or an empty string."""
        return nearest(value, self.values(name))

    @cached_property
    def spelling(self) -> Mapping[str, Spelled]:
        """The words that search takes for the same, folded, and how each is written; one of each language first."""
        in_turn = (words for concept in self.concepts for words in zip_longest(*concept.words.values(), fillvalue=""))
        found: dict[str, Spelled] = {}
        for place, word in enumerate(chain.from_iterable(in_turn)):
            found.setdefault(" ".join(part.folded for part in folded_words(word)), Spelled(word, place))
        return found

    def section(self, heading: str) -> str:
        """The canonical section of a heading in any language; `other` if it is none."""
        return self._sections.get(plain_heading(heading), "other")

    @cached_property
    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        """Worked out once: pages ask for the same places a thousand times."""
        found = {}
        for key in self.places:
            above = [key]
            while (place := self.places.get(above[-1])) is not None and place.parent and place.parent not in above:
                above.append(place.parent)
            found[key] = tuple(above)
        return found

    @cached_property
    def _names(self) -> dict[tuple[str, bool, str], str]:
        """Names of known places as they have been asked for."""
        return {}

    @cached_property
    def _sections(self) -> dict[str, str]:
        return {plain_heading(name): key for key, names in self.headings.items() for name in names.values()}


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


def people(text: str) -> int | None:
    """A population as it is written: digits alone; None where it is anything else."""
    return int(text) if WHOLE.fullmatch(text) else None


def words_of(value: Value) -> tuple[str, ...] | None:
    """One word or a list of words, without what is left empty; None where it is anything else."""
    if isinstance(value, str):
        value = [value] if value else []
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(texts) < len(value):
        return None
    return tuple(text.strip() for text in texts if text.strip())


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the vocabulary and places of a folder of practices; what is absent is empty.

    Raises:
        VocabularyError: one of the files cannot be understood, with file and line.
    """
    words = _File.read(folder / VOCABULARY_FILE)
    places = _File.read(folder / PLACES_FILE)
    sections = words.mapping("sections")
    concepts = words.concepts("synonyms", tuple(words.mapping("languages")))
    return Vocabulary(
        labels={name: {key: words.texts(name, key) for key in words.mapping(name)} for name in LISTS},
        headings={key: words.texts("sections", key, "headings") for key in sections},
        concepts=concepts,
        places={key: _place(key, places) for key in places.mapping()},
        digest=sha256(repr((sorted(sections.items()), concepts)))[:16],
    )


def _place(key: str, file: _File) -> Place:
    fields = {name: text for name, text in file.mapping(key).items() if isinstance(text, str)}
    try:
        lat, lon = (float(fields[name]) if fields.get(name) else None for name in ("lat", "lon"))
    except ValueError:
        message = f"The place {key} has a coordinate that is not a number."
        raise file.fault(message, "Write lat and lon as 59.91.", key) from None
    count = fields.get("population", "")
    if count and people(count) is None:
        message = f"The place {key} has a population that is not a whole number."
        raise file.fault(message, "Write population in digits alone, such as 51240.", key, "population")
    return Place(
        key=key,
        name=fields.get("name", key),
        kind=fields.get("kind", ""),
        parent=fields.get("parent", ""),
        number=fields.get("number", ""),
        lat=lat,
        lon=lon,
        note=fields.get("note", ""),
        population=people(count),
        population_as_of=fields.get("population_as_of", ""),
    )


@dataclass(frozen=True, slots=True)
class _File:
    """One of the two files; asking it for what it does not hold raises a VocabularyError with its line."""

    path: Path
    document: YamlDocument

    @classmethod
    def read(cls, path: Path) -> _File:
        """The file, or an empty one where there is none."""
        try:
            ordinary(path)
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = ""
        except (OSError, UnicodeDecodeError) as error:
            raise VocabularyError(f"The file cannot be read: {error}", path=path, hint="Save it as UTF-8.") from error
        document = frontmatter.parse_mapping(text)
        if document.problems:
            problem = document.problems[0]
            raise VocabularyError(problem.message, path=path, line=problem.line, hint=problem.hint)
        return cls(path, document)

    def mapping(self, *at: str) -> dict[str, Value]:
        """The keys and values below the keys `at`; what is absent or left empty has none."""
        value: Value = self.document.data
        for key in at:
            value = value.get(key, "") if isinstance(value, dict) else value
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise self.fault(f"{'.'.join(at)} must have keys of its own.", "Write `key: value` lines under it.", *at)
        return value

    def texts(self, *at: str) -> dict[str, str]:
        """A mapping to texts, such as language to label."""
        found = {}
        for key, value in self.mapping(*at).items():
            if not isinstance(value, str):
                raise self.fault(f"{'.'.join((*at, key))} must be one text.", "Write it on one line.", *at, key)
            found[key] = value
        return found

    def concepts(self, key: str, languages: Collection[str]) -> tuple[Concept, ...]:
        """A list of concepts, each a mapping from language to words or a plain list of words."""
        value = self.document.data.get(key, "")
        if value != "" and not isinstance(value, list):
            raise self.fault(f"{key} must be a list of concepts.", f"Write each on a line: {CONCEPT_FORM}.", key)
        return tuple(self._concept(item, languages, key, number) for number, item in enumerate(value))

    def _concept(self, value: Value, languages: Collection[str], *at: str | int) -> Concept:
        if isinstance(value, str) and value:
            raise self.fault("A concept must be more than one text.", f"Write it as {CONCEPT_FORM}.", *at)
        found = {}
        for language, item in value.items() if isinstance(value, dict) else [("", value)]:
            if isinstance(value, dict) and languages and language not in languages:
                near = nearest(language, languages)
                hint = f"Did you mean `{near}`?" if near else f"Use one of {', '.join(languages)}."
                raise self.fault(f"`{language}` is not one of the languages.", hint, *at, language)
            if (words := words_of(item)) is None:
                message = "The words of a concept must be one plain list."
                raise self.fault(message, f"Write it as {CONCEPT_FORM}.", *at, language)
            if words:
                found[language] = words
        if not found:
            raise self.fault("A concept has no words.", f"Write it as {CONCEPT_FORM}, or remove the line.", *at)
        return Concept(found)

    def fault(self, message: str, hint: str, *at: str | int) -> VocabularyError:
        """The error for what stands at `at`, with its line."""
        marks = (self.document.marks.get(at[:end]) for end in range(len(at), 0, -1))
        line = next((mark.line for mark in marks if mark), 0)
        return VocabularyError(message, path=self.path, line=line, hint=hint)


def plain_heading(heading: str) -> str:
    """A heading as it is compared: without case, extra spaces and closing punctuation."""
    return " ".join(heading.casefold().split()).rstrip(":.? ")
