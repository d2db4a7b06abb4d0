"""`kb words` shows how each place speaks of a concept, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_helpers import kb, repository, together


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-words"))


def test_as_text_shows_place_language_passage_and_where_it_stands(root: Path) -> None:
    answer = kb("words", "bydelsmødre", cwd=root, COLUMNS="200")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("Note: Only keyword search works")
    for text in (
        "2 places: 2 use the word",
        "Grong, Norge · Bokmål",
        "Alna, Oslo, Norge · Bokmål",
        "Bygdemødre – bydelsmodellen oversatt",
        "practices/no/grong/grong-bygdemodre.md:",
        "(kb show grong-bygdemodre)",
    ):
        assert text in answer.stdout
    assert answer.stderr == ""


def test_as_json_has_the_place_and_what_a_search_says(root: Path) -> None:
    answer = kb("words", "sekstimersdag", "--json", cwd=root)
    assert answer.returncode == 0, answer.stderr
    data = json.loads(answer.stdout)
    assert (data["query"], data["mode"], data["total"]) == ("sekstimersdag", "keyword", len(data["hits"]))
    assert "sextimmarsdag" in data["also"]["sekstimersdag"]
    assert {hit["language"] for hit in data["hits"]} >= {"sv"}
    for hit in data["hits"]:
        assert hit["speaker"] in hit["place"]
        lines = (root / hit["path"]).read_text(encoding="utf-8").splitlines()
        assert hit["passage"]["text"].split()[0] in lines[hit["passage"]["line"] - 1]
        titled = "sekstimersdag" in hit["title"].casefold() or "sextimmarsdag" in hit["title"].casefold()
        assert hit["named"] <= (titled or bool(hit["passage"]["highlights"]))


def test_passages_that_only_come_near_are_told_apart(root: Path) -> None:
    answer = kb("words", "sekstimersdag", cwd=root, COLUMNS="200")
    assert "2 places: 1 uses the word, 1 comes near it" in answer.stdout
    assert "Sverige · Svensk · words in common" in answer.stdout


def test_limit_and_filters_reach_it(root: Path) -> None:
    whole, one, narrow, language = (
        json.loads(answer.stdout)
        for answer in together(
            [
                ("words", "kommunen", "--json"),
                ("words", "kommunen", "--limit", "1", "--json"),
                ("words", "kommunen", "--country", "Sverige", "--country", "is", "--json"),
                ("words", "kommunen", "--language", "nb", "--place", "Grong", "--json"),
            ],
            cwd=root,
        )
    )
    assert one["hits"] == whole["hits"][:1]
    assert one["total"] == whole["total"] > 1
    assert {hit["country"] for hit in narrow["hits"]} <= {"se", "is"}
    assert [hit["speaker"] for hit in language["hits"]] == ["no/grong"]


def test_nothing_found_is_a_sentence_and_a_code(root: Path) -> None:
    text, data, empty = together(
        [("words", "qzxvwkrpt"), ("words", "qzxvwkrpt", "--json"), ("words", "   ")],
        cwd=root,
    )
    assert (text.returncode, data.returncode, empty.returncode) == (1, 1, 2)
    assert "No place here speaks of it. Try another word" in text.stdout
    assert json.loads(data.stdout)["hits"] == []
    assert empty.stderr.startswith("kb: There is no concept to look for.\n    Name one")


def test_what_a_passage_holds_never_steers_the_terminal(tmp_path: Path) -> None:
    root = repository(tmp_path, indexed=False)
    (root / "practices" / "ny.md").write_text("# Ny\n\nVaffelprat \x1b]0;overtatt\x07 her.\n", encoding="utf-8")
    assert kb("index", cwd=root).returncode == 0
    answer = kb("words", "vaffelprat", cwd=root)
    assert "Vaffelprat" in answer.stdout
    assert "\x1b" not in answer.stdout
