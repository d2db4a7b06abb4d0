"""What a value was surely meant to be: a key written as people say it, a date written in another way."""

from __future__ import annotations

import re

from kb.check.dates import check_date
from kb.check.fields import LABELS, key_of_label
from kb.schema import Field
from kb.vocabulary import Vocabulary

_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2}))?(?:[-/.](?P<day>\d{1,2}))?")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})")
_SPREADSHEET = re.compile(r"(\d{4})\.0")
"""A year as a spreadsheet exports it."""


def meant(field: Field, value: str, vocabulary: Vocabulary) -> str:
    """The value that is allowed and that `value` can only stand for; empty where it is allowed or not sure."""
    if field.kind == "date":
        return _date(value, field.dates)
    if field.kind in {"choice", "choices"}:
        return _key(field, value, vocabulary)
    return ""


def _date(value: str, forms: tuple[str, ...]) -> str:
    if check_date(value, forms) is None:
        return ""
    if year := _SPREADSHEET.fullmatch(value):
        return year[1]
    found = _YEAR_FIRST.fullmatch(value) or _DAY_FIRST.fullmatch(value)
    if found is None:
        return ""
    parts = (found["year"], found["month"], found["day"])
    written = "-".join(f"{part:0>2}" for part in parts if part)
    return written if check_date(written, forms) is None else ""


def _key(field: Field, value: str, vocabulary: Vocabulary) -> str:
    allowed = field.choices or tuple(vocabulary.values(field.vocabulary))
    if value in allowed:
        return ""
    if value.lower() in allowed:
        return value.lower()
    # Two places may share a name, of which only one stands in the list.
    listed = LABELS.get(field.name, "" if field.vocabulary == "places" else field.vocabulary)
    key = key_of_label(vocabulary, listed, value)
    return key if key in allowed else ""
