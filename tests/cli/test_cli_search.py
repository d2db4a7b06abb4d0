"""`kb search`, `show`, `similar` and `status` say what was found, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import kb, repository, together

from kb.index.store import FACETS


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-search"))


def as_json(*arguments: str, cwd: Path) -> Any:
    answer = kb(*arguments, "--json", cwd=cwd)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_search_as_text_shows_what_where_and_why(root: Path) -> None:
    answer = kb("search", "bygdemødre i Grong", cwd=root)
    assert answer.returncode == 0
    assert answer.stdout.startswith("Note: Only keyword search works")
    for text in (
        "1. Bygdemødre – bydelsmodellen oversatt",
        "Grong, Norge",
        "Why: ",
        "practices/no/grong/grong-bygdemodre.md:",
        "(kb show grong-bygdemodre)",
    ):
        assert text in answer.stdout
    assert answer.stderr == ""


def test_browsing_as_text_numbers_on_over_pages(root: Path) -> None:
    answer = kb("search", "--limit", "2", "--offset", "2", cwd=root)
    assert "5 practices" in answer.stdout
    assert "3. " in answer.stdout
    assert "Why:" not in answer.stdout


def test_search_as_json_has_the_keys_that_are_documented(root: Path) -> None:
    data = as_json("search", "bygdemødre i Grong", cwd=root)
    assert set(data) == {"query", "total", "strength", "mode", "sort", "notice", "also", "facets", "hits"}
    assert data["query"] == "bygdemødre i Grong"
    assert data["strength"] == "strong"
    assert tuple(data["facets"]) == FACETS
    assert data["facets"]["country"]["no"] >= 1
    hit = data["hits"][0]
    assert {
        *("id", "title", "summary", "place", "country", "language", "areas", "status", "evidence"),
        *("path", "score", "strength", "passage", "why", "started", "borrowers"),
    } <= set(hit)
    assert (hit["id"], hit["country"], hit["place"], hit["areas"]) == (
        "grong-bygdemodre",
        "no",
        ["no/grong"],
        ["kultur-frivillighet"],
    )
    assert {"section", "heading", "line", "text", "highlights"} <= set(hit["passage"])
    start, end = hit["passage"]["highlights"][0]
    assert hit["passage"]["text"][start:end] in hit["why"]["matched"]


def test_path_opens_from_the_root_and_the_line_is_the_passage(root: Path) -> None:
    for hit in as_json("search", "arbetstid", cwd=root)["hits"]:
        lines = (root / hit["path"]).read_text(encoding="utf-8").splitlines()
        assert hit["passage"]["text"].split()[0] in lines[hit["passage"]["line"] - 1]


def test_filters_and_pages_reach_the_search(root: Path) -> None:
    answers = together(
        [
            ("search", "--country", "Sverige", "--country", "is", "--has-lessons", "--json"),
            ("search", "--json"),
            ("search", "--limit", "2", "--offset", "3", "--json"),
            ("search", "kommune", "--lens", "problem", "--json"),
        ],
        cwd=root,
    )
    both, whole, page, lens = [json.loads(answer.stdout) for answer in answers]
    assert [hit["country"] for hit in both["hits"]].count("se") == 2
    assert both["total"] == both["facets"]["has_lessons"]["yes"] == 3
    assert [hit["id"] for hit in page["hits"]] == [hit["id"] for hit in whole["hits"]][3:5]
    assert {hit["passage"]["section"] for hit in lens["hits"]} == {"problem"}


def test_an_order_reaches_the_search_and_is_told(root: Path) -> None:
    told, browsed, unknown = together(
        [
            ("search", "kommune", "--sort", "newest"),
            ("search", "--sort", "borrowed", "--json"),
            ("search", "kommune", "--sort", "nyest"),
        ],
        cwd=root,
    )
    assert ", the newest first" in told.stdout
    assert "began 20" in told.stdout
    data = json.loads(browsed.stdout)
    assert data["sort"] == "borrowed"
    assert [hit["borrowers"] for hit in data["hits"]] == [1, 1, 0, 0, 0]
    assert unknown.returncode == 2
    assert "There is no order nyest." in unknown.stderr


QUERIES = [("q2", "sextimmarsdag"), ("q1", "bygdemødre \u2028 i\u0085Grong"), ("æ", "zzz"), ("tom", "")]


@pytest.mark.parametrize("source", ["file", "standard input"])
def test_batch_answers_each_query_in_order(root: Path, tmp_path: Path, source: str) -> None:
    # JSON may hold the signs that some take for line ends, and Windows puts a mark in front.
    lines = "\ufeff" + "\n".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in QUERIES) + "\n"
    path = tmp_path / "queries.jsonl"
    path.write_text(lines, encoding="utf-8")
    if source == "file":
        answer = kb("search", "--batch", str(path), cwd=root)
    else:
        answer = kb("search", "--batch", "-", cwd=root, given=lines)
    assert answer.returncode == 0, answer.stderr
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [set(line) for line in found] == [{"query_id", "hits", "scores"}] * 4
    assert [line["query_id"] for line in found] == ["q2", "q1", "æ", "tom"]
    assert "sextimmarsdag" in found[0]["hits"][0]
    assert found[1]["hits"][0] == "grong-bygdemodre"
    for line in found:
        assert len(line["hits"]) == len(line["scores"]) == len(set(line["hits"])) == 5
        assert line["scores"] == sorted(line["scores"], reverse=True)


def test_batch_keeps_to_the_limit(root: Path) -> None:
    answer = kb("search", "--batch", "-", "--limit", "2", cwd=root, given='{"id": 7, "text": "kommune"}\n')
    line = json.loads(answer.stdout)
    assert (line["query_id"], len(line["hits"])) == ("7", 2)


def test_show_as_text_is_the_whole_practice(root: Path) -> None:
    answer = kb("show", "grong-bygdemodre", cwd=root)
    assert answer.returncode == 0
    assert answer.stdout.startswith("# Bygdemødre – bydelsmodellen oversatt til en liten bygdekommune\n")
    source = (root / "practices/no/grong/grong-bygdemodre.md").read_text(encoding="utf-8")
    assert source.split("---\n", 2)[2].strip() in answer.stdout
    assert "oslo-alna-bydelsmodre" in answer.stdout
    assert "(grong-bygdemodre)" in kb("show", "oslo-alna-bydelsmodre", cwd=root).stdout


def test_show_as_json_is_the_record_with_its_borrowers(root: Path) -> None:
    data = as_json("show", "oslo-alna-bydelsmodre", cwd=root)
    assert data["id"] == "oslo-alna-bydelsmodre"
    assert data["borrowed_by"] == ["grong-bygdemodre"]
    assert {"title", "summary", "places", "sections", "sources", "results", "path", "cards"} <= set(data)
    assert "problems" not in data


def test_similar_as_text_and_as_json_agree(root: Path) -> None:
    asked = ("similar", "grong-bygdemodre")
    answer, full, one = together([asked, (*asked, "--json"), (*asked, "--json", "--limit", "1")], cwd=root)
    assert (answer.returncode, full.returncode, one.returncode) == (0, 0, 0)
    data = json.loads(full.stdout)
    named = [line for line in answer.stdout.splitlines() if not line.startswith(" ")]
    assert named == [hit["id"] for hit in data["hits"]]
    assert named[0] == "oslo-alna-bydelsmodre"
    assert "grong-bygdemodre" not in named
    assert json.loads(one.stdout)["hits"] == data["hits"][:1]


def test_status_as_text_and_as_json_agree(root: Path) -> None:
    data = as_json("status", cwd=root)
    assert (data["practices"], data["keyword_only"], data["unreadable"]) == (5, True, [])
    assert Path(data["index_folder"]) == root / "index"
    text = kb("status", cwd=root).stdout
    assert f"Practices    5 in {root / 'practices'}" in text
    assert f"Passages     {data['passages']}" in text
    assert f"generation {data['generation']}" in text
    assert "none: only keyword search works" in text


def test_root_may_be_elsewhere(root: Path, tmp_path: Path) -> None:
    found = as_json("search", "bygdemødre", "--root", str(root), cwd=tmp_path)
    assert found["hits"][0]["path"] == "practices/no/grong/grong-bygdemodre.md"
    assert kb("status", cwd=tmp_path).returncode == 2


def test_root_is_found_from_a_folder_inside(root: Path) -> None:
    assert as_json("status", cwd=root / "practices" / "no")["root"] == str(root)
