"""Text files of one item a line, read so that every fault has a file, a line and a remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank, and where it stands."""

    path: Path
    number: int
    """One-based."""
    text: str

    def fault(self, message: str, hint: str) -> EvaluationError:
        """The error for what is wrong on this line."""
        return EvaluationError(message, path=self.path, line=self.number, hint=hint)


def read_text(path: Path) -> str:
    """The text of a file, without a byte order mark.

    Raises:
        EvaluationError: gone, unreadable, not UTF-8, or empty.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise EvaluationError(message, path=path, hint="Check the path and its permissions.") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EvaluationError(
            "The file is not UTF-8 text.", path=path, line=line, hint="Save it again as UTF-8."
        ) from error
    if not text.strip():
        raise EvaluationError("The file is empty.", path=path, hint="Give a file that holds something.")
    return text


def read_lines(path: Path) -> Iterator[Line]:
    """The lines that are not blank; only a line feed ends one, since JSON may hold the other signs."""
    for number, text in enumerate(read_text(path).split("\n"), 1):
        if text.strip():
            yield Line(path, number, text.removesuffix("\r"))


def read_objects(path: Path, form: str) -> Iterator[tuple[Line, dict[str, Any]]]:
    """The JSON object on each line; `form` shows what a line should look like."""
    for line in read_lines(path):
        yield line, read_object(line, form)


def read_object(line: Line, form: str) -> dict[str, Any]:
    """The JSON object that a line is."""
    try:
        found = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        raise line.fault("This line is not JSON.", f"Write one {form} a line.") from error
    if not isinstance(found, dict):
        raise line.fault("This line is not a JSON object.", f"Write one {form} a line.")
    return found


def text_of(line: Line, item: dict[str, Any], key: str, form: str) -> str:
    """A text of an object that must be there and say something."""
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        wrong = "is missing" if value is None else "is empty" if isinstance(value, str) else "is not a text"
        raise line.fault(f"{key} {wrong}.", f"Write one {form} a line.")
    return value


def language_of(line: Line, item: dict[str, Any]) -> str:
    """The language that an object says it is in; empty where it does not say."""
    value = item.get("lang") or ""
    if not isinstance(value, str):
        raise line.fault("lang is not a text.", "Write a code such as nb, or leave it out.")
    return shown(line, value, "language") if value else ""


def shown(line: Line, value: str, what: str) -> str:
    """A name as it stands; it is shown in terminals, so it must not hold signs that steer one."""
    if not value.strip() or not value.isprintable():
        raise line.fault(f"The {what} {value!r} is empty or holds signs that cannot be shown.", "Write plain letters.")
    return value
