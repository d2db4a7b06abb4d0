"""Pieces of a source put where they belong in the format; whatever belongs nowhere keeps its own heading."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kb.frontmatter import Value
from kb.importing.body import inside, plain
from kb.importing.labels import key_of
from kb.importing.told import OTHER, Piece
from kb.importing.values import FIELDS, as_text, is_boxes, items, value_of
from kb.schema import SECTIONS
from kb.typed import line, prose
from kb.vocabulary import Vocabulary

FORM = "form"
"""The key of what a form has ticked for its own sake."""
RESULTS = {"results.expected": "expected", "results.realised": "realised"}


@dataclass(frozen=True, slots=True)
class Text:
    """What one piece says in a section, as Markdown."""

    label: str
    text: str


@dataclass(slots=True)
class Mapped:
    """A source's pieces by where they go."""

    front: dict[str, Value] = field(default_factory=dict)
    sections: dict[str, list[Text]] = field(default_factory=dict)
    others: dict[str, list[Text]] = field(default_factory=dict)
    """By heading, in the source's order."""
    about: dict[str, str] = field(default_factory=dict)
    """What is told of a practice that is here already."""
    told: dict[str, str] = field(default_factory=dict)
    """Each label of the source and where it went: a key, a section, or nowhere of its own."""


def mapped(pieces: Collection[Piece], vocabulary: Vocabulary, ids: Collection[str]) -> Mapped:
    """Every piece with a text, where it belongs."""
    found = Mapped()
    for piece in pieces:
        is_form = is_boxes(piece.value)
        if not line(as_text(piece.value)) or (is_form and not items(piece.value)):
            continue
        key = key_of(piece.label, vocabulary) if line(piece.label) else ""
        if key == FORM and is_form:
            continue
        if key.startswith("about"):
            found.about[key] = _joined(found.about.get(key, ""), _markdown(piece))
        elif not (_as_key(found, key, piece, vocabulary, ids) or _as_section(found, key, piece)):
            heading = OTHER if key == "" and not line(piece.label) else line(piece.label)
            found.others.setdefault(heading, []).append(Text(line(piece.label), _markdown(piece)))
            key = ""
        if line(piece.label):
            found.told[line(piece.label)] = key
    return found


def _as_key(found: Mapped, key: str, piece: Piece, vocabulary: Vocabulary, ids: Collection[str]) -> bool:
    """Put a piece in the front matter; False where it does not fit there, or something stands there already."""
    told = plain(piece.value) if piece.is_markdown and isinstance(piece.value, str) else piece.value
    if key in RESULTS:
        results = found.front.setdefault("results", [])
        new: list[Value] = [{"kind": RESULTS[key], "statement": item} for item in items(told)]
        if isinstance(results, list):
            results += new
        return True
    if key not in FIELDS or (key == "results" and not _is_records(told)):
        return False
    value = value_of(FIELDS[key], told, vocabulary, ids)
    before = found.front.get(key)
    if key == "place" and isinstance(before, str) and isinstance(value, str):
        value = _inner(before, value, vocabulary)
    elif before and not isinstance(value, list):
        return value == before
    if not value:
        return False
    found.front[key] = [*before, *value] if isinstance(before, list) and isinstance(value, list) else value
    return True


def _inner(one: str, other: str, vocabulary: Vocabulary) -> Value:
    """The district of a municipality and a district; nothing where neither lies in the other."""
    if one in vocabulary.ancestors(other):
        return other
    return one if other in vocabulary.ancestors(one) else ""


def _as_section(found: Mapped, key: str, piece: Piece) -> bool:
    if key not in SECTIONS:
        return False
    found.sections.setdefault(key, []).append(Text(line(piece.label), _markdown(piece)))
    return True


def _is_records(told: Value) -> bool:
    return isinstance(told, list) and bool(told) and all(isinstance(item, Mapping) for item in told)


def _markdown(piece: Piece) -> str:
    return inside(as_text(piece.value)) if piece.is_markdown else prose(as_text(piece.value))


def _joined(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))
