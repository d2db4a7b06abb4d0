"""What a practice holds never steers the terminal, and a half-saved vocabulary never stops a search."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.config import Config
from kb.index.build import build


def kb(config: Config, *arguments: str) -> str:
    command = [sys.executable, "-m", "kb", *arguments, "--root", str(config.root)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def config(small: Callable[..., Config]) -> Config:
    config = small()
    (config.root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    return config


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_signs_that_steer_a_terminal_are_shown_as_such(config: Config) -> None:
    practice = config.practices / "no" / "grong" / "grong-bygdemodre.md"
    change(practice, "## Utfordringen\n", "## Utfordringen\n\nBygdemødre \x1b]0;overtatt\x07 \x1b[2J her.\n")
    build(config)
    for arguments in (("search", "bygdemødre"), ("show", "grong-bygdemodre")):
        assert "\x1b" not in kb(config, *arguments)
        assert "overtatt" in kb(config, "show", "grong-bygdemodre")


def test_a_half_saved_vocabulary_does_not_stop_a_search(config: Config) -> None:
    build(config)
    (config.practices / "vocabulary.yaml").write_text("areas:\n  x: {nb: [", encoding="utf-8")
    assert "grong-bygdemodre" in kb(config, "search", "bygdemødre")
