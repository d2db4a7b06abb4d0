"""`kb eval` says how well judged queries are answered, keeps a run and compares with an earlier one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_helpers import kb, repository, together

from kb.config import Config
from kb.index.build import build

MISUSE = 2

QUERIES = """\
- id: q1
  text: bygdemødre i Grong
  language: nb
  type: known-item
  judgments:
    grong-bygdemodre: 3
    oslo-alna-bydelsmodre: 2
- id: q2
  text: sex timmars arbetsdag
  language: sv
  type: solution
  judgments:
    goteborg-svartedalen-sextimmarsdag: 3
    reykjavik-shorter-working-week: 2
    somewhere-else: 2
- id: q3
  text: zzz qqq
  language: en
  type: none
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = repository(tmp_path_factory.mktemp("cli-eval"))
    (root / "queries.yaml").write_text(QUERIES, encoding="utf-8")
    beir = root / "beir"
    beir.mkdir()
    (beir / "corpus.jsonl").write_text(
        '{"_id": "a#0", "title": "Snø", "text": "Brøyting av skoleveien."}\n'
        '{"_id": "b#0", "title": "Is", "text": "Skøyter på torget."}\n',
        encoding="utf-8",
    )
    (beir / "queries.jsonl").write_text('{"_id": "q", "text": "brøyting", "lang": "nb"}\n', encoding="utf-8")
    (beir / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta#0\t1\n", encoding="utf-8")
    return root


def test_figures_as_text(root: Path) -> None:
    answer = kb("eval", "queries.yaml", cwd=root)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("3 queries, 5 documents, model none\n")
    for text in ("nDCG@10 linear", "By language of the query", "By type of query", "Answers in other languages"):
        assert text in answer.stdout
    assert "Of 1 queries that nothing answers, 1 got no sure hits" in answer.stdout
    assert "Warning: 1 judged ids are not here and count as not found: somewhere-else\n" in answer.stderr
    assert "Only keyword search was measured" in answer.stderr


def test_a_run_is_kept_and_compared_with(root: Path, tmp_path: Path) -> None:
    run, trec = tmp_path / "run.jsonl", tmp_path / "run.trec"
    short = tmp_path / "short.jsonl"
    first, cut = together(
        [
            ("eval", "queries.yaml", "--run", str(run), "--json"),
            ("eval", "queries.yaml", "--run", str(short), "--limit", "10", "--json"),
        ],
        cwd=root,
    )
    assert first.returncode == 0, first.stderr
    assert json.loads(cut.stdout)["overall"] == json.loads(first.stdout)["overall"]
    kept = [json.loads(line) for line in short.read_text(encoding="utf-8").splitlines()]
    assert [line["query_id"] for line in kept] == ["q1", "q2", "q3"]
    assert [len(line["hits"]) for line in kept] == [5, 5, 5], "there are no more"
    assert kept[0]["hits"][0] == "grong-bygdemodre"
    asked = '{"id": "q1", "text": "bygdemødre i Grong"}\n'
    batch = kb("search", "--batch", "-", "--limit", "10", cwd=root, given=asked)
    assert {key: kept[0][key] for key in ("query_id", "hits", "scores")} == json.loads(batch.stdout)
    trec.write_text("q1 Q0 kiruna-sextimmarsdag-hemtjanst 1 1.0 old\n", encoding="utf-8")
    same, worse = together(
        [("eval", "queries.yaml", "--against", str(run), "--json"), ("eval", "queries.yaml", "--against", str(trec))],
        cwd=root,
    )
    data = json.loads(same.stdout)
    assert data["overall"] == json.loads(first.stdout)["overall"]
    assert (data["documents"], data["unknown"], data["depth"]) == (5, ["somewhere-else"], 100)
    assert (data["comparison"]["queries"], data["comparison"]["wins"]) == (2, 0)
    assert worse.returncode == 0
    said = " ".join(worse.stdout.split())
    assert "nDCG@10 +1.000 (95 % interval +1.000 to +1.000); better on 1, equal on 0 and worse on 0 of 1" in said
    assert "1 queries are in one of the two runs only" in said


def test_a_beir_folder_is_indexed_aside(root: Path, tmp_path: Path) -> None:
    before = (root / "index" / "CURRENT").stat()
    for _ in range(2):
        answer = kb("eval", "beir", "--keep", str(tmp_path / "kept"), "--json", cwd=root)
        assert answer.returncode == 0, answer.stderr
        data = json.loads(answer.stdout)
        assert (data["documents"], data["overall"]["nDCG@10"], data["types"]) == (2, 1.0, {})
    # The second time nothing is left to write.
    assert "Writing the index" not in answer.stderr
    assert (root / "index" / "CURRENT").stat() == before
    assert [path.name.rsplit("-", 1)[0] for path in (tmp_path / "kept").iterdir()] == ["beir"]


def test_misuse_is_2_and_says_what_to_do(root: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- id: q1\n  text: Hva?\n", encoding="utf-8")
    (tmp_path / "other.jsonl").write_text('{"query_id": "x", "hits": [], "scores": []}\n', encoding="utf-8")
    expected = {
        ("eval", str(tmp_path / "none.yaml")): "none.yaml: The file cannot be read: No such file",
        ("eval", str(tmp_path / "bad.yaml")): "bad.yaml:1: The query q1 has no judgments.",
        ("eval", str(tmp_path)): "queries.jsonl: The file cannot be read",
        ("eval", "queries.yaml", "--against", "queries.yaml"): "queries.yaml:1: There are 3 columns, not 6.",
        ("eval", "queries.yaml", "--against", str(tmp_path / "other.jsonl")): "no judged query in common",
        ("eval", "queries.yaml", "--keep", "kept"): "--keep is for a folder in BEIR's form.",
        ("eval", "beir", "--index", "index"): "Use --keep instead of --index.",
        ("eval",): "QUERIES",
    }
    for (arguments, said), answer in zip(expected.items(), together(expected, cwd=root), strict=True):
        assert (answer.returncode, answer.stdout) == (MISUSE, ""), arguments
        assert said in answer.stderr, answer.stderr
        assert "Traceback" not in answer.stderr


@pytest.mark.model
def test_what_was_measured_without_the_model_is_not_called_by_its_name(small: Callable[..., Config]) -> None:
    config = small(model="packaged", names=("no/grong/grong-bygdemodre",))
    build(config)
    (config.root / "queries.yaml").write_text(QUERIES, encoding="utf-8")
    for options, model in (((), "packaged"), (("--model", "none"), "none")):
        answer = kb("eval", "queries.yaml", "--json", *options, cwd=config.root)
        assert json.loads(answer.stdout)["model"] == model, answer.stderr
