"""Where nothing has changed `kb index` says so from a note, and whatever changes makes it look properly."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.config import Config
from kb.index.generations import writing
from kb.index.idle import answer
from kb.index.layout import IndexLayout

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds."""
Small = Callable[..., Config]


def run(root: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kb", "index", "--root", str(root)]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def told(root: Path) -> str:
    return answer(["index", "--root", str(root)])


@pytest.fixture
def settled(small: Small) -> Path:
    """A repository that is indexed, and was looked at once more when its files had settled."""
    root = small().root
    (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    until = time.monotonic() + PATIENCE
    while not told(root):
        assert time.monotonic() < until
        run(root)
    return root


def test_it_says_what_looking_says(settled: Path) -> None:
    noted = run(settled)
    assert noted == told(settled)
    assert "Nothing has changed: " in noted
    (settled / "index" / "unchanged.json").unlink()
    assert run(settled) == noted


def test_whatever_changes_is_looked_at(settled: Path) -> None:
    practices = settled / "practices"
    page = next(practices.rglob("*.md"))
    text, moved = page.read_text(encoding="utf-8"), page.with_name("flyttet.md")

    def generation() -> Path:
        layout = IndexLayout(settled / "index")
        return layout.generation(layout.current.read_text(encoding="utf-8").strip()).folder

    def touch_vocabulary() -> None:
        os.utime(practices / "vocabulary.yaml", ns=(1, 1))

    changes: dict[str, Callable[[], object]] = {
        "a word": lambda: page.write_text(text.replace("e", "E", 1), encoding="utf-8"),
        "a name": lambda: page.rename(moved),
        "one more": lambda: (practices / "ny.md").write_text(text, encoding="utf-8"),
        "one less": moved.unlink,
        "the vocabulary": touch_vocabulary,
        "a setting": lambda: (settled / "kb.toml").write_text("[encoder]\nmodel = 'none' \n", encoding="utf-8"),
        "the index": lambda: (generation() / "store.sqlite").write_bytes(b"cut short"),
        "the pointer": lambda: os.utime(settled / "index" / "CURRENT", ns=(1, 1)),
    }
    for what, change in changes.items():
        assert told(settled), what
        change()
        assert not told(settled), what
        until = time.monotonic() + PATIENCE
        while not told(settled):
            assert time.monotonic() < until, what
            run(settled)


def test_a_file_that_was_written_to_just_now_is_not_noted(settled: Path) -> None:
    page = next((settled / "practices").rglob("*.md"))
    page.write_text(page.read_text(encoding="utf-8") + "\nMer.\n", encoding="utf-8")
    assert "1 changed" in run(settled)
    assert not told(settled)


def test_another_writer_and_other_options_are_left_to_who_looks(settled: Path) -> None:
    assert answer(["index", "--root", str(settled), "--rebuild"]) == ""
    assert answer(["check", "--root", str(settled)]) == ""
    with writing(IndexLayout(settled / "index")):
        assert told(settled) == ""
    assert told(settled)


def test_a_damaged_note_is_no_answer(settled: Path) -> None:
    for text in ("", "{", "[]", "{}", '{"told": "x", "seen": 3}', '{"told": "x", "seen": {}, "environment": []}'):
        (settled / "index" / "unchanged.json").write_text(text, encoding="utf-8")
        assert told(settled) == ""
