"""One table of texts: everything the app says is in it, and everything in it is said."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest
import yaml

from kb import schema
from kb.index.store import FACETS
from kb.search.hits import ARMS
from kb.web.texts import LANGUAGES, plural, t, table

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


ALIKE = {
    "about.licences.model",
    "borrow.benefit.baseline",
    "borrow.memo_html",
    "borrow.memo_md",
    "borrow.status.pilot",
    "plain.api.machine",
    "send.sent",
    "send.state.unknown",
    "spread.choose",
}
"""Long texts that are rightly the same in bokmål and another language."""

_BOKMAL = re.compile(r"\b(ikke|jeg|hva|hvor|hvordan|hvem|hvilke[nt]?|fra|noe|noen|mye|gjør|kommer|blir lest|dere|deres|"
                     r"lærdommer|praksiser|tjenester?|skole|språkene|bare)\b", re.IGNORECASE)  # fmt: skip
"""Words that bokmål has and nynorsk has not."""


def _sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in WEB.rglob("*.py"))


def _written() -> set[str]:
    """Every key that stands in the code, whole."""
    return set(re.findall(r"""["']([a-z_]+\.[a-zA-Z0-9_.-]+)["']""", _sources()))


def _completed() -> set[str]:
    """The keys whose beginning stands in the code, where MADE_UP does not say how they go on."""
    starts = set(re.findall(r"""f["']([a-z_.]+)\.\{""", _sources())) - set(MADE_UP)
    return {key for key in table() if any(key.startswith(f"{start}.") for start in starts)}


def _keys(file: Path) -> list[str]:
    """The keys of a file, each as often as it is written."""
    node = yaml.compose(file.read_text(encoding="utf-8"))
    return [key.value for key, _ in node.value] if node else []


def _used() -> set[str]:
    made = {f"{start}.{end}" for start, ends in MADE_UP.items() for end in ends}
    whole = {key for key in _written() if key in table()}
    plurals = {f"{key}.{end}" for key in _written() for end in ("one", "other") if f"{key}.{end}" in table()}
    yes_no = {f"filter.{name}.{value}" for name in ("has_lessons", "has_realised_results") for value in ("yes", "no")}
    own = {key for key in table() if key.startswith(("error.", "streamlit."))}
    return made | whole | plurals | yes_no | own | _completed()


def test_every_key_in_the_code_is_in_the_table() -> None:
    source = _sources()
    asked = set(re.findall(r"""\bt\(\s*["']([^"'{]+)["']""", source))
    asked |= {
        f"{key}.{end}" for key in re.findall(r"""\bplural\(["']([^"'{]+)["']""", source) for end in ("one", "other")
    }
    assert len(asked) > 50
    assert asked - set(table()) == set()


def test_every_key_that_the_code_completes_is_in_the_table() -> None:
    assert {f"{start}.{end}" for start, ends in MADE_UP.items() for end in ends} <= set(table())


def test_nothing_in_the_table_is_left_unsaid() -> None:
    assert set(table()) - _used() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language(language: str) -> None:
    assert [key for key, texts in table().items() if not texts.get(language, "").strip(" ")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_stands_in_one_file_only(language: str) -> None:
    found = [key for file in sorted((WEB / "texts" / language).glob("*.yaml")) for key in _keys(file)]
    assert [key for key, times in Counter(found).items() if times > 1] == []


def test_every_language_has_the_same_files() -> None:
    files = {language: {path.name for path in (WEB / "texts" / language).iterdir()} for language in LANGUAGES}
    assert all(found == files["nb"] for found in files.values())


@pytest.mark.parametrize("key", table())
def test_translations_have_the_same_blanks_as_bokmal(key: str) -> None:
    texts = table()[key]
    blanks = {language: {name for _, name, _, _ in Formatter().parse(text) if name} for language, text in texts.items()}
    assert texts["nb"].strip(" ") == texts["nb"] != ""
    assert all(found == blanks["nb"] for found in blanks.values())


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "nb"])
def test_a_long_text_like_that_of_bokmal_was_never_translated(language: str) -> None:
    alike = {
        key
        for key, texts in table().items()
        if len(re.findall(r"[^\W\d_]+", re.sub(r"\{.*?\}", "", texts["nb"]))) > 4 and texts.get(language) == texts["nb"]
    }
    assert alike - ALIKE == set()


def test_english_is_never_like_bokmal_but_for_names_and_words_both_have() -> None:
    alike = {texts["nb"] for texts in table().values() if texts.get("en") == texts["nb"]}
    assert {text for text in alike if " " in text and "{" not in text} == set()


def test_nynorsk_has_none_of_bokmal_s_own_words() -> None:
    found = {key: match.group() for key, texts in table().items() if (match := _BOKMAL.search(texts.get("nn", "")))}
    assert found == {}


def test_a_language_that_is_not_the_app_s_is_answered_in_bokmal() -> None:
    assert t("app.home", "fi") == t("app.home", "nb")


def test_one_and_many_are_said_apart() -> None:
    assert plural("count.hits", 1, "nb") == "Fant 1 praksis."
    assert plural("count.hits", 12, "nb") == "Fant 12 praksiser."


def test_no_module_of_the_app_hides_one_of_python_s_own() -> None:
    """Streamlit puts the folder of its script first on the path."""
    assert {path.stem for path in WEB.glob("*.py")} & set(sys.stdlib_module_names) == set()
