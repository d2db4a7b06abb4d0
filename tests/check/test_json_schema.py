"""What editors are told of the format is what `kb check` holds it to."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import FIXTURES, TODAY, Case, cases, write
from conftest import PRACTICES, ROOT
from jsonschema import Draft7Validator

from kb import frontmatter, schema
from kb.check import check
from kb.config import LANGUAGES, load_config
from kb.schema import Field
from kb.schema_json import SCHEMAS, WORDS
from kb.vocabulary import Vocabulary, load_vocabulary

OURS = load_vocabulary(PRACTICES)
SHAPE = {"missing-key", "unknown-key", "wrong-kind", "unknown-value", "too-long", "bad-url", "bad-date"}
"""What can be seen of one key alone."""
MORE = {"empty-value", "missing-sources", "question-count", "missing-label", "place-key", "bad-coordinates"} | {
    "bad-population",
    "thin-concept",
}
"""What an editor may see as well, in whole or in part."""


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: numbers, true, false and null; a date is a text, and so is `no`."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  PyYAML's own


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first))


def as_an_editor_reads(text: str) -> Any:
    return yaml.load(text, Loader=EditorLoader)


def validator(name: str, vocabulary: Vocabulary = OURS) -> Draft7Validator:
    made = SCHEMAS[name][1](vocabulary, "nb")
    Draft7Validator.check_schema(made)
    return Draft7Validator(made)


def faults(name: str, data: Any, vocabulary: Vocabulary = OURS) -> list[str]:
    found = validator(name, vocabulary).iter_errors(data)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]


def front_text(text: str) -> str:
    return text.split("---\n")[1]


def test_every_shipped_practice_passes_as_an_editor_and_as_praksis_read_it() -> None:
    judge = validator("front-matter")
    paths = sorted(PRACTICES.rglob("*/*.md"))
    assert len(paths) > 100
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for data in (as_an_editor_reads(front_text(text)), frontmatter.split(text).data):
            assert list(judge.iter_errors(data)) == [], path


def test_every_shipped_card_file_and_both_vocabularies_pass() -> None:
    judge = validator("cards")
    for path in sorted(PRACTICES.rglob("*.i18n.yaml")):
        assert list(judge.iter_errors(as_an_editor_reads(path.read_text(encoding="utf-8")))) == [], path
    for name in ("vocabulary", "places"):
        assert faults(name, as_an_editor_reads((PRACTICES / f"{name}.yaml").read_text(encoding="utf-8"))) == []


def kind_of(path: str) -> str:
    if path.endswith(".i18n.yaml"):
        return "cards"
    return path.removesuffix(".yaml") if path.endswith(".yaml") else "front-matter"


def shown() -> Iterator[Any]:
    for file in ("keys.md", "valid.md", "cards.md", "vocabulary.md", "links.md"):
        for case in cases(file):
            for path, text in case.files:
                yield pytest.param(case, path, text, id=f"{file}: {case.title}: {path}")


@pytest.mark.parametrize(("case", "path", "text"), list(shown()))
def test_an_editor_and_the_checker_agree_on_every_case(tmp_path: Path, case: Case, path: str, text: str) -> None:
    write(tmp_path, dict(case.files))
    codes = {finding.code for finding in check(tmp_path, today=TODAY).findings if finding.path.as_posix() == path}
    name = kind_of(path)
    shutil.copy(FIXTURES / "vocabulary.yaml", tmp_path / "vocabulary.yaml")
    shutil.copy(FIXTURES / "places.yaml", tmp_path / "places.yaml")
    try:
        data = as_an_editor_reads(front_text(text) if name == "front-matter" else text)
    except (yaml.YAMLError, IndexError):
        return
    found = faults(name, data, load_vocabulary(tmp_path))
    if codes & SHAPE:
        assert found
    elif not codes & MORE:
        assert found == []


BROKEN: dict[str, list[Any]] = {
    "title": ["", "x" * 121, ["a"], None],
    "summary": ["x" * 301],
    "language": ["norsk", 1, True],
    "place": ["no/olso", [], ["no/oslo", "no/olso"], {"a": "b"}],
    "areas": ["helse", ["helse"], []],
    "themes": [["helse"], {"a": 1}],
    "status": ["finished", ["pilot"]],
    "status_as_of": ["sometime", "2024-13", "2024-1-5", "24", 24, 2024.5, "2024-01-32", True],
    "started": ["2024-03-15", "unknown"],
    "evidence": ["some"],
    "results": ["good", [{"statement": "x"}], [{"kind": "hoped", "statement": "x"}], [{"kind": "expected"}]],
    "sources": [
        [{"title": "x"}],
        [{"title": "x", "url": "www.oslo.no"}],
        [{"title": "x", "url": "https://a.b", "by": "c"}],
    ],
    "borrowed_from": [[{"practise": "x"}], "x"],
    "related": ["x"],
    "questions": [[{"a": "b"}]],
    "assessment": ["good", {"decision": "maybe"}],
    "statsu": ["pilot"],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BROKEN.items() for value in values])
def test_what_the_checker_finds_in_a_key_an_editor_finds_too(tmp_path: Path, key: str, value: Any) -> None:
    source = PRACTICES / "no" / "oslo" / "oslo-alna-bydelsmodre.md"
    text = source.read_text(encoding="utf-8")
    data = as_an_editor_reads(front_text(text)) | {key: value}
    assert faults("front-matter", data)
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy(PRACTICES / name, tmp_path / name)
    target = tmp_path / "no" / "oslo" / source.name
    target.parent.mkdir(parents=True)
    front = yaml.safe_dump(data, allow_unicode=True, width=10**9)
    target.write_text(f"---\n{front}---\n{text.split('---', 2)[2]}", encoding="utf-8")
    codes = {finding.code for finding in check(tmp_path, [target]).findings}
    assert codes & (SHAPE | {"empty-value", "impossible-date"})


def test_places_are_held_to_their_own_rules() -> None:
    oslo = {"name": "Oslo", "kind": "municipality", "parent": "no", "lat": 59.9, "lon": "10.7"}
    assert faults("places", {"no/oslo": oslo}) == []
    for change in ({"lat": 95}, {"lat": "north"}, {"population": 0}, {"population": "many"}, {"kind": "town"}):
        assert faults("places", {"no/oslo": oslo | change}), change
    assert faults("places", {"Oslo": oslo})


def named(fields: tuple[Field, ...], path: str) -> Iterator[str]:
    for item in fields:
        yield f"{path}.{item.name}"
        yield from named(item.fields, f"{path}.{item.name}")


def test_every_key_is_explained_in_every_language() -> None:
    assert set(named(schema.FRONT_MATTER, "front")) | set(named(schema.CARD, "card")) <= set(WORDS)
    for key, texts in WORDS.items():
        assert set(texts) == set(LANGUAGES), key
        assert all(text.endswith(".") for text in texts.values()), key


def test_values_carry_the_names_that_people_know() -> None:
    status = SCHEMAS["front-matter"][1](OURS, "sv")["properties"]["status"]
    assert dict(zip(status["enum"], status["enumDescriptions"], strict=True))["stopped"] == OURS.label(
        "statuses", "stopped", "sv"
    )
    place = SCHEMAS["front-matter"][1](OURS, "nb")["properties"]["place"]["anyOf"][0]
    assert "Nordstrand, Oslo, Norge" in place["enumDescriptions"]


def test_a_folder_without_a_vocabulary_leaves_choices_open() -> None:
    assert "enum" not in SCHEMAS["front-matter"][1](Vocabulary(), "nb")["properties"]["language"]
    assert faults("front-matter", {"language": "nb"}, Vocabulary())


def _without_choices(schema: Any) -> Any:
    """A schema without the words of the vocabulary: whoever adds a place need not know of schemas."""
    if isinstance(schema, dict):
        left_out = {"enum", "enumDescriptions"}
        return {key: _without_choices(value) for key, value in schema.items() if key not in left_out}
    return [_without_choices(item) for item in schema] if isinstance(schema, list) else schema


def test_the_files_in_schemas_say_what_the_format_is_now() -> None:
    language = load_config(ROOT).language
    for file, make in SCHEMAS.values():
        there = json.loads((ROOT / "schemas" / file).read_text(encoding="utf-8"))
        due = _without_choices(make(OURS, language))
        assert _without_choices(there) == due, f"schemas/{file} is stale: run kb schema --out schemas"
