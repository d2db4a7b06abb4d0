"""A draft from what a source tells: its own words where they belong, and marks where the format asks for more.

A key without a value and a section with only a comment are errors to `kb check`, on their own line, until they are
filled in: nothing half-done is merged unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb import schema
from kb.config import LANGUAGES
from kb.frontmatter import FENCE, Value, emit
from kb.importing.body import plain
from kb.importing.mapped import Mapped, Text
from kb.importing.told import Told
from kb.importing.values import as_text
from kb.language.detect import guess_language
from kb.listing import Listing
from kb.propose.draft import BETWEEN, Draft, drafted, section
from kb.said import said, table
from kb.schema import Field
from kb.typed import inline, prose, slug
from kb.vocabulary import Vocabulary

WORDS = table(Path(__file__).with_name("words.yaml"))
UNNAMED = "praksis"
"""The id of a draft whose source has neither title nor name."""
ENOUGH = 40
"""Words that tell a language for certain; of fewer, nobody says which it is but the writer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the one who imports says for every draft; empty for what the source itself says."""

    place: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """A draft, and how it came about."""

    draft: Draft
    where: str
    labels: Mapping[str, str]
    """Each label of the source and the key or section it went to; empty for a heading of its own."""
    notes: tuple[str, ...] = ()
    replaces: bool = False
    """It is a practice that is here already, with more in it."""


def new_draft(
    told: Told,
    found: Mapped,
    wanted: Wanted,
    vocabulary: Vocabulary,
    folder: Path,
    *,
    today: date,
    listed: Listing,
) -> Imported:
    """The draft of a practice that is not here yet."""
    language = _language(found, wanted, vocabulary)
    front = found.front | {"language": language, "place": _place(found, wanted, vocabulary)}
    if told.url and "sources" not in front:
        title = str(front.get("title", ""))
        front["sources"] = [{"title": title, "url": told.url} if title else {"url": told.url}]
    sections: dict[str, list[Text]] = {}
    for heading, texts in _sections(found, language, vocabulary, is_borrowed=bool(front.get("borrowed_from"))):
        sections.setdefault(heading, []).extend(texts)
    text = f"{_front_matter(front, language)}\n{BETWEEN.join(_body(sections, language))}\n"
    title = str(front.get("title", ""))
    name = title if slug(title) else told.name if slug(told.name) else UNNAMED
    place = _folder_of(front.get("place", ""), vocabulary)
    draft = drafted(folder, place, name, lambda _: text, vocabulary, today, listed=listed)
    return Imported(draft, told.where, found.told, told.notes)


def _place(found: Mapped, wanted: Wanted, vocabulary: Vocabulary) -> Value:
    """Where it is from, as the source says; where that is no place here, as is said for every draft."""
    own = found.front.get("place", "")
    if not wanted.place or _folder_of(own, vocabulary):
        return own
    label = next((label for label, key in found.told.items() if key == "place"), "place")
    if own:
        found.others.setdefault(label, []).append(Text(label, prose(as_text(own))))
    return wanted.place


def _language(found: Mapped, wanted: Wanted, vocabulary: Vocabulary) -> str:
    """The language that is said, else the one that the texts are plainly in; empty where neither tells."""
    own = found.front.get("language", "")
    if wanted.language or own:
        return wanted.language or str(own)
    everything = (*found.sections.values(), *found.others.values())
    texts = [plain(text.text) for texts in everything for text in texts]
    summary = found.front.get("summary", "")
    whole = "\n".join([*texts, str(summary)])
    guessed = guess_language(whole) if len(whole.split()) >= ENOUGH else ""
    return guessed if guessed in (vocabulary.values("languages") or LANGUAGES) else ""


def _folder_of(place: Value, vocabulary: Vocabulary) -> str:
    """The key that says in which folder the file lies; empty where no place is known."""
    first = next(iter(place), "") if isinstance(place, list) else place
    return first if isinstance(first, str) and first in vocabulary.places else ""


def _front_matter(front: Mapping[str, Value], language: str) -> str:
    return "".join((f"{FENCE}\n", *(_key(field, front, language) for field in schema.FRONT_MATTER), f"{FENCE}\n"))


def _key(field: Field, front: Mapping[str, Value], language: str) -> str:
    """One key with what is told of it, or with a mark where it is required and nothing is told."""
    if value := front.get(field.name):
        return emit(field.name, value)
    is_asked_for = field.required or (field.name == "sources" and not front.get("contact"))
    if not is_asked_for:
        return ""
    what = ", ".join(field.choices) or said(WORDS, f"what.{field.name}", language)
    return f"{field.name}:  # {said(WORDS, 'missing', language, what=what)}\n"


def _sections(
    found: Mapped, language: str, vocabulary: Vocabulary, *, is_borrowed: bool
) -> Iterator[tuple[str, list[Text]]]:
    """Heading and texts, in the format's order; a mark where it is required and nothing is told."""
    required = {*schema.REQUIRED_SECTIONS, *(("adaptation",) if is_borrowed else ())}
    for key in schema.SECTIONS:
        heading = vocabulary.heading(key, language) or key
        if key in found.sections:
            yield heading, found.sections[key]
        elif key in required:
            yield heading, [Text("", _mark(key, language))]
    for heading, texts in found.others.items():
        yield _heading(heading) or said(WORDS, "other", language), texts


def _mark(key: str, language: str) -> str:
    what = said(WORDS, f"what.{key}", language)
    return f"<!-- {said(WORDS, 'missing', language, what=what)} -->"


def _body(sections: Mapping[str, list[Text]], language: str) -> Iterator[str]:
    for heading, texts in sections.items():
        yield section(heading, *_together(texts, language))


def _together(texts: list[Text], language: str) -> Iterator[str]:
    """The texts of one section; where several pieces meet, each keeps its own heading."""
    if len(texts) == 1:
        yield texts[0].text
        return
    for text in texts:
        yield f"### {_heading(text.label) or said(WORDS, 'other', language)}"
        yield text.text


def _heading(label: str) -> str:
    """A label as a heading shows it; signs at its end would close it."""
    shown = inline(label)
    return f"{shown[:-1]}\\#" if shown.endswith("#") and not shown.endswith("\\#") else shown
