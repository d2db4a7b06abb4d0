"""JSON Schema for editors, made from the format as `kb.schema` says it and the words of a vocabulary.

It judges each key by itself: names, kinds, lengths, dates and choices. Rules between keys, files and
days are `kb check`'s alone. An editor reads `2024` as a number where Praksis reads a text, so both pass.
Draft-07 is what every version of the YAML language server understands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kb import schema
from kb.check.fields import LABELS
from kb.check.places import KEY, LIMITS, NUMBER, PLACE
from kb.check.words import FIXED, SECTION_KEYS
from kb.said import said, table
from kb.schema import Field
from kb.vocabulary import LISTS, WHOLE, Vocabulary

Schema = dict[str, Any]

WORDS = table(Path(__file__).with_name("schema_words.yaml"))
DRAFT = "http://json-schema.org/draft-07/schema#"
_URL = r"^\s*[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]\S*\s*$"
_FORMS = {"YYYY": "[0-9]{4}", "MM": "(0[1-9]|1[0-2])", "DD": "(0[1-9]|[12][0-9]|3[01])"}
_TEXT = ["string", "number", "boolean"]
"""How an editor may see a text that has no quotes."""
_NUMBER = ["string", "number"]


def front_matter(vocabulary: Vocabulary, language: str) -> Schema:
    """The keys at the top of a practice."""
    return _file("front", language, _record(schema.FRONT_MATTER, "front", vocabulary, language))


def cards(vocabulary: Vocabulary, language: str) -> Schema:
    """A card file: language to card."""
    card = _record(schema.CARD, "card", vocabulary, language)
    names = vocabulary.labels.get("languages", {})
    known = {key: {**card, "description": vocabulary.label("languages", key, language)} for key in names}
    rest: Schema = {"additionalProperties": False} if names else {"additionalProperties": card}
    return _file("cards", language, {"type": "object", "minProperties": 1, "properties": known, **rest})


def places(vocabulary: Vocabulary, language: str) -> Schema:
    """places.yaml: key to place."""
    place = _record(PLACE, "place", vocabulary, language)
    for name, limit in LIMITS.items():
        place["properties"][name] |= {"type": _NUMBER, "pattern": _whole(NUMBER), "minimum": -limit, "maximum": limit}
    place["properties"]["population"] |= {"type": _NUMBER, "pattern": _whole(WHOLE), "minimum": 1}
    keys = {"type": "object", "propertyNames": {"pattern": _whole(KEY)}, "additionalProperties": place}
    return _file("places", language, keys)


def words(vocabulary: Vocabulary, language: str) -> Schema:
    """vocabulary.yaml: lists of keys with their labels, sections with their headings, and concepts."""
    languages = tuple(vocabulary.labels.get("languages", {}))
    labels, spoken = ({"$ref": f"#/definitions/{name}"} for name in ("labels", "words"))
    lists = {name: _keyed(labels, FIXED.get(name), _about(f"vocabulary.{name}", language)) for name in LISTS}
    section = {
        "type": "object",
        "properties": {**dict.fromkeys(SECTION_KEYS, True), "headings": labels},
        "required": ["headings"],
        "additionalProperties": False,
    }
    sections = _keyed(section, schema.SECTIONS, _about("vocabulary.sections", language))
    concept = {"type": ["object", "array"], "items": {"type": _TEXT}} | _of_languages(languages, spoken)
    synonyms = {"type": "array", "items": concept, "description": _about("vocabulary.synonyms", language)}
    definitions = {
        "labels": _labels(languages, language),
        "words": {"anyOf": [{"type": _TEXT}, {"type": "array", "items": {"type": _TEXT}}]},
    }
    return _file(
        "vocabulary",
        language,
        {
            "type": "object",
            "properties": {**lists, "sections": sections, "synonyms": synonyms},
            "required": [*LISTS, "sections"],
            "additionalProperties": False,
            "definitions": definitions,
        },
    )


SCHEMAS: Mapping[str, tuple[str, Callable[[Vocabulary, str], Schema]]] = {
    "front-matter": ("practice.schema.json", front_matter),
    "vocabulary": ("vocabulary.schema.json", words),
    "places": ("places.schema.json", places),
    "cards": ("cards.schema.json", cards),
}
"""What there is a schema of, the name of its file, and how it is made."""


def _file(name: str, language: str, body: Schema) -> Schema:
    return {"$schema": DRAFT, "title": f"Praksis: {name}", "description": _about(name, language), **body}


def _record(fields: Sequence[Field], path: str, vocabulary: Vocabulary, language: str) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": {item.name: _field(item, f"{path}.{item.name}", vocabulary, language) for item in fields},
        "additionalProperties": False,
    }
    required = [item.name for item in fields if item.required]
    return {**found, "required": required} if required else found


def _field(item: Field, path: str, vocabulary: Vocabulary, language: str) -> Schema:
    return {**_kind(item, path, vocabulary, language), "description": described(item, path, language)}


def _kind(item: Field, path: str, vocabulary: Vocabulary, language: str) -> Schema:
    one = _text(item, vocabulary, language)
    match item.kind:
        case "record":
            return _record(item.fields, path, vocabulary, language)
        case "records":
            return {"type": "array", "items": _record(item.fields, path, vocabulary, language)}
        case "texts":
            return {"type": "array", "items": one}
        case "choices":
            return {"anyOf": [one, {"type": "array", "items": one, "minItems": int(item.required)}]}
        case _:
            return one


def _text(item: Field, vocabulary: Vocabulary, language: str) -> Schema:
    """One text of a field, whatever an editor takes it for."""
    if item.kind == "date":
        return _date(item.dates)
    if item.kind == "url":
        return {"type": "string", "pattern": _URL}
    if item.kind in {"choice", "choices"} and (allowed := _choices(item, vocabulary)):
        listed = LABELS.get(item.name, item.vocabulary)
        labels = [_label(listed, key, vocabulary, language) for key in allowed]
        return {"type": "string", "enum": allowed} | ({"enumDescriptions": labels} if listed else {})
    found: Schema = {"type": _TEXT}
    if item.max_length:
        found["maxLength"] = item.max_length
    if item.required:
        found["pattern"] = r"\S"
    return found


def _date(forms: Sequence[str]) -> Schema:
    written = "|".join("-".join(_FORMS.get(part, re.escape(part)) for part in form.split("-")) for form in forms)
    found: Schema = {"type": ["string"], "pattern": rf"^\s*({written})\s*$"}
    # A year alone is a number to an editor.
    return found | {"type": ["string", "integer"], "minimum": 1000, "maximum": 9999} if "YYYY" in forms else found


def _choices(item: Field, vocabulary: Vocabulary) -> list[str]:
    if item.choices:
        return list(item.choices)
    return list(vocabulary.places if item.vocabulary == "places" else vocabulary.labels.get(item.vocabulary, ()))


def _label(listed: str, key: str, vocabulary: Vocabulary, language: str) -> str:
    if listed == "places":
        return vocabulary.place_name(key, with_country=True, language=language)
    return vocabulary.label(listed, key, language)


def _labels(languages: Sequence[str], language: str) -> Schema:
    """Language to what is shown in it."""
    label = {"type": _TEXT, "pattern": r"\S", "description": _about("vocabulary.label", language)}
    return {"type": "object", "required": list(languages)} | _of_languages(languages, label)


def _of_languages(languages: Sequence[str], value: Schema) -> Schema:
    if not languages:
        return {"additionalProperties": value}
    return {"properties": dict.fromkeys(languages, value), "additionalProperties": False}


def _keyed(value: Schema, fixed: Iterable[str] | None, description: str) -> Schema:
    """A set of keys that all hold the same kind of thing; the format may fix which keys there are."""
    found: Schema = {"type": "object", "description": description}
    if fixed is None:
        return found | {"minProperties": 1, "additionalProperties": value}
    keys = list(fixed)
    return found | {"properties": dict.fromkeys(keys, value), "required": keys, "additionalProperties": False}


def described(item: Field, path: str, language: str) -> str:
    """What a key is for, how long it may be, how it is written and whether it must be there."""
    parts = [_about(path, language)]
    if item.max_length:
        parts.append(said(WORDS, "longest", language, count=item.max_length))
    if item.dates:
        parts.append(said(WORDS, "dates", language, forms=", ".join(item.dates)))
    if item.required:
        parts.append(said(WORDS, "required", language))
    return " ".join(parts)


def _about(key: str, language: str) -> str:
    return said(WORDS, key, language)


def _whole(pattern: re.Pattern[str]) -> str:
    """A pattern that the whole text has to match, as in Python's fullmatch."""
    return f"^(?:{pattern.pattern})$"
