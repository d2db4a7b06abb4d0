"""Borrow a practice: from a place's own answers to a new practice file that `kb check` can judge.

Nothing is made up: what was not answered is left out, and the findings say what is missing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from kb.borrow.file import file_text, place_entry
from kb.borrow.loan import Loan, missing
from kb.check import Finding, Severity
from kb.check.unwritten import check_text, ids_in
from kb.files import sha256
from kb.language.text import fold
from kb.practice import Practice
from kb.typed import line, sentences
from kb.vocabulary import Vocabulary

ID_LENGTH = 72
"""Longer names are cut: they are part of an address and of a file's path."""
_BULLETED = re.compile(r"^[-–•*]\s+")
_PARAGRAPH = 160
"""A paragraph of conditions beyond this is told sentence by sentence."""

__all__ = ["Draft", "Loan", "conditions_of", "draft", "lessons_of", "missing", "version_of"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A practice file that is not written yet."""

    path: PurePosixPath
    """Relative to the folder of practices."""
    text: str
    findings: tuple[Finding, ...]
    """What `kb check` says of it where it would stand."""
    place_entry: str = ""
    """What places.yaml must be given first, where the place is new."""

    @property
    def id(self) -> str:
        """The new practice's id."""
        return self.path.stem

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before it can be merged."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def draft(loan: Loan, source: Practice, vocabulary: Vocabulary, folder: Path, *, today: date | None = None) -> Draft:
    """The file that a loan becomes, in the right place of a folder of practices, and checked there."""
    day = today or datetime.now(tz=UTC).date()
    path = _path(loan, source, ids_in(folder))
    text = file_text(loan, source, vocabulary, path, day)
    findings = check_text(folder, path, text, vocabulary=vocabulary, today=day)
    return Draft(path, text, findings, place_entry(loan, vocabulary))


def conditions_of(source: Practice) -> tuple[str, ...]:
    """What a practice says that it takes, one thing at a time."""
    return _points(source, "conditions")


def lessons_of(source: Practice) -> tuple[str, ...]:
    """What a practice says was learnt: each list item or paragraph is one lesson."""
    return _points(source, "lessons")


def version_of(folder: Path, source: Practice) -> str:
    """A short name for the text of a practice as it stands now; empty where the file has gone."""
    try:
        return sha256((folder / source.path).read_bytes())[:10]
    except OSError:
        return ""


def _points(source: Practice, key: Literal["conditions", "lessons"]) -> tuple[str, ...]:
    found: list[str] = []
    for section in source.section(key):
        for block in section.blocks:
            text = _BULLETED.sub("", line(block.text))
            split = key == "conditions" and len(text) > _PARAGRAPH
            found += sentences(text) if split else [text]
    return tuple(dict.fromkeys(text for text in found if text))


def _path(loan: Loan, source: Practice, taken: Collection[str]) -> PurePosixPath:
    """country/municipality/id.md; an id that is not taken."""
    parts = loan.place_key.split("/") if loan.place_key else []
    name = _slug(" ".join([*parts[1:], loan.title or source.id])) or source.id
    return PurePosixPath(*parts[:2], f"{_free(_cut(name), taken)}.md")


def _free(name: str, taken: Collection[str]) -> str:
    folded = {practice_id.casefold() for practice_id in taken}
    return next(
        option
        for number in itertools.count(1)
        if (option := name if number == 1 else f"{name}-{number}").casefold() not in folded
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def _cut(name: str) -> str:
    return name if len(name) <= ID_LENGTH else name[: ID_LENGTH + 1].rpartition("-")[0] or name[:ID_LENGTH]
