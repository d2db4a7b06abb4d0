"""Texts written for training: training/municipal/*.yaml and training/general/*.yaml.

A municipal item is a problem asked about in several languages and what a practice says in each; a general one is a
paragraph of common knowledge with questions that it answers. Items of one file are near each other on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kb.config import LANGUAGES
from kb.errors import TuningError
from kb.tune.subjects import Source, Subject

FOLDERS: dict[str, Source] = {"municipal": "written", "general": "general"}


def read_written(folder: Path) -> tuple[Subject, ...]:
    """Every item under a folder such as training/; nothing where there is none.

    Raises:
        TuningError: a file is not of the form that training/README.md shows.
    """
    found: list[Subject] = []
    for name, source in FOLDERS.items():
        for path in sorted((folder / name).glob("*.yaml")):
            found += _of_file(path, source)
    return tuple(found)


def _of_file(path: Path, source: Source) -> list[Subject]:
    try:
        items = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise TuningError(f"{path}: {error}", hint="See training/README.md for the form.") from error
    if not isinstance(items, list):
        raise _fault(path, 1, "the file is no list of items")
    family = [f"{path.stem}/{item.get('id')}" if isinstance(item, dict) else "" for item in items]
    if len(set(family)) < len(family):
        raise _fault(path, len(family), "two items have the same id")
    subjects = []
    for number, (name, item) in enumerate(zip(family, items, strict=True), 1):
        questions, answers = _read(path, number, item)
        subjects.append(
            Subject(name, source, questions, answers, near=tuple(other for other in family if other != name))
        )
    return subjects


def _read(path: Path, number: int, item: Any) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise _fault(path, number, "it has no id")
    questions = dict(_texts(path, number, "questions", item.get("questions")))
    given = item.get("answers") if "answers" in item else {item.get("language"): item.get("text")}
    answers = dict(_texts(path, number, "answers", given))
    return questions, answers


def _texts(path: Path, number: int, key: str, value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not isinstance(value, dict) or not value:
        raise _fault(path, number, f"{key} says nothing")
    for language, texts in value.items():
        several = [texts] if isinstance(texts, str) else texts
        if language not in LANGUAGES:
            raise _fault(path, number, f"{language} is none of {', '.join(LANGUAGES)}")
        if not isinstance(several, list) or not several or not all(isinstance(t, str) and t.strip() for t in several):
            raise _fault(path, number, f"{key}.{language} is neither a text nor a list of texts")
        yield language, tuple(text.strip() for text in several)


def _fault(path: Path, number: int, what: str) -> TuningError:
    return TuningError(f"{path}: item {number}: {what}.", hint="See training/README.md for the form.")
