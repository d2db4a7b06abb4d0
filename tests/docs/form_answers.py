"""The issue forms, filled in as a forge renders them, and as GitLab's templates, which have no forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FORMS = {path.stem: path for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*-*.yml"))}
GITLAB = ROOT / ".gitlab" / "issue_templates"
NO_ANSWER = "_No response_"


def form(name: str) -> Any:
    return yaml.load(FORMS[name].read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def fields(name: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Id, kind and attributes of each question."""
    for item in form(name)["body"]:
        if item["type"] != "markdown":
            yield item["id"], item["type"], item["attributes"]


def filled_in(name: str, answers: Mapping[str, str]) -> str:
    """The text of an issue as GitHub and Forgejo write it; what is not answered says so."""
    parts = []
    for key, kind, attributes in fields(name):
        answer = answers.get(key, "")
        if kind == "checkboxes":
            answer = "\n".join(f"- [X] {option['label']}" for option in attributes["options"])
        parts.append(f"### {attributes['label']}\n\n{answer or NO_ANSWER}")
    return "\n\n".join(parts) + "\n"


def as_gitlab(name: str) -> str:
    """The same form as a template to write in; what is a choice there is a box to tick here."""
    parts = ["".join(f"<!-- {item['attributes']['value'].strip()} -->" for item in form(name)["body"][:1])]
    for _, _, attributes in fields(name):
        help_text = f"<!-- {attributes['description']} -->\n\n" if "description" in attributes else ""
        options = attributes.get("options", [])
        boxes = "\n".join(f"- [ ] {one['label'] if isinstance(one, dict) else one}" for one in options)
        parts.append(f"### {attributes['label']}\n\n{help_text}{boxes}".rstrip())
    return "\n\n".join(parts) + "\n"
