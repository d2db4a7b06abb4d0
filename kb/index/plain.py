"""A practice as JSON and back, as the store keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from kb.markdown import Block
from kb.practice import Assessment, Borrowing, Card, Practice, Result, Section, Source


def practice_to_json(practice: Practice) -> str:
    """A practice as JSON, without the problems that only the checker wants."""
    data = plain(practice)
    del data["problems"]
    return json.dumps(data, ensure_ascii=False, default=plain)


def plain(value: Any) -> Any:
    """What JSON has no word for: a path as text, a record as its fields. Unlike `asdict` it copies nothing."""
    if isinstance(value, PurePosixPath):
        return str(value)
    return {name: getattr(value, name) for name in _names(value.__class__)}


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def shown_json(practice: Practice, borrowers: Iterable[Practice]) -> dict[str, Any]:
    """A practice as plain data for `--json` and the web, with the ids of those that borrowed it."""
    return {**json.loads(practice_to_json(practice)), "borrowed_by": [borrower.id for borrower in borrowers]}


def practice_from_json(text: str) -> Practice:
    """What `practice_to_json` wrote."""
    data = json.loads(text)
    return Practice(
        **{
            **data,
            "path": PurePosixPath(data["path"]),
            "places": tuple(data["places"]),
            "areas": tuple(data["areas"]),
            "themes": tuple(data["themes"]),
            "related": tuple(data["related"]),
            "questions": tuple(data["questions"]),
            "results": tuple(Result(**item) for item in data["results"]),
            "borrowed_from": tuple(Borrowing(**item) for item in data["borrowed_from"]),
            "sources": tuple(Source(**item) for item in data["sources"]),
            "assessment": Assessment(**data["assessment"]) if data["assessment"] else None,
            "sections": tuple(_section(item) for item in data["sections"]),
            "cards": {
                language: Card(**{**item, "questions": tuple(item["questions"])})
                for language, item in data["cards"].items()
            },
        }
    )


def _section(item: dict[str, Any]) -> Section:
    return Section(
        **{**item, "parents": tuple(item["parents"]), "blocks": tuple(Block(**block) for block in item["blocks"])}
    )
