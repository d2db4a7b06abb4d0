"""The form of a loan as plain values: which fields it has, and the loan that they make."""

from __future__ import annotations

from collections.abc import Mapping

from kb import schema
from kb.borrow.loan import LOAN_STATUSES, STATES, Benefit, Condition, Lesson, Loan, State
from kb.files import sha256
from kb.practice import Practice
from kb.vocabulary import Vocabulary
from kb.web.forms.sending import SENT, WHO
from kb.web.forms.values import LONG, NEW_PLACE, PASTED, SHORT, Fields, begun

TITLE = next(field.max_length for field in schema.FRONT_MATTER if field.name == "title")
"""Characters that the format has room for."""
MAX_BENEFITS = 12
BENEFIT = ("statement", "indicator", "baseline", "target", "date", "measured")
LONG_FIELDS = ("problem", "keep", "change", "cost")
SHORT_FIELDS = ("new_place", "owner", "next_step", "next_date")


def mark(text: str) -> str:
    """The name of a condition or lesson in the form: it follows the text, not its place in a list."""
    return sha256(text)[:8]


def fields(conditions: tuple[str, ...], lessons: tuple[str, ...], vocabulary: Vocabulary) -> Fields:
    """Every field of the form."""
    texts = {
        "title": PASTED,
        **dict.fromkeys(LONG_FIELDS, LONG),
        **dict.fromkeys(SHORT_FIELDS, SHORT),
        **{f"c-{mark(text)}-note": SHORT for text in conditions},
        **{f"l-{mark(text)}": LONG for text in lessons},
        **{f"b-{number}-{name}": SHORT for number in range(MAX_BENEFITS) for name in BENEFIT},
    }
    choices = {
        "place": (*vocabulary.places, NEW_PLACE),
        "country": tuple(vocabulary.labels.get("countries", {})),
        "language": tuple(vocabulary.labels.get("languages", {})),
        "status": LOAN_STATUSES,
        **{f"c-{mark(text)}-state": STATES for text in conditions},
    }
    return Fields(texts | SENT | WHO, choices)


def benefit_rows(values: Mapping[str, str]) -> int:
    """How many benefits have been begun on."""
    return max(begun(values, "b", MAX_BENEFITS), default=-1) + 1


def loan_of(
    values: Mapping[str, str],
    source: Practice,
    conditions: tuple[str, ...],
    lessons: tuple[str, ...],
    *,
    version: str,
    language: str,
) -> Loan:
    """The loan that the form says so far."""
    place = values.get("place", "")
    new = place == NEW_PLACE
    return Loan(
        source=source.id,
        version=version,
        place="" if new else place,
        new_place=values.get("new_place", "") if new else "",
        country=values.get("country", "") if new else "",
        **{name: values.get(name, "") for name in ("title", *LONG_FIELDS, "owner", "next_step", "next_date")},
        conditions=tuple(
            Condition(text, _state(values.get(f"c-{mark(text)}-state", "")), values.get(f"c-{mark(text)}-note", ""))
            for text in conditions
        ),
        lessons=tuple(Lesson(text, values.get(f"l-{mark(text)}", "")) for text in lessons),
        benefits=tuple(
            Benefit(**{name: values.get(f"b-{number}-{name}", "") for name in BENEFIT})
            for number in range(benefit_rows(values))
        ),
        status=values.get("status") or LOAN_STATUSES[0],
        language=values.get("language") or language,
    )


def _state(value: str) -> State:
    return next((state for state in STATES if state == value), "")
