"""`kb log` and what `kb search` keeps: nothing unless asked, and nothing that cannot be deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import kb, repository, together

from kb.config import load_config
from kb.evaluate import read_queries
from kb.usage import record_opened


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read it only: the log is turned on and nothing has been asked."""
    return keeping(repository(tmp_path_factory.mktemp("cli-log")))


def keeping(root: Path) -> Path:
    with (root / "kb.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[log]\nqueries = true\n")
    return root


def kept(root: Path) -> list[dict[str, Any]]:
    path = root / "index" / "queries.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def said(answer: Any) -> str:
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    return str(answer.stdout)


def test_nothing_is_kept_until_it_is_turned_on(tmp_path: Path) -> None:
    root = repository(tmp_path)
    said(kb("search", "bygdemødre i Grong", cwd=root))
    assert not [path for path in (root / "index").iterdir() if path.name.startswith("queries")]
    shown = said(kb("log", cwd=root))
    assert "Logging      off" in shown
    assert "queries = true under [log] in kb.toml" in shown
    assert f"File         {root / 'index' / 'queries.jsonl'}" in shown
    assert "Questions    none" in shown


def test_questions_are_kept_counted_and_deleted(tmp_path: Path) -> None:
    root = keeping(repository(tmp_path))
    for arguments in (
        ("search", "bygdemødre i Grong, ring 41 23 45 67"),
        ("search", "arbetstid", "--json"),
        ("search", "arbetstid"),
        ("search", "bygdemødre", "--country", "is", "--status", "idea"),
    ):
        assert kb(*arguments, cwd=root).returncode in {0, 1}
    assert [line["query"] for line in kept(root)] == [
        "bygdemødre i Grong, ring …",
        "arbetstid",
        "arbetstid",
        "bygdemødre",
    ]
    assert kept(root)[0]["shown"][0] == "grong-bygdemodre"
    assert kept(root)[3]["shown"] == []
    day = kept(root)[0]["at"]
    shown = said(kb("log", cwd=root))
    assert "Logging      on" in shown
    assert f"3 different, 4 in all; practices opened: 0; {day} to " in shown
    assert f"Deleted {root / 'index' / 'queries.jsonl'}." in said(kb("log", "--delete", cwd=root))
    assert kept(root) == []
    assert "There was nothing to delete" in said(kb("log", "--delete", cwd=root))


def test_browsing_further_pages_batches_and_shows_are_no_questions(indexed: Path) -> None:
    commands = (
        ("search",),
        ("search", "--country", "no"),
        ("search", "arbetstid", "--offset", "1", "--limit", "1"),
        ("show", "grong-bygdemodre"),
        ("similar", "grong-bygdemodre"),
    )
    for answer in together(commands, cwd=indexed):
        said(answer)
    said(kb("search", "--batch", "-", cwd=indexed, given='{"id": "1", "text": "arbetstid"}\n'))
    assert kept(indexed) == []


def test_a_log_that_cannot_be_written_does_not_break_a_search(tmp_path: Path) -> None:
    root = keeping(repository(tmp_path))
    (root / "index" / "queries.jsonl").symlink_to("/dev/full")
    answer = kb("search", "bygdemødre i Grong", cwd=root)
    assert answer.returncode == 0
    assert "grong-bygdemodre" in answer.stdout
    assert answer.stderr.count("\n") == 1
    assert "No space left on device" in answer.stderr


def test_another_folder_of_practices_has_a_log_of_its_own(tmp_path: Path) -> None:
    root = keeping(repository(tmp_path, indexed=False))
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "vaffel.md").write_text("# Vaffel\n\nVi steker vaffel.\n", encoding="utf-8")
    assert kb("index", "--practices", "notes", cwd=root).returncode == 0
    said(kb("search", "vaffel på mandag", "--practices", "notes", cwd=root))
    assert kept(root) == []
    assert "1 different, 1 in all" in said(kb("log", "--practices", "notes", cwd=root))


def test_the_log_needs_no_index(tmp_path: Path) -> None:
    (tmp_path / "practices").mkdir()
    assert "Questions    none" in said(kb("log", "--root", str(tmp_path), cwd=tmp_path))
    assert "nothing to delete" in said(kb("log", "--delete", "--root", str(tmp_path), cwd=tmp_path))
    assert not (tmp_path / "index").exists()


def test_judged_queries_are_proposed_reviewed_and_measured(tmp_path: Path) -> None:
    root = keeping(repository(tmp_path))
    assert "nothing to propose yet" in said(kb("eval", "--from-log", cwd=root))
    for _ in range(2):
        said(kb("search", "Hvem har prøvd bydelsmødre: og hvordan?", cwd=root))
    record_opened(load_config(root), "Hvem har prøvd bydelsmødre: og hvordan?", "oslo-alna-bydelsmodre")
    said(kb("search", "sekstimmarsdag", cwd=root))
    said(kb("search", "sekstimmarsdag", cwd=root))
    proposed = said(kb("eval", "--from-log", cwd=root))
    assert "A person must review" in proposed
    assert "nothing opened:\n# - id: log-" in proposed
    (root / "judged.yaml").write_text(proposed, encoding="utf-8")
    (query,) = read_queries(root / "judged.yaml")
    assert (query.text, query.language) == ("Hvem har prøvd bydelsmødre: og hvordan?", "nb")
    assert query.judgments == {"oslo-alna-bydelsmodre": 2}
    assert kb("eval", "judged.yaml", cwd=root).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "QUERIES is missing."),
        (("--from-log", "judged.yaml"), "--from-log only proposes queries."),
        (("--from-log", "--json"), "--from-log only proposes queries."),
    ],
)
def test_an_evaluation_of_nothing_is_told(indexed: Path, arguments: tuple[str, ...], message: str) -> None:
    answer = kb("eval", *arguments, cwd=indexed)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert message in answer.stderr
    assert "--from-log" in answer.stderr
    assert "Traceback" not in answer.stderr
