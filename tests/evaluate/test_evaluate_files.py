"""Judged queries and runs are read as written, and what is wrong in a file is told with its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import EvaluationError
from kb.evaluate import Query, Ranked, read_queries, read_run, write_run
from kb.evaluate.beir import read_corpus
from kb.evaluate.measures import linear, ndcg

ROOT = Path(__file__).resolve().parents[2]

YAML = """\
# Two queries, and one that nothing answers.
- id: q1
  text: "Hvem følger opp dem som faller ut av skolen?"
  language: nb
  type: problem
  judgments:
    first: 3
    second: 0
- id: q2
  text: Hur gör vi när personalen inte räcker till på natten?
  judgments: {third: 1}
- id: q3
  text: kvantedatamaskiner
  language: nb
  type: none
"""

CORPUS = (
    '{"_id": "d0#0", "title": "Tittel", "text": "Tekst"}\n\n{"_id": "d1.en#0", "text": "Some text", "lang": "en"}\n'
)
QUERIES = '{"_id": "q:1", "text": "Hva er det?", "lang": "nn"}\r\n{"_id": "q:2", "text": "Vad är det som inte är?"}\r\n'
QRELS = "query-id\tcorpus-id\tscore\nq:1\td0#0\t2\nq:1\td1.en#0\t0\n"


def beir(folder: Path, **changes: str | None) -> Path:
    """A BEIR folder; `changes` are other texts for its files, or None to leave one out."""
    files = {"corpus": ("corpus.jsonl", CORPUS), "queries": ("queries.jsonl", QUERIES), "qrels": ("qrels.tsv", QRELS)}
    folder.mkdir(parents=True, exist_ok=True)
    for key, (name, text) in files.items():
        if (chosen := changes.get(key, text)) is not None:
            (folder / name).write_text(chosen, encoding="utf-8", newline="")
    return folder


def test_yaml_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "queries.yaml"
    path.write_text("\ufeff" + YAML, encoding="utf-8")
    assert read_queries(path) == (
        Query("q1", "Hvem følger opp dem som faller ut av skolen?", "nb", "problem", {"first": 3, "second": 0}),
        Query("q2", "Hur gör vi när personalen inte räcker till på natten?", "sv", "", {"third": 1}),
        Query("q3", "kvantedatamaskiner", "nb", "none", {}),
    )
    assert [query.answerable for query in read_queries(path)] == [True, True, False]


def test_the_shipped_queries_are_read() -> None:
    queries = read_queries(ROOT / "tests" / "relevance" / "practices-dev.yaml")
    assert len(queries) == 44
    assert sum(query.answerable for query in queries) == 42
    assert {query.language for query in queries} == {"nb", "nn", "da", "sv", "en"}


@pytest.mark.parametrize("place", ["qrels.tsv", "qrels/test.tsv"])
def test_beir_is_read_as_written(tmp_path: Path, place: str) -> None:
    folder = beir(tmp_path, qrels=None)
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_text(QRELS, encoding="utf-8")
    # The second query has no judgments: in BEIR it belongs to another split.
    assert read_queries(folder) == (Query("q:1", "Hva er det?", "nn", "", {"d0#0": 2, "d1.en#0": 0}),)
    documents = read_corpus(folder / "corpus.jsonl")
    assert [(item.id, item.title, item.text, item.language) for item in documents] == [
        ("d0#0", "Tittel", "Tekst", ""),
        ("d1.en#0", "", "Some text", "en"),
    ]


def item(**changes: str) -> str:
    """A YAML file of one query, each key on a line of its own, in this order: id, text, type, judgments."""
    values = {"id": "q1", "text": "Hva?", "type": "problem", "judgments": "{a: 1}", **changes}
    return "- " + "\n  ".join(f"{key}: {value}" for key, value in values.items() if value) + "\n"


BAD_YAML = {
    "": (0, "empty"),
    " \n": (0, "empty"),
    "# only a comment\n": (1, "not a list of queries"),
    "id: q1\ntext: Hva?\n": (1, "not a list of queries"),
    "- q1\n": (1, "not a query"),
    "- id: [\n": (2, "not valid YAML"),
    "\t- id: q1\n": (1, "tab"),
    item(id=""): (1, "id is missing"),
    item(text=""): (1, "text is missing"),
    item(text="[a, b]"): (2, "text is not a text"),
    item(id='"q\\e[2J"'): (1, "id holds signs that cannot be shown"),
    item(type='"\\a"'): (3, "type holds signs that cannot be shown"),
    item(judgments=""): (1, "has no judgments"),
    item(judgments="a"): (4, "no `id: grade` lines"),
    item(judgments="{a: -1}"): (4, "grade of 'a' is '-1'"),
    item(judgments="\n    a: 1\n    b: high"): (6, "grade of 'b' is 'high'"),
    item(judgments="\n    a: 1.5"): (5, "grade of 'a' is '1.5'"),
    item(judgments="{a: 101}"): (4, "grade of 'a' is '101'"),
    item(judgments="{a: 1, a: 2}"): (4, "`a` stands twice"),
    item(type="none"): (4, "of type none and has judgments"),
    "---\n" + item(id=""): (2, "id is missing"),
    item() + item(): (5, "query q1 stands on line 1"),
    item() + "  text: Hva?\n": (5, "`text` stands twice"),
}


@pytest.mark.parametrize("text", BAD_YAML)
def test_a_fault_in_yaml_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "queries.yaml"
    path.write_text(text, encoding="utf-8")
    expect(lambda: read_queries(path), path, *BAD_YAML[text])


Q, D = '{"_id": "q:1", "text": "Hva?"}', '{"_id": "d", "title": "T", "text": "t"}'
HEADER = "query-id\tcorpus-id\tscore\n"
BAD_BEIR: list[tuple[str, str | None, int, str]] = [
    ("queries", None, 0, "No such file"),
    ("queries", "", 0, "empty"),
    ("queries", f"{Q}\n\nno JSON\n", 3, "not JSON"),
    ("queries", f"{Q}\n[1]\n", 2, "not a JSON object"),
    ("queries", '{"_id": "q:1"}', 1, "text is missing"),
    ("queries", '{"_id": "q:1", "text": " "}', 1, "text is empty"),
    ("queries", '{"_id": 1, "text": "Hva?"}', 1, "_id is not a text"),
    ("queries", '{"_id": "q\\u001b", "text": "Hva?"}', 1, "signs that cannot be shown"),
    ("queries", '{"_id": "q:1", "text": "Hva?", "lang": 1}', 1, "lang is not a text"),
    ("queries", f"{Q}\n{Q}\n", 2, "earlier line"),
    ("qrels", None, 0, "No such file"),
    ("qrels", "", 0, "empty"),
    ("qrels", "q:1\td\t1\n", 1, "header is missing"),
    ("qrels", HEADER, 1, "no judgments under the header"),
    ("qrels", f"{HEADER}q:1\td\n", 2, "2 columns, not 3"),
    ("qrels", f"{HEADER}q:1\td\t1\nq:1\td2\tx\n", 3, "grade is 'x'"),
    ("qrels", f"{HEADER}q:1\td\t-1\n", 2, "grade is '-1'"),
    ("qrels", f"{HEADER}q:1\td\t1\nq:1\td\t1\n", 3, "judged twice"),
    ("qrels", f"{HEADER}q:9\td\t1\n", 2, "no query 'q:9'"),
    ("corpus", None, 0, "No such file"),
    ("corpus", "", 0, "empty"),
    ("corpus", f"{D}\n{D}\n", 2, "earlier line"),
    ("corpus", '{"title": "T"}\n', 1, "_id is missing"),
    ("corpus", '{"_id": "d", "title": ["T"]}\n', 1, "title or text is not a text"),
]


@pytest.mark.parametrize(("key", "text", "line", "said"), BAD_BEIR)
def test_a_fault_in_beir_is_told_with_its_line(
    tmp_path: Path, key: str, text: str | None, line: int, said: str
) -> None:
    folder = beir(tmp_path, **{key: text})
    name = {"corpus": "corpus.jsonl", "queries": "queries.jsonl", "qrels": "qrels.tsv"}[key]
    read: Callable[[], Any] = lambda: (read_queries(folder), read_corpus(folder / "corpus.jsonl"))  # noqa: E731
    expect(read, folder / name, line, said)


def test_other_text_than_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "queries.yaml"
    path.write_bytes("- id: q1\n  text: få\n".encode("latin-1"))
    expect(lambda: read_queries(path), path, 2, "not UTF-8")


def expect(read: Callable[[], Any], path: Path, line: int, said: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read()
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert (caught.value.path, caught.value.line) == (path, line)
    assert caught.value.hint.endswith((".", ".jsonl")), caught.value.hint
    assert "\x1b" not in str(caught.value)


RUNS = st.dictionaries(
    st.text(min_size=1).filter(str.strip),
    st.dictionaries(st.text(min_size=1), st.integers(-3, 3).map(float)),
    min_size=1,
)


@given(RUNS, st.none() | st.integers(0, 9).map(float))
def test_a_run_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, found: Mapping[str, Mapping[str, float]], evidence: float | None
) -> None:
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    run = {name: Ranked(tuple(hits.items()), evidence) for name, hits in found.items()}
    write_run(path, run)
    assert read_run(path) == run


def test_a_run_has_the_form_of_a_batch(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.jsonl"
    write_run(path, {"æ": Ranked((("a", 1.23456789), ("b", 1.0)), 0.5), "q": Ranked(())})
    first, second = path.read_text(encoding="utf-8").splitlines()
    assert first == '{"query_id": "æ", "hits": ["a", "b"], "scores": [1.234568, 1.0], "evidence": 0.5}'
    assert json.loads(second) == {"query_id": "q", "hits": [], "scores": []}


SCORES = st.lists(st.integers(0, 3), min_size=1, max_size=20)


@given(SCORES, st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_the_order_of_the_file_decides_between_equal_scores(
    tmp_path_factory: pytest.TempPathFactory, scores: list[int], grades: list[int]
) -> None:
    path = tmp_path_factory.mktemp("trec") / "run.trec"
    path.write_text("".join(f"q Q0 d{n} 0 {score} x\n" for n, score in enumerate(scores)), encoding="utf-8")
    ids = read_run(path)["q"].ids
    assert list(ids) == [f"d{n}" for n in sorted(range(len(scores)), key=lambda n: (-scores[n], n))]
    judgments = {f"d{n}": grade for n, grade in enumerate([*grades[:19], 1])}
    # To trec_eval equal scores are in reverse order of id, so the file's order is made one of scores.
    run = {"q": {key: float(-rank) for rank, key in enumerate(ids)}}
    expected = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], {"q": judgments}, run)
    assert ndcg(ids, judgments, gain=linear) == pytest.approx(expected[ir_measures.nDCG @ 10])


GOOD = '{"query_id": "q", "hits": ["a"], "scores": [1]}\n'
BAD_RUNS = {
    "": (0, "empty"),
    f"{GOOD}x\n": (2, "not JSON"),
    f"{GOOD}{GOOD}": (2, "earlier line"),
    '{"hits": [], "scores": []}': (1, "query_id is missing"),
    '{"query_id": "q", "hits": "a", "scores": [1]}': (1, "hits is not a list"),
    '{"query_id": "q", "hits": ["a", "a"], "scores": [1, 1]}': (1, "twice"),
    '{"query_id": "q", "hits": ["a"], "scores": []}': (1, "scores is not"),
    '{"query_id": "q", "hits": ["a"], "scores": ["1"]}': (1, "scores is not"),
    '{"query_id": "q", "hits": ["a"], "scores": [NaN]}': (1, "scores is not"),
    '{"query_id": "q", "hits": ["a"], "scores": [1' + 400 * "0" + "]}": (1, "scores is not"),
    '{"query_id": "q", "hits": ["a"]}': (1, "scores is not"),
    '{"query_id": "q", "hits": [], "scores": [], "evidence": "much"}': (1, "evidence is not"),
    "q Q0 a 1 2.0 x\nq Q0 b 2 1.0\n": (2, "5 columns, not 6"),
    "q Q0 a 1 high x\n": (1, "score is 'high'"),
    "q Q0 a 1 inf x\n": (1, "score is 'inf'"),
    "q Q0 a 1 2.0 x\n\nq Q0 a 2 1.0 x\n": (3, "twice"),
}


@pytest.mark.parametrize("text", BAD_RUNS)
def test_a_fault_in_a_run_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run"
    path.write_text(text, encoding="utf-8")
    expect(lambda: read_run(path), path, *BAD_RUNS[text])
