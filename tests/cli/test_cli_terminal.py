"""`kb` in a pipe, in an odd locale, and read by something that leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import KB, environment, kb, repository

ODD = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-terminal"))


@pytest.mark.parametrize(
    "arguments",
    [("search", "bygdemødre i Grong"), ("similar", "oslo-alna-bydelsmodre")],
)
def test_odd_locale_prints_the_letters(root: Path, arguments: tuple[str, ...]) -> None:
    usual = kb(*arguments, cwd=root)
    odd = kb(*arguments, cwd=root, **ODD)
    assert (odd.returncode, odd.stderr) == (0, "")
    assert odd.stdout == usual.stdout
    assert "ø" in odd.stdout


def test_odd_locale_reads_the_letters(root: Path) -> None:
    odd = json.loads(kb("search", "bygdemødre", "--json", cwd=root, **ODD).stdout)
    assert odd["query"] == "bygdemødre"
    assert odd["hits"][0]["id"] == "grong-bygdemodre"
    assert json.loads(kb("search", "--place", "Göteborg", "--json", cwd=root, **ODD).stdout)["total"] == 1
    line = '{"id": "å", "text": "bygdemødre"}\n'
    answer = kb("search", "--batch", "-", cwd=root, given=line, **ODD)
    assert json.loads(answer.stdout)["query_id"] == "å"
    assert json.loads(answer.stdout)["hits"][0] == "grong-bygdemodre"


def test_odd_locale_indexes_and_tells_errors(tmp_path: Path) -> None:
    root = repository(tmp_path, indexed=False)
    (root / "practices" / "ærlig.md").write_text("# Ærlig talt om blåbær\n", encoding="utf-8")
    answer = kb("index", cwd=root, **ODD)
    assert (answer.returncode, "6 practices" in answer.stdout) == (0, True)
    assert kb("search", "blåbær", cwd=root, **ODD).returncode == 0
    error = kb("show", "blåbær", cwd=root, **ODD)
    assert error.returncode == 1
    assert "Traceback" not in error.stderr


def test_output_in_a_pipe_has_no_colours(root: Path) -> None:
    assert "\x1b" not in kb("search", "bygdemødre", cwd=root).stdout


@pytest.mark.parametrize(
    "arguments",
    [("show", "grong-bygdemodre"), ("search", "--json"), ("--help",)],
)
def test_reader_that_leaves_is_no_error(root: Path, arguments: tuple[str, ...]) -> None:
    reader = subprocess.Popen([sys.executable, "-c", "pass"], stdin=subprocess.PIPE)
    assert reader.stdin is not None
    reader.wait()
    # Nobody reads the other end any more, as after `| head -1`.
    command = subprocess.run(
        [*KB, *arguments],
        cwd=root,
        stdout=reader.stdin,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
        timeout=60,
        check=False,
    )
    reader.stdin.close()
    assert command.stderr == ""
    assert command.returncode in {0, 1}


def test_first_line_of_much_is_silent(root: Path) -> None:
    with subprocess.Popen(
        [*KB, "search", "--batch", "-", "--limit", "5"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
    ) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdin.write("".join(f'{{"id": "{row}", "text": "kommune"}}\n' for row in range(2000)))
        command.stdin.close()
        assert json.loads(command.stdout.readline())["query_id"] == "0"
        command.stdout.close()
        assert command.stderr.read() == ""
    assert command.returncode in {0, 1}
