"""Answers as the text of a practice file: every key of the format that has one, every section that has text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb import schema
from kb.add.answers import Answers, as_date
from kb.frontmatter import Value
from kb.propose.draft import section, whole
from kb.schema import Field
from kb.typed import line, prose
from kb.vocabulary import Vocabulary


def file_text(answers: Answers, vocabulary: Vocabulary) -> str:
    """The whole file."""
    front = front_matter(answers)
    return whole(front, _body(answers, vocabulary, borrowed=bool(front["borrowed_from"])))


def front_matter(answers: Answers) -> dict[str, Value]:
    """Every key of the format with its answer, empty where there is none."""
    front = {item.name: _value(item, getattr(answers, item.name, "")) for item in schema.FRONT_MATTER}
    # One place is written as one, as people write it.
    front["place"] = answers.place[0] if len(answers.place) == 1 else front["place"]
    return front


def _value(item: Field, answer: object) -> Value:
    """One key's answer as the format has it; what says nothing is left out."""
    if item.kind == "date":
        return as_date(str(answer))
    if not isinstance(answer, tuple):
        return line(str(answer))
    if item.kind == "records":
        return list(filter(None, (_record(item.fields, record) for record in answer)))
    return list(filter(None, map(line, answer)))


def _record(fields: tuple[Field, ...], record: object) -> dict[str, Value]:
    """One record; a result that only says its kind says nothing."""
    told: Mapping[str, Value] = {item.name: _value(item, getattr(record, item.name)) for item in fields}
    kept = {name: value for name, value in told.items() if value}
    return kept if kept.keys() - {"kind"} else {}


def _body(answers: Answers, vocabulary: Vocabulary, *, borrowed: bool) -> Iterator[str]:
    """The sections; those that are required stand there also when empty, so that the checker asks for them."""
    required = {*schema.REQUIRED_SECTIONS, *(("adaptation",) if borrowed else ())}
    for key in schema.SECTIONS:
        if (text := prose(answers.sections.get(key, ""))) or key in required:
            yield section(vocabulary.heading(key, answers.language), text)
