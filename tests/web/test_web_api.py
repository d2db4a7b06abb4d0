"""The API: the same answers as the commands with --json, an honest description of them, and errors in words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import kb
from kb import schema
from kb.search.hits import results_json
from kb.search.wordings import wordings_json
from kb.usage import log_path
from kb.web.plain.api import OPERATIONS
from web.web_ask import ask
from web.web_library import CHOSEN, REPOSITORY, serve

F7 = "oslo-nordstrand-f7-innovasjonsspeidere"
BUURTZORG = "netherlands-buurtzorg-neighbourhood-care"
KIRUNA, GOTEBORG = "kiruna-sextimmarsdag-hemtjanst", "goteborg-svartedalen-sextimmarsdag"
EXAMPLES = {
    "search": "api/search?q=arbeidstid&limit=3",
    "practices": "api/practices?country=se",
    "practice": f"api/practices/{F7}",
    "similar": f"api/similar/{KIRUNA}?limit=2",
    "words": "api/words?q=tillit",
    "compare": f"api/compare?ids={KIRUNA},{GOTEBORG}",
    "spread": "api/spread",
}
"""A call of each operation."""


def _command(library: Path, *arguments: str) -> Any:
    """What the command line answers with --json."""
    done = subprocess.run(
        [sys.executable, "-m", "kb", *arguments, "--root", str(library), "--json"],
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def document(server: str) -> Any:
    return ask(f"{server}/api/openapi.json").json


@pytest.mark.parametrize(
    ("path", "command"),
    [
        (
            "search?q=arbeid+på+kveld&limit=3&country=se&country=no",
            "search|arbeid på kveld|--limit=3|--country=se|--country=no",
        ),
        ("search?q=tid&lens=lessons&offset=1", "search|tid|--lens=lessons|--offset=1"),
        ("search?q=tid&sort=newest", "search|tid|--sort=newest"),
        ("search?sort=borrowed", "search|--sort=borrowed"),
        ("search?q=arbeid&has_lessons=yes&status=I+bruk", "search|arbeid|--has-lessons|--status=in-use"),
        (f"practices/{F7}", f"show|{F7}"),
        (f"similar/{KIRUNA}", f"similar|{KIRUNA}"),
        ("words?q=tillit&country=no", "words|tillit|--country=no"),
        (f"compare?ids={KIRUNA},{GOTEBORG}", f"compare|{KIRUNA}|{GOTEBORG}"),
        ("spread", "spread"),
        (f"spread?p={BUURTZORG}", f"spread|{BUURTZORG}"),
    ],
    ids=[
        "search",
        "lens",
        "order",
        "browsing in order",
        "facts",
        "show",
        "similar",
        "words",
        "compare",
        "spread",
        "lineage",
    ],
)
def test_the_api_answers_as_the_command_line_does(server: str, library: Path, path: str, command: str) -> None:
    answer = ask(f"{server}/api/{path}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == _command(library, *command.split("|"))


def test_the_list_has_every_practice(server: str) -> None:
    whole = ask(f"{server}/api/practices").json
    assert whole["total"] == len(whole["practices"]) == len(CHOSEN) + 1
    # These practices lie in no repository: nothing is known, and nothing is guessed.
    assert {(item["added"], item["changed"], item["commit"]) for item in whole["practices"]} == {("", "", "")}
    page = ask(f"{server}/api/practices?limit=2&offset=3").json
    assert page["practices"] == whole["practices"][3:5]
    assert {item["country"] for item in ask(f"{server}/api/practices?country=Sverige").json["practices"]} == {"se"}


def test_the_document_describes_every_address_and_nothing_else(server: str, document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": server}]
    assert set(document["paths"]) == {f"/{operation.path}" for operation in OPERATIONS}
    for operation in OPERATIONS:
        described = document["paths"][f"/{operation.path}"]["get"]
        assert described["operationId"] == operation.name
        assert {given["name"] for given in described["parameters"]} == {given.name for given in operation.parameters}
        in_path = {given["name"] for given in described["parameters"] if given["in"] == "path"}
        assert in_path == {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}
        assert all(given["required"] for given in described["parameters"] if given["in"] == "path")
        for given in described["parameters"]:
            jsonschema.Draft202012Validator.check_schema(given["schema"])
    for described in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(described)


def test_every_reference_in_the_document_leads_somewhere(document: Any) -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from ([value["$ref"]] if "$ref" in value else [])
            for part in value.values():
                yield from references(part)
        elif isinstance(value, list):
            for part in value:
                yield from references(part)

    found = set(references(document))
    assert {f"#/components/schemas/{name}" for name in document["components"]["schemas"]} == found


@pytest.mark.parametrize("name", EXAMPLES)
def test_answers_are_as_the_document_says(server: str, document: Any, name: str) -> None:
    operation = next(operation for operation in OPERATIONS if operation.name == name)
    described = document["paths"][f"/{operation.path}"]["get"]["responses"]["200"]["content"]["application/json"]
    answer = ask(f"{server}/{EXAMPLES[name]}").json
    jsonschema.validate(answer, {**described["schema"], "components": document["components"]})
    schema = document["components"]["schemas"][operation.gives[0]]
    assert set(answer) == set(schema["properties"]) == set(schema["required"])


def test_the_lineage_of_one_practice_is_as_the_document_says(server: str, document: Any) -> None:
    answer = ask(f"{server}/api/spread?p={BUURTZORG}").json
    jsonschema.validate(answer, {**document["components"]["schemas"]["Lineage"], "components": document["components"]})
    assert "aalborg-borgerens-faste-tvaerfaglige-teams" in answer["descendants"]


def test_the_document_says_which_errors_each_address_can_give(document: Any) -> None:
    for path, described in document["paths"].items():
        answers = described["get"]["responses"]
        assert {"200", "400", "405", "500", "503"} <= set(answers), path
        can_miss = any(name in path for name in ("{id}", "compare", "spread"))
        assert ("404" in answers) == can_miss, path
        for status in set(answers) - {"200", "304"}:
            assert answers[status]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_every_operation_has_an_example_that_is_tried() -> None:
    assert set(EXAMPLES) == {operation.name for operation in OPERATIONS}


@pytest.mark.parametrize(
    ("path", "status", "error", "hint"),
    [
        ("search?country=xx", 400, "No country is called xx.", "facets"),
        ("search?area=helse-omsorgg", 400, "No area is called helse-omsorgg.", "Did you mean helse-omsorg?"),
        ("search?sort=oldest", 400, "sort cannot be oldest.", "relevance, newest, borrowed"),
        ("search?lens=problems", 400, "lens cannot be problems.", ", ".join(schema.LENSES)),
        ("search?contry=no", 400, "There is no parameter contry.", "Did you mean country?"),
        ("search?limit=101", 400, "limit cannot be 101.", "from 0 to 100"),
        ("search?limit=ti", 400, "limit cannot be ti.", "whole number"),
        ("search?limit=-1", 400, "limit cannot be -1.", "whole number"),
        ("search?offset=٣", 400, "offset cannot be ٣.", "whole number"),
        ("search?limit=1&limit=2", 400, "limit is given 2 times.", "once"),
        (f"search?q={'a' * 2001}", 400, "q is 2001 signs long.", "2000"),
        ("search?has_lessons=maybe", 400, "has_lessons cannot be maybe.", "yes, no"),
        ("words", 400, "q is missing.", "concept"),
        ("words?q=+", 400, "q is missing.", "concept"),
        ("practices/ukjent", 404, "There is no practice ukjent.", "/api/practices lists them all"),
        ("practices/kiruna-sextimmarsdag", 404, "There is no practice", f"Did you mean {KIRUNA}?"),
        ("similar/ukjent", 404, "There is no practice ukjent.", "/api/practices"),
        ("compare", 400, "ids is missing.", "two to four ids"),
        (f"compare?ids={KIRUNA}", 400, "There is nothing to compare with.", "/api/practices lists them all"),
        (f"compare?ids={KIRUNA},ukjent", 404, "There is no practice ukjent.", "/api/practices"),
        (f"compare?ids={KIRUNA}&lang=fi", 400, "lang cannot be fi.", "nb, nn, da, sv, en"),
        ("spread?p=kiruna-sextimmarsdag", 404, "There is no practice", f"Did you mean {KIRUNA}?"),
        ("spread?id=1", 400, "There is no parameter id.", "Use p."),
        ("finnes/ikke", 404, "There is nothing at api/finnes/ikke.", "/api/search"),
    ],
)
def test_what_cannot_be_answered_is_said_with_what_can(
    server: str, path: str, status: int, error: str, hint: str
) -> None:
    answer = ask(f"{server}/api/{path}")
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json.keys() == {"error", "hint"}
    assert answer.json["error"].startswith(error)
    assert hint in answer.json["hint"]
    assert "kb " not in answer.json["hint"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_long_question_within_the_limit_is_answered(server: str) -> None:
    assert ask(f"{server}/api/search?q={'arbeid+' * 285}").status == 200


def test_counts_alone_can_be_asked_for(server: str) -> None:
    answer = ask(f"{server}/api/search?limit=0").json
    assert answer["hits"] == []
    assert sum(answer["facets"]["has_lessons"].values()) == len(CHOSEN) + 1


@pytest.mark.parametrize("path", ["api/search?q=natt", "api/openapi.json", "api/ukjent", f"p/{F7}", f"p/{F7}.json"])
def test_any_page_on_the_web_may_read_but_nothing_more(server: str, path: str) -> None:
    answer = ask(f"{server}/{path}", Origin="https://example.org")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Credentials"] is None
    before = ask(f"{server}/{path}", "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="GET")
    assert (before.status, before.body) == (204, b"")
    assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(server: str, method: str) -> None:
    answer = ask(f"{server}/api/practices/{F7}", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json["error"] == f"{method} is not possible here."


def test_head_is_told_the_same_without_the_body(server: str) -> None:
    whole, head = ask(f"{server}/api/search?q=natt"), ask(f"{server}/api/search?q=natt", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(whole.body))


def test_many_at_once_get_the_same_answers_and_the_app_still_answers(server: str) -> None:
    paths = [f"api/search?q={word}&limit=5" for word in ("natt", "tillit", "arbeidstid", "digital", "eldre")]
    alone = {path: ask(f"{server}/{path}").body for path in paths}
    with ThreadPoolExecutor(12) as threads:
        health = threads.submit(ask, f"{server}/_stcore/health")
        together = list(threads.map(lambda path: (path, ask(f"{server}/{path}").body), paths * 8))
        assert health.result().text == "ok"
    assert all(alone[path] == body for path, body in together)


def test_questions_are_kept_only_where_the_installation_asks_for_it(own_library: Path) -> None:
    config = kb.load_config(own_library)
    for address in serve(own_library):
        ask(f"{address}/api/search?q=hemmelig")
        assert not log_path(config).exists()
        settings = own_library / "kb.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + "\n[log]\nqueries = true\n", encoding="utf-8")
        ask(f"{address}/api/search?q=natten")
        ask(f"{address}/api/search?q=natten&offset=10")
        assert [json.loads(line)["query"] for line in log_path(config).read_text("utf-8").splitlines()] == ["natten"]


@pytest.mark.model
def test_with_a_model_the_answers_are_those_of_the_same_base(base: kb.KnowledgeBase, tmp_path: Path) -> None:
    settings = f'practices = "{base.config.practices}"\nindex = "{base.config.index}"\n'
    (tmp_path / "kb.toml").write_text(settings, encoding="utf-8")
    text = "ansatte slutter fordi de er slitne"
    folder = kb.load_config(tmp_path).practices_from_root
    for address in serve(tmp_path):
        found = ask(f"{address}/api/search?q={text}&limit=5").json
        assert found["mode"] == "hybrid"
        assert found == results_json(base.search(text, limit=5), folder)
        words = ask(f"{address}/api/words?q=tillitsledelse").json
        assert words == wordings_json(base.words("tillitsledelse"), folder)
