"""Keys and values of a YAML mapping against the format as `kb.schema` says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from kb.check.dates import check_date
from kb.check.findings import Finding, found, shown
from kb.frontmatter import Mark, Path, Value, YamlDocument
from kb.schema import Field
from kb.vocabulary import PLACES_FILE, VOCABULARY_FILE, Vocabulary, nearest

LABELS = {"status": "statuses", "evidence": "evidence"}
"""Keys whose values the format fixes, and the list of the vocabulary that has their labels."""
_JUDGED_ELSEWHERE = frozenset({"sources", "questions"})
"""Keys with a rule of their own for being empty."""
_MAX_LISTED = 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """One YAML mapping under check, and what it is judged by."""

    path: PurePosixPath
    document: YamlDocument
    vocabulary: Vocabulary
    today: date

    def found(self, code: str, at: Path, message: str, hint: str) -> Finding:
        """A finding at the key or item `at`, or at its nearest parent."""
        mark = self.mark(at)
        return found(self.path, code, message, hint, mark.line, mark.column, at)

    def mark(self, at: Path) -> Mark:
        """Where `at` stands."""
        marks = self.document.marks
        return next((marks[at[:end]] for end in range(len(at), 0, -1) if at[:end] in marks), Mark(1, 1))


def check_record(sheet: Sheet, data: Mapping[str, Value], fields: Iterable[Field], at: Path = ()) -> Iterator[Finding]:
    """Every key of one record: known, present, and holding what it should."""
    known = {field.name: field for field in fields}
    for key in data:
        if key not in known:
            yield unknown_key(sheet, key, known, at)
    for name, field in known.items():
        value = data.get(name)
        if value is not None and not is_empty(value):
            yield from _value(sheet, field, value, (*at, name))
        elif field.required:
            what = "is missing" if value is None else "has no value"
            hint = f"Write it on a line of its own: `{name}: …`."
            yield sheet.found("missing-key", (*at, name), f"The required key `{_name(*at, name)}` {what}.", hint)
        elif value is not None and name not in _JUDGED_ELSEWHERE:
            message = f"The key `{_name(*at, name)}` has no value."
            yield sheet.found("empty-value", (*at, name), message, "Write a value, or remove the key.")


def unknown_key(sheet: Sheet, key: str, known: Iterable[str], at: Path = ()) -> Finding:
    """The finding for a key that the format does not have."""
    names = list(known)
    near = nearest(key, names)
    hint = f"Did you mean `{near}`?" if near else f"Remove it; the keys here are {', '.join(names)}."
    return sheet.found(
        "unknown-key", (*at, key), f"The key `{shown(_name(*at, key))}` is not part of the format.", hint
    )


def wrong_kind(sheet: Sheet, at: Path, value: Value, due: str, hint: str) -> Finding:
    """The finding for a list where a text is due, and the like."""
    return sheet.found("wrong-kind", at, f"`{_name(*at)}` is {_kind(value)}, but should be {due}.", hint)


def is_empty(value: Value) -> bool:
    """Whether a key is there without saying anything."""
    return not value.strip() if isinstance(value, str) else not value


def texts_of(value: Value | None) -> tuple[str, ...]:
    """The texts of a list, or a single text as a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(item.strip() for item in items if isinstance(item, str) and item.strip())


def url_fault(url: str) -> str:
    """What is wrong with a URL, as the end of a sentence; empty when nothing is."""
    try:
        parts = urlsplit(url)
        # A port that there cannot be is told by asking for it.
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "cannot be read as a URL"
    if parts.scheme.lower() not in {"http", "https"}:
        return "does not start with https:// or http://"
    if any(char.isspace() for char in url):
        return "has a space in it"
    return "" if host else "has no host name after ://"


def key_of_label(vocabulary: Vocabulary, name: str, label: str) -> str:
    """The one key of a list that has `label` in some language; empty if none or several have."""
    wanted = " ".join(label.casefold().split())
    if name == "places":
        keys = {key for key, place in vocabulary.places.items() if place.name.casefold() == wanted}
    else:
        keys = {
            key
            for key, labels in vocabulary.labels.get(name, {}).items()
            if any(text.casefold() == wanted for text in labels.values())
        }
    return keys.pop() if len(keys) == 1 else ""


def _value(sheet: Sheet, field: Field, value: Value, at: Path) -> Iterator[Finding]:
    if field.kind in {"records", "record"}:
        yield from _records(sheet, field, value, at)
    elif field.kind in {"choices", "texts"}:
        yield from _list(sheet, field, value, at)
    elif isinstance(value, str):
        yield from _text(sheet, field, value.strip(), at)
    else:
        hint = f"Write `{field.name}: …` on one line, in double quotes if it has a colon."
        yield wrong_kind(sheet, at, value, "one text", hint)


def _text(sheet: Sheet, field: Field, value: str, at: Path) -> Iterator[Finding]:
    name = _name(*at)
    if field.max_length and len(value) > field.max_length:
        message = f"`{name}` has {len(value)} characters; {field.max_length} is the most."
        yield sheet.found("too-long", at, message, "Shorten it; the rest belongs in the sections below.")
    if field.kind == "url" and (fault := url_fault(value)):
        message = f"`{name}` {fault}: {shown(value)}."
        yield sheet.found("bad-url", at, message, "Copy the whole address from the browser.")
    if field.kind == "date" and (fault_found := check_date(value, field.dates)) is not None:
        code, message, hint = fault_found
        yield sheet.found(code, at, f"`{name}` {message}", hint)
    if field.kind in {"choice", "choices"}:
        yield from _choice(sheet, field, value, at)


def _choice(sheet: Sheet, field: Field, value: str, at: Path) -> Iterator[Finding]:
    allowed = field.choices or tuple(sheet.vocabulary.values(field.vocabulary))
    if not allowed or value in allowed:
        return
    name = field.vocabulary or LABELS.get(field.name, "")
    near = key_of_label(sheet.vocabulary, name, value)
    near = near if near in allowed else nearest(value, allowed)
    if near:
        hint = f"Did you mean `{near}`?"
    elif len(allowed) <= _MAX_LISTED:
        hint = f"Use one of {', '.join(field.choices or sorted(allowed))}."
    else:
        file = PLACES_FILE if field.vocabulary == "places" else VOCABULARY_FILE
        hint = f"Use a key that stands in {file}, or add it there."
    message = f"`{_name(*at)}` says `{shown(value)}`, which is not a known value."
    yield sheet.found("unknown-value", at, message, hint)


def _list(sheet: Sheet, field: Field, value: Value, at: Path) -> Iterator[Finding]:
    if field.kind == "choices" and isinstance(value, str):
        yield from _choice(sheet, field, value.strip(), at)
        return
    if not isinstance(value, list):
        yield wrong_kind(sheet, at, value, "a list", "Put each on a line of its own that starts with `- `.")
        return
    seen: set[str] = set()
    for number, item in enumerate(value):
        here = (*at, number)
        if not isinstance(item, str):
            hint = "Put the whole text in double quotes: a colon followed by a space makes it a key."
            yield wrong_kind(sheet, here, item, "one text", hint)
        elif not item.strip():
            message = f"`{_name(*here)}` has no text."
            yield sheet.found("empty-value", here, message, "Write the text, or remove the line.")
        elif item.strip().casefold() in seen:
            message = f"`{_name(*at)}` has `{shown(item)}` twice."
            yield sheet.found("repeated-value", here, message, "Remove one of them.")
        else:
            seen.add(item.strip().casefold())
            yield from _text(sheet, field, item.strip(), here)


def _records(sheet: Sheet, field: Field, value: Value, at: Path) -> Iterator[Finding]:
    names = ", ".join(item.name for item in field.fields)
    if field.kind == "record":
        if isinstance(value, dict):
            yield from check_record(sheet, value, field.fields, at)
        else:
            yield wrong_kind(sheet, at, value, "a set of keys", f"Indent the keys under it: {names}.")
        return
    if not isinstance(value, list):
        hint = f"Start each with `- ` and indent its keys under it: {names}."
        yield wrong_kind(sheet, at, value, "a list of records", hint)
        return
    for number, item in enumerate(value):
        if isinstance(item, dict):
            yield from check_record(sheet, item, field.fields, (*at, number))
        else:
            yield wrong_kind(
                sheet, (*at, number), item, "a set of keys", f"Write `- key: value`; the keys are {names}."
            )


def _kind(value: Value) -> str:
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "a set of keys"


def _name(*at: str | int) -> str:
    """A path as people read it: `results[2].kind`, counted from one."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in at)
    return "".join(parts).removeprefix(".")
