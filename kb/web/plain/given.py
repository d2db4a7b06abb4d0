"""What may be asked of the API, said once: the handlers read by it, and the OpenAPI document shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from kb import schema
from kb.errors import CannotCompare, SearchError, UnknownFilter, UnknownPractice
from kb.search.order import SORTS
from kb.vocabulary import nearest
from kb.web.plain.visit import Visit

MAX_TEXT = 2000
"""Signs in a question: more than anybody writes, and than the encoder reads."""
MAX_HITS = 100
MAX_OFFSET = 100_000

Kind = Literal["text", "number", "choice", "texts"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that may be given in an address."""

    name: str
    about: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    default: int = 0
    least: int = 0
    most: int = MAX_TEXT
    """The longest text, or the greatest number."""
    required: bool = False
    where: Literal["query", "path"] = "query"

    @property
    def schema(self) -> dict[str, Any]:
        """What it holds, as JSON Schema says it."""
        if self.kind == "number":
            return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.default}
        one: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.choices:
            one = {"type": "string", "enum": list(self.choices)}
        return {"type": "array", "items": one} if self.kind == "texts" else one

    def read(self, values: tuple[str, ...]) -> Any:
        """What was given, as its kind says.

        Raises:
            SearchError: it is missing, given twice, too long, or not what it must be.
        """
        if self.required and not values:
            raise SearchError(f"{self.name} is missing.", hint=f"{self.name}: {self.about}.")
        if self.kind == "texts":
            return [self._checked(value) for value in values]
        if len(values) > 1:
            raise SearchError(f"{self.name} is given {len(values)} times.", hint="Give it once.")
        if not values:
            return self.default if self.kind == "number" else ""
        return self._number(values[0]) if self.kind == "number" else self._checked(values[0])

    def _number(self, value: str) -> int:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
        if not self.least <= number <= self.most:
            hint = f"Give a whole number from {self.least} to {self.most}."
            raise SearchError(f"{self.name} cannot be {value[:40]}.", hint=hint)
        return number

    def _checked(self, value: str) -> str:
        if self.choices and value not in self.choices:
            hint = f"Use one of {', '.join(self.choices)}."
            raise SearchError(f"{self.name} cannot be {value[:40]}.", hint=hint)
        if len(value) > self.most:
            hint = f"Write at most {self.most} signs."
            raise SearchError(f"{self.name} is {len(value)} signs long.", hint=hint)
        return value


ID = Parameter("id", "the practice's id, as a search shows it", most=200, required=True, where="path")
QUESTION = Parameter("q", "the question, in any of the languages; empty to browse")
CONCEPT = Parameter("q", "the concept, in any of the languages", required=True)
LENS = Parameter("lens", "search only what speaks of this", "choice", choices=tuple(schema.LENSES))
SORT = Parameter(
    "sort", "the order; relevance where nothing is said, or newest where nothing is asked", "choice", choices=SORTS
)
LIMIT = Parameter("limit", "how many at most", "number", default=10, most=MAX_HITS)
OFFSET = Parameter("offset", "how many to skip", "number", most=MAX_OFFSET)
FILTERS = (
    Parameter("country", "two letters such as dk, or a name; may be repeated", "texts", most=200),
    Parameter("place", "a key such as no/oslo/nordstrand, or a name; may be repeated", "texts", most=200),
    Parameter("area", "a service area, by key or name; may be repeated", "texts", most=200),
    Parameter("theme", "a theme, by key or name; may be repeated", "texts", most=200),
    Parameter("status", f"{', '.join(schema.STATUSES)}, or a name; may be repeated", "texts", most=200),
    Parameter(
        "evidence", f"how well it is known to work: {', '.join(schema.EVIDENCE)}; may be repeated", "texts", most=200
    ),
    Parameter("language", "the practice's own language; may be repeated", "texts", most=200),
    Parameter("has_lessons", "only with, or without, lessons", "texts", choices=("yes", "no")),
    Parameter("has_realised_results", "only with, or without, benefits reached", "texts", choices=("yes", "no")),
)
"""What any list of practices can be narrowed by; several values of one are alternatives."""


@contextmanager
def answered_here(visit: Visit) -> Iterator[None]:
    """What the command line advises is no help to one who has only addresses: say where everything is listed."""
    try:
        yield
    except (UnknownFilter, UnknownPractice, CannotCompare) as error:
        guess = error.hint if error.hint.startswith("Did you mean") else ""
        filters = isinstance(error, UnknownFilter)
        listed = "api/search?limit=0 lists every value under facets." if filters else "api/practices lists them all."
        raise type(error)(str(error), hint=f"{guess} {visit.root}{listed}".strip()) from error


def read(parameters: Iterable[Parameter], query: Iterable[tuple[str, str]], named: Mapping[str, str]) -> dict[str, Any]:
    """What an address gives, by the names of the parameters.

    Raises:
        SearchError: something is missing, unknown, or not what it must be.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    given: dict[str, list[str]] = {}
    for name, value in query:
        if name not in by_name or by_name[name].where != "query":
            raise _unknown(name, by_name)
        if value.strip():
            given.setdefault(name, []).append(value)
    given |= {name: [value] for name, value in named.items() if name in by_name}
    return {name: parameter.read(tuple(given.get(name, ()))) for name, parameter in by_name.items()}


def _unknown(name: str, by_name: Mapping[str, Parameter]) -> UnknownFilter:
    known = [parameter.name for parameter in by_name.values() if parameter.where == "query"]
    near = nearest(name, known)
    allowed = f"Use {', '.join(known)}." if known else "Give none."
    hint = f"Did you mean {near}? {allowed}" if near else allowed
    return UnknownFilter(f"There is no parameter {name[:40]}.", hint=hint)
