"""A command brings in only what it needs, so that it starts at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import environment, repository

HEAVY = (
    *("torch", "streamlit", "faiss", "openvino", "transformers", "tantivy", "tokenizers", "sentence_transformers"),
    "psycopg",
)

PROBE = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr))
from kb.cli import main
sys.argv[0] = "kb"
main()
"""


def imported(*arguments: str, cwd: Path) -> tuple[set[str], int]:
    """The top-level modules that a command had imported at its end, and its exit code."""
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=60,
        check=False,
    )
    return set(json.loads(answer.stderr.splitlines()[-1])), answer.returncode


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-imports"))


@pytest.mark.parametrize("arguments", [("--help",), ("check",), ("check", "--help"), ("search", "--help")])
def test_light_commands_import_nothing_heavy(root: Path, arguments: tuple[str, ...]) -> None:
    modules, code = imported(*arguments, cwd=root)
    assert code in {0, 1}
    assert "typer" in modules
    assert modules.isdisjoint(HEAVY)


def test_help_does_not_even_import_numpy(root: Path) -> None:
    modules, _ = imported("--help", cwd=root)
    assert modules.isdisjoint({"numpy", "rich", "watchfiles"})


def test_search_by_words_imports_no_model(root: Path) -> None:
    modules, code = imported("search", "bygdemødre", cwd=root)
    assert code == 0
    assert "tantivy" in modules
    assert modules.isdisjoint({"torch", "transformers", "openvino", "streamlit", "faiss", "psycopg"})


@pytest.mark.model
@pytest.mark.usefixtures("base")
def test_search_by_meaning_imports_no_torch(request: pytest.FixtureRequest) -> None:
    base = request.getfixturevalue("base")
    modules, code = imported("search", "høyt sykefravær", "--index", str(base.config.index), cwd=base.config.root)
    assert code == 0
    assert {"openvino", "faiss"} <= modules
    assert modules.isdisjoint({"torch", "transformers", "sentence_transformers", "streamlit", "psycopg"})


def test_the_index_as_it_is_mostly_asked_for_imports_nothing_that_reads_options(root: Path) -> None:
    plainly, code = imported("index", cwd=root)
    with_options, same = imported("index", "--jobs", "1", cwd=root)
    assert code == same == 0
    assert with_options - plainly >= {"pydantic"}
