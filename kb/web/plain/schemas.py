"""What the answers of the API look like, as JSON Schema, taken from the classes that they are made of."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from kb.compare.model import Comparison
from kb.practice import Practice
from kb.search.hits import ARMS, FoundPassage, Results
from kb.spread.ties import Loan

TEXT: dict[str, Any] = {"type": "string"}
BOOLEAN: dict[str, Any] = {"type": "boolean"}
NUMBER: dict[str, Any] = {"type": "number"}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def schemas() -> dict[str, Any]:
    """What the answers look like."""
    hit = {**_hit(), "score": NUMBER, "passage": schema_of(FoundPassage)}
    asked = {
        "query": TEXT,
        "total": COUNT,
        "mode": schema_of(typing.get_type_hints(Results)["mode"]),
        "notice": TEXT,
        "also": {"type": "object", "additionalProperties": TEXTS},
    }
    strength = schema_of(typing.get_type_hints(Results)["strength"])
    sort = schema_of(typing.get_type_hints(Results)["sort"])
    counts = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": COUNT}}
    why = dict.fromkeys(ARMS, NUMBER)
    why_all = _object({**why, "title": BOOLEAN, "matched": TEXTS, "estimated": BOOLEAN})
    compared = ("id", "title", "title_translated", "language", "path")
    practice = schema_of(Practice, without=("problems",))
    practice["properties"]["borrowed_by"] = TEXTS
    practice["required"].append("borrowed_by")
    return {
        "Error": _object({"error": TEXT, "hint": TEXT}),
        "Hit": _object({**hit, "strength": strength, "why": why_all, "borrowers": COUNT}),
        "Results": _object({**asked, "strength": strength, "sort": sort, "facets": counts, "hits": _list(ref("Hit"))}),
        "Listed": _object({**_hit(), "added": TEXT, "changed": TEXT, "commit": TEXT}),
        "Practices": _object({"total": COUNT, "practices": _list(ref("Listed"))}),
        "Practice": practice,
        "Wording": _object({**hit, "speaker": TEXT, "named": BOOLEAN}),
        "Wordings": _object({**asked, "hits": _list(ref("Wording"))}),
        "Comparison": _object(
            {
                "language": TEXT,
                "by_meaning": BOOLEAN,
                "practices": _list(_object({**dict.fromkeys(compared, TEXT), "place": TEXTS})),
                **{name: schema_of(typing.get_type_hints(Comparison)[name]) for name in ("rows", "passages")},
            }
        ),
        **_lineage(),
    }


def _lineage() -> dict[str, Any]:
    """Who borrowed what from whom. A node is a practice, or something outside that only borrowers tell of."""
    loan = schema_of(Loan)
    loan["properties"]["crosses_border"] = BOOLEAN
    loan["required"].append("crosses_border")
    about = {"key": TEXT, "title": TEXT, "places": TEXTS, "countries": TEXTS, "language": TEXT, "outside": BOOLEAN}
    node = _object(about)
    # Only what is outside has these.
    node["properties"] |= {"where": TEXTS, "url": TEXT}
    trades = _list(_object({"place": TEXT, **dict.fromkeys(("gives", "takes", "inside"), COUNT)}))
    family = {"nodes": _list(ref("Node")), "loans": _list(ref("Loan"))}
    most = _list(_object({"key": TEXT, "borrowers": COUNT}))
    return {
        "Loan": loan,
        "Node": node,
        "Lineage": _object({"id": TEXT, "ancestors": TEXTS, "descendants": TEXTS, **family}),
        "Spread": _object(
            {**family, "most_borrowed": most, "chains": _list(TEXTS), "countries": trades, "places": trades}
        ),
    }


def schema_of(kind: Any, without: Sequence[str] = ()) -> dict[str, Any]:
    """JSON Schema of a type as it is written in JSON: dataclasses, lists, mappings and plain values."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        fields = [field.name for field in dataclasses.fields(kind) if field.name not in without]
        return _object({name: schema_of(hints[name]) for name in fields})
    if origin := typing.get_origin(kind):
        return _made_of(origin, typing.get_args(kind))
    return TEXT if issubclass(kind, PurePath) else {"type": PLAIN[kind]}


def _made_of(origin: Any, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The schema of a type with others inside it."""
    if origin is typing.Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in {types.UnionType, typing.Union}:
        return {"anyOf": [schema_of(one) for one in arguments]}
    if origin is tuple:
        return _list(schema_of(arguments[0]))
    return {"type": "object", "additionalProperties": schema_of(arguments[1])}


def _hit() -> dict[str, Any]:
    texts = ("id", "title", "summary", "country", "language", "status", "status_as_of", "started", "evidence", "path")
    return {**dict.fromkeys(texts, TEXT), **dict.fromkeys(("place", "areas", "themes"), TEXTS)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def ref(name: str) -> dict[str, Any]:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}
