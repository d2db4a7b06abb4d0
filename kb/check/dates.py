"""Dates as the format writes them: YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kb.check.findings import shown
from kb.schema import UNKNOWN_DATE

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FORM_NAMES = {1: "YYYY", 2: "YYYY-MM", 3: "YYYY-MM-DD"}
_FIRST_YEAR, _LAST_YEAR = 1800, 2200


def check_date(value: str, forms: Sequence[str]) -> tuple[str, str, str] | None:
    """Code, message and hint for a date that is not as it should be; None if it is."""
    if value in forms:
        return None
    allowed = " or ".join(forms)
    match = _FORM.fullmatch(value)
    if match is None or _FORM_NAMES[len(_parts(value))] not in forms:
        examples = [
            {"YYYY": "2024", "YYYY-MM": "2024-03", "YYYY-MM-DD": "2024-03-15"}.get(form, form) for form in forms
        ]
        return "bad-date", f"is `{shown(value)}`; a date here is {allowed}.", f"Write it as {' or '.join(examples)}."
    if _earliest(value) is None:
        return "impossible-date", f"is `{value}`, a date that does not exist.", "Check the year, the month and the day."
    return None


def is_date(value: str) -> bool:
    """Whether a text is a date that exists, in any of the forms."""
    return _FORM.fullmatch(value) is not None and _earliest(value) is not None


def in_future(value: str, today: date) -> bool:
    """Whether even the first day that a date may mean is still to come."""
    earliest = _earliest(value) if is_date(value) else None
    return earliest is not None and earliest > today


def latest(value: str) -> date:
    """The last day that a date may mean, near enough: day 28 of a month, month 12 of a year."""
    parts = _parts(value)
    return date(parts[0], parts[1] if len(parts) > 1 else 12, parts[2] if len(parts) > 2 else 28)


def before(first: str, second: str) -> bool:
    """Whether `first` lies before `second`, compared as far as both go: 2020 is not before 2020-05."""
    both = min(len(first), len(second))
    return first != UNKNOWN_DATE != second and first[:both] < second[:both]


def _parts(value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in value.split("-"))


def _earliest(value: str) -> date | None:
    parts = _parts(value)
    try:
        day = date(*(*parts, 1, 1)[:3])
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
