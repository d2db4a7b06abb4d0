"""Borrow a practice: from a place's own answers to a new practice file that `kb check` can judge.

Nothing is made up: what was not answered is left out, and the findings say what is missing.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from kb.borrow.file import file_text
from kb.borrow.loan import Loan, missing
from kb.files import sha256
from kb.listing import Listing
from kb.practice import Practice
from kb.propose.draft import Draft, drafted, place_entry
from kb.typed import line, sentences, slug
from kb.vocabulary import Vocabulary

_BULLETED = re.compile(r"^[-–•*]\s+")
_PARAGRAPH = 160
"""A paragraph of conditions beyond this is told sentence by sentence."""

__all__ = ["Draft", "Loan", "conditions_of", "draft", "lessons_of", "missing", "version_of"]


def draft(
    loan: Loan,
    source: Practice,
    vocabulary: Vocabulary,
    folder: Path,
    *,
    today: date | None = None,
    listed: Listing | None = None,
) -> Draft:
    """The file that a loan becomes, in the right place of a folder of practices, and checked there.

    `listed` are the files that the folder is known to hold, where the caller has just looked.
    """
    day = today or datetime.now(tz=UTC).date()
    return drafted(
        folder,
        loan.place_key,
        loan.title if slug(loan.title) else source.id,
        lambda path: file_text(loan, source, vocabulary, path, day),
        vocabulary,
        day,
        place_entry=place_entry(loan.place_key, loan.new_place, vocabulary),
        listed=listed,
    )


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
