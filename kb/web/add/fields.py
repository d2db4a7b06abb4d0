"""The form for a new practice as plain values: its fields as the format has them, and the answers they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb import schema
from kb.add.answers import Answers
from kb.add.asked import FORMAT
from kb.add.draft import SECTION
from kb.frontmatter import Path as At
from kb.practice import Borrowing, Result, Source
from kb.vocabulary import Vocabulary
from kb.web.forms.sending import SENT, WHO
from kb.web.forms.values import LONG, NEW_PLACE, PASTED, SHORT, Fields, Values, begun, split

URL = 500
RESULT = tuple(field.name for field in FORMAT["results"].fields if field.name != "kind")
SOURCE = tuple(field.name for field in FORMAT["sources"].fields)
BORROWED = ("practice", "where", "title", "url", "note")
"""What is asked of a borrowing; a place of the list can be written as any other."""
RESULTS = schema.RESULT_KINDS[::-1]
"""What was reached before what is hoped for."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(RESULTS, RESULT),
    "sources": SOURCE,
    "borrowed": BORROWED,
    "questions": ("text",),
}
"""What is asked of each row of a group."""
MOST = {**dict.fromkeys(RESULTS, 6), "sources": 6, "borrowed": 4, "questions": schema.QUESTIONS_MAX}
_OF = {
    "results": RESULTS,
    "sources": ("sources",),
    "borrowed_from": ("borrowed",),
    "questions": ("questions",),
}
"""The groups whose rows are the items of a key, in that order."""
_WRITTEN = ("new_place", "status_as_of", "started", "ended", "contact")


def section_field(key: str) -> str:
    """The field that a section is written in."""
    return "results_text" if key == "results" else key


def fields(vocabulary: Vocabulary, practices: tuple[str, ...]) -> Fields:
    """Every field of the form; `practices` are the ids that one can have borrowed from."""
    texts = dict.fromkeys(("title", "summary"), PASTED)
    texts |= dict.fromkeys((*_WRITTEN, "evidence_note"), SHORT)
    texts |= {section_field(key): LONG for key in schema.SECTIONS}
    texts |= SENT | WHO
    rows = [(f"{group}-{number}", names) for group, names in GROUPS.items() for number in range(MOST[group])]
    texts |= {f"{row}-{name}": URL if name == "url" else SHORT for row, names in rows for name in names}
    chosen = [f"borrowed-{number}-practice" for number in range(MOST["borrowed"])]
    choices = {
        "place": (*vocabulary.places, NEW_PLACE),
        "country": tuple(vocabulary.labels.get("countries", {})),
        "language": tuple(vocabulary.labels.get("languages", {})),
        "status": FORMAT["status"].choices,
        "evidence": FORMAT["evidence"].choices,
        **dict.fromkeys(chosen, practices),
    }
    several = {
        "together": tuple(vocabulary.places),
        **{name: tuple(vocabulary.values(FORMAT[name].vocabulary)) for name in ("areas", "themes")},
    }
    return Fields({name: most for name, most in texts.items() if name not in choices}, choices, several)


def answers_of(values: Values, language: str) -> Answers:
    """The answers that the form says so far."""
    place = values.get("place", "")
    new = place == NEW_PLACE
    texts = ("title", "summary", "status", "evidence", "evidence_note", *_WRITTEN)
    told = {name: values.get(name, "") for name in texts if name != "new_place"}
    return Answers(
        **told,
        language=values.get("language") or language,
        place_known="" if new else place,
        place_new=values.get("new_place", "") if new else "",
        country=values.get("country", "") if new else "",
        together=tuple(split(values.get("together", ""))),
        areas=tuple(split(values.get("areas", ""))),
        themes=tuple(split(values.get("themes", ""))),
        results=tuple(Result(kind=row.split("-")[0], **_row(values, row, RESULT)) for row in _rows(values, "results")),
        borrowed_from=tuple(_borrowing(_row(values, row, BORROWED)) for row in _rows(values, "borrowed_from")),
        sources=tuple(Source(**_row(values, row, SOURCE)) for row in _rows(values, "sources")),
        questions=tuple(values[f"{row}-text"] for row in _rows(values, "questions")),
        sections={key: values.get(section_field(key), "") for key in schema.SECTIONS},
    )


def field_of(at: At, values: Mapping[str, str]) -> str:
    """The field that an answer is written in; empty for what is about the whole."""
    match at:
        case (key, str() as section) if key == SECTION:
            return section_field(section)
        case ("place", int(number)):
            return "together" if number else "place"
        case (str() as key, int(number), *inside) if key in _OF:
            row = list(_rows(values, key))[number]
            names = GROUPS[row.split("-")[0]]
            name = next((name for name in inside if name in names), names[0])
            return f"{row}-{name}"
        case (str() as key, *_):
            return key
    return ""


def _rows(values: Mapping[str, str], key: str) -> Iterator[str]:
    """The rows that are the items of a key, as they will stand in the file."""
    for group in _OF[key]:
        for number in begun(values, group, MOST[group]):
            yield f"{group}-{number}"


def _row(values: Mapping[str, str], row: str, names: tuple[str, ...]) -> dict[str, str]:
    return {name: values.get(f"{row}-{name}", "") for name in names}


def _borrowing(told: dict[str, str]) -> Borrowing:
    """A practice that stands here says itself where it is from."""
    return Borrowing(practice=told["practice"], note=told["note"]) if told["practice"] else Borrowing(**told)
