"""What is told as a value that the format has: a key for a word, a date as it is written, a source with its address.

Nothing is chosen for the writer: a word that the vocabulary does not know stands as it is, for `kb check` to ask about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from itertools import chain

from kb import schema
from kb.add.answers import as_date
from kb.check.fields import LABELS, key_of_label
from kb.frontmatter import Value
from kb.schema import Field
from kb.typed import clean, line
from kb.vocabulary import Vocabulary

FIELDS: Mapping[str, Field] = {field.name: field for field in schema.FRONT_MATTER}
WORD = 80
"""Characters of the longest thing that can be meant as one word of a list."""
SHORT = 300
"""Characters of the longest text that fits in one key."""
_BULLET = re.compile(r"^[-*+•–]\s+(?=\S)")
_ITEM = re.compile(r"^(?:[-*+•–]|\d{1,2}[.)])\s+(?=\S)")
_TICKED = re.compile(r"^\[(?P<mark>[ xX])\]\s+(?P<text>\S.*)$")
_URL = re.compile(r"https?://[^\s<>\"|]+")
_KIND_OF_PLACE = re.compile(
    r"^(?:bydel|stadsdel|city of|municipality of)\s+|\s+(?:kommune|kommun|municipality|bydel|stadsdel|city council)$",
    re.IGNORECASE,
)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def value_of(field: Field, told: Value, vocabulary: Vocabulary, ids: Collection[str]) -> Value | None:
    """What is told as the value of a key; None where it does not fit in it, and belongs in the text."""
    makers: Mapping[str, Callable[[], Value | None]] = {
        "text": lambda: _text(field, told),
        "url": lambda: _text(field, told),
        "date": lambda: _date(told),
        "choice": lambda: _choice(field, told, vocabulary),
        "choices": lambda: _choices(field, told, vocabulary),
        "texts": lambda: items(told),
        "records": lambda: _records(field, told, ids),
        "record": lambda: _record(told),
    }
    return makers[field.kind]()


def items(told: Value) -> list[Value]:
    """What is told as a list: one item a line; of boxes, those that are ticked."""
    if isinstance(told, list):
        return [line(text) for text in map(as_text, told) if line(text)]
    typed = [typed.strip() for typed in clean(as_text(told)).split("\n") if typed.strip()]
    # A line alone that begins with a number is no list: it may be a date.
    bare = [_BULLET.sub("", text) if len(typed) == 1 else _ITEM.sub("", text) for text in typed]
    boxes = [_TICKED.match(text) for text in bare]
    kept = [text if box is None else box["text"] for text, box in zip(bare, boxes, strict=True) if not _is_empty(box)]
    return [line(text) for text in kept if line(text)]


def as_text(told: Value) -> str:
    """Any value as text to read."""
    if isinstance(told, str):
        return told
    if isinstance(told, dict):
        return "; ".join(f"{key}: {as_text(value)}" for key, value in told.items())
    return "\n".join(f"- {line(as_text(item))}" for item in told if line(as_text(item)))


def is_boxes(told: Value) -> bool:
    """Whether it is nothing but boxes to tick."""
    lines = [_ITEM.sub("", typed.strip()) for typed in as_text(told).split("\n") if typed.strip()]
    return bool(lines) and all(_TICKED.match(text) for text in lines)


def practice_of(told: Value, ids: Collection[str]) -> str:
    """The one practice here that a text names, by its id or an address with it; empty where it names none."""
    named = [found for found in _ID.findall(as_text(told)) if found in ids]
    return named[0] if len(set(named)) == 1 else ""


def _is_empty(box: re.Match[str] | None) -> bool:
    return box is not None and not box["mark"].strip()


def _text(field: Field, told: Value) -> Value | None:
    typed = clean(as_text(told))
    fits = field.name == "title" or ("\n\n" not in typed and len(line(typed)) <= SHORT)
    return line(typed) if fits else None


def _date(told: Value) -> Value | None:
    flat = line(as_text(told))
    return as_date(flat) if len(flat) <= WORD else None


def _choice(field: Field, told: Value, vocabulary: Vocabulary) -> Value | None:
    chosen = items(told)
    flat = line(" ".join(map(as_text, chosen)))
    if len(chosen) > 1 or len(flat) > WORD:
        return None
    return known(field, flat, vocabulary) or flat


def _choices(field: Field, told: Value, vocabulary: Vocabulary) -> Value | None:
    parts = list(chain.from_iterable(_apart(field, as_text(item), vocabulary) for item in items(told)))
    if any(len(part) > WORD for part in parts):
        return None
    found: list[Value] = list(dict.fromkeys(parts))
    return found[0] if field.name == "place" and len(found) == 1 else found


def _apart(field: Field, text: str, vocabulary: Vocabulary) -> list[str]:
    """The words of a list on one line; a comma parts them unless it belongs to one of them."""
    if key := known(field, text, vocabulary):
        return [key]
    if ";" in text or "|" in text:
        apart = (part.strip() for part in re.split(r"[;|]", text))
        return list(chain.from_iterable(_apart(field, part, vocabulary) for part in apart if part))
    words, found = [word.strip() for word in text.split(",") if word.strip()], []
    while words:
        ends = (end for end in range(len(words), 0, -1) if known(field, ", ".join(words[:end]), vocabulary))
        end = next(ends, 1)
        whole = ", ".join(words[:end])
        found.append(known(field, whole, vocabulary) or whole)
        words = words[end:]
    return found


def known(field: Field, word: str, vocabulary: Vocabulary) -> str:
    """The key that a word is or means, in any of the languages; empty where that is not plain."""
    allowed = field.choices or tuple(vocabulary.values(field.vocabulary))
    listed = field.vocabulary or LABELS.get(field.name, "")
    named = (word, _KIND_OF_PLACE.sub("", word)) if listed == "places" else (word,)
    for name in named:
        key = name.casefold() if name.casefold() in allowed else key_of_label(vocabulary, listed, name)
        if key in allowed:
            return key
    return ""


def _records(field: Field, told: Value, ids: Collection[str]) -> Value | None:
    if isinstance(told, dict):
        told = [told]
    if isinstance(told, list) and told and all(isinstance(item, dict) for item in told):
        return [_record(item) or "" for item in told]
    if field.name == "sources":
        return [_source(as_text(item)) for item in items(told)] if _URL.search(as_text(told)) else None
    if field.name == "borrowed_from" and len(line(as_text(told))) <= SHORT:
        return [_borrowing(as_text(told), ids)]
    return None


def _record(told: Value) -> Value | None:
    if not isinstance(told, dict):
        return None
    return {key: line(as_text(value)) for key, value in told.items() if line(as_text(value))}


def _source(text: str) -> dict[str, Value]:
    """What a line says of a source: its address, and its name where it has one."""
    found = _URL.search(text)
    if not found:
        return {"title": line(text)}
    url = found[0].rstrip(".,;:)")
    title = line(text.replace(url, "", 1)).strip(" -–:<>()|,;.")
    return {"title": title, "url": url} if title else {"url": url}


def _borrowing(text: str, ids: Collection[str]) -> dict[str, Value]:
    """Whom something was borrowed from: a practice here, else what is said of it."""
    practice = practice_of(text, ids)
    if practice and line(text) == practice:
        return {"practice": practice}
    source = _source(text)
    told: dict[str, Value] = {"practice": practice} if practice else {"where": source.get("title", "")}
    if practice and source.get("title") not in {"", None, practice}:
        told["note"] = source["title"]
    kept: dict[str, Value] = {key: value for key, value in told.items() if value}
    return kept | ({"url": source["url"]} if "url" in source and not practice else {})
