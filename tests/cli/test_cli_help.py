"""Help that can be trusted: each command has examples, and the examples can be run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cli_helpers import COMMANDS, kb


def test_help_names_every_command(tmp_path: Path) -> None:
    answer = kb("--help", cwd=tmp_path)
    assert answer.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\s+\S", answer.stdout, re.MULTILINE), command


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    answer = kb(cwd=tmp_path)
    assert answer.returncode in {0, 2}
    assert "Usage" in answer.stdout + answer.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_examples_whose_options_exist(command: str, tmp_path: Path) -> None:
    answer = kb(command, "--help", cwd=tmp_path, COLUMNS="200")
    assert answer.returncode == 0
    examples = re.findall(r"^\s*Example: (.+)$", answer.stdout, re.MULTILINE)
    assert examples
    known = set(re.findall(r"(--[a-z][a-z-]*)", re.sub(r"^\s*Example: .+$", "", answer.stdout, flags=re.MULTILINE)))
    for example in examples:
        words = shlex.split(example)
        assert words[:2] == ["kb", command]
        assert {word for word in words if word.startswith("--")} <= known, example
