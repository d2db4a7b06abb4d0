"""A practice file that is not filled in: every key and section of the format, with what each is for.

Whoever likes an editor begins here. `kb check` stops at each required key and section, and at every explanation
that is still there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from kb import schema, schema_json
from kb.add.answers import Answers
from kb.add.draft import UNNAMED
from kb.add.file import front_matter
from kb.check.fields import LABELS
from kb.frontmatter import FENCE, emit
from kb.propose.draft import BETWEEN, Draft, drafted, place_entry, section
from kb.said import said, table
from kb.schema import Field
from kb.typed import prose, slug
from kb.vocabulary import Vocabulary

WORDS = table(Path(__file__).with_name("template.yaml"))


def template(
    answers: Answers, vocabulary: Vocabulary, folder: Path, about: Callable[[str], str], *, today: date | None = None
) -> Draft:
    """The file with what is answered already filled in, where it would stand in a folder of practices.

    `about` says what a section is for.
    """
    return drafted(
        folder,
        answers.place_key,
        answers.title if slug(answers.title) else UNNAMED,
        lambda _: template_text(answers, vocabulary, about),
        vocabulary,
        today or datetime.now(tz=UTC).date(),
        place_entry=place_entry(answers.place_key, answers.place_new, vocabulary),
    )


def template_text(answers: Answers, vocabulary: Vocabulary, about: Callable[[str], str]) -> str:
    """The whole file."""
    keys = "".join(f"{text}\n" if text[-1:] != "\n" else text for text in _keys(answers, vocabulary))
    sections = BETWEEN.join(_sections(answers, vocabulary, about))
    return f"{FENCE}\n# <{said(WORDS, 'remove', answers.language)}>\n{keys}{FENCE}\n\n{sections}\n"


def _keys(answers: Answers, vocabulary: Vocabulary) -> Iterator[str]:
    language = answers.language
    told = front_matter(answers)
    for item in schema.FRONT_MATTER:
        yield "#"
        yield f"# {schema_json.described(item, f'front.{item.name}', language)}"
        yield from (f"#   {text}" for text in _choices(item, vocabulary, language))
        if value := told.get(item.name):
            yield emit(item.name, value)
        elif item.required:
            yield f"{item.name}:"
        else:
            yield from (f"# {text}" for text in _unfilled(item))


def _unfilled(item: Field) -> Iterator[str]:
    """An optional key, to be written as a comment: taking the sign away makes it count."""
    yield f"{item.name}:"
    if item.kind in {"records", "record"}:
        for number, inner in enumerate(item.fields):
            yield f"  {'- ' if number == 0 else '  '}{inner.name}:" if item.kind == "records" else f"  {inner.name}:"
    elif item.kind in {"choices", "texts"}:
        yield "  -"


def _choices(item: Field, vocabulary: Vocabulary, language: str) -> Iterator[str]:
    """What a key, or one inside it, can be."""
    if keys := item.choices or (
        () if item.vocabulary == "places" else tuple(vocabulary.labels.get(item.vocabulary, ()))
    ):
        listed = LABELS.get(item.name, item.vocabulary)
        yield from (f"{key} – {vocabulary.label(listed, key, language)}" for key in keys)
    yield from (f"{inner.name}: {', '.join(inner.choices)}" for inner in item.fields if inner.choices)


def _sections(answers: Answers, vocabulary: Vocabulary, about: Callable[[str], str]) -> Iterator[str]:
    for key in schema.SECTIONS:
        unfilled = f"<!-- <{said(WORDS, 'write', answers.language)}> {about(key)} -->"
        told = prose(answers.sections.get(key, ""))
        yield section(vocabulary.heading(key, answers.language) or key, told or unfilled)
