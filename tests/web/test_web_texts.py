"""One table of texts: everything the app says is in it, and everything in it is said."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from string import Formatter

import pytest

from kb import schema
from kb.hits import ARMS
from kb.index.store import FACETS
from kb.web.texts import plural, t, table

WEB = Path(__file__).parents[2] / "kb" / "web"
BOXES = ("questions", "borrowed_from", "borrowed_by", "related", "similar")
MADE_UP = {
    "example": [str(number) for number in range(1, 7)],
    "evidence": schema.EVIDENCE,
    "level": schema.LEVELS,
    "decision": schema.DECISIONS,
    "filter": FACETS,
    "why": [arm for arm in ARMS if arm != "words"],
    "weight": ("much", "some", "little"),
    "lens": tuple(schema.LENSES),
    "try": ("sentence", "fewer_words", "other_words"),
    "strength": ("strong", "possible"),
    "results": ("realised", "expected", "statement", "indicator", "value", "unit", "period"),
    "assessment": ("feasibility", "value", "decision"),
    "building": ("start", "model", "read", "embed", "write"),
    "practice": ("status", "evidence", "period", "areas", "themes", "contact", "reviewed", *BOXES),
}
"""Beginnings of keys that the code completes, and what it completes them with."""


def _written() -> set[str]:
    """Every key that stands in the code, whole."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in WEB.glob("*.py"))
    return set(re.findall(r"""["']([a-z]+\.[a-z_.]+)["']""", source))


def _used() -> set[str]:
    made = {f"{start}.{end}" for start, ends in MADE_UP.items() for end in ends}
    whole = {key for key in _written() if key in table()}
    plurals = {f"{key}.{end}" for key in _written() for end in ("one", "other") if f"{key}.{end}" in table()}
    yes_no = {f"filter.{name}.{value}" for name in ("has_lessons", "has_realised_results") for value in ("yes", "no")}
    own = {key for key in table() if key.startswith(("error.", "streamlit."))}
    return made | whole | plurals | yes_no | own


def test_every_key_in_the_code_is_in_the_table() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in WEB.glob("*.py"))
    asked = set(re.findall(r"""\bt\(\s*["']([^"'{]+)["']""", source))
    asked |= {
        f"{key}.{end}" for key in re.findall(r"""\bplural\(["']([^"']+)["']""", source) for end in ("one", "other")
    }
    assert len(asked) > 50
    assert asked <= set(table())


def test_every_key_that_the_code_completes_is_in_the_table() -> None:
    assert {f"{start}.{end}" for start, ends in MADE_UP.items() for end in ends} <= set(table())


def test_nothing_in_the_table_is_left_unsaid() -> None:
    assert set(table()) - _used() == set()


@pytest.mark.parametrize("key", table())
def test_translations_have_the_same_blanks_as_bokmal(key: str) -> None:
    texts = table()[key]
    blanks = {language: {name for _, name, _, _ in Formatter().parse(text) if name} for language, text in texts.items()}
    assert texts["nb"].strip() == texts["nb"] != ""
    assert all(found == blanks["nb"] for found in blanks.values())


def test_a_language_without_a_text_is_shown_in_bokmal() -> None:
    assert t("app.name", "sv") == "Praksis"


def test_one_and_many_are_said_apart() -> None:
    assert plural("count.hits", 1, "nb") == "Fant 1 praksis."
    assert plural("count.hits", 12, "nb") == "Fant 12 praksiser."


def test_no_module_of_the_app_hides_one_of_python_s_own() -> None:
    """Streamlit puts the folder of its script first on the path."""
    assert {path.stem for path in WEB.glob("*.py")} & set(sys.stdlib_module_names) == set()
