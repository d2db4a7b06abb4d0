"""Awkward questions in a terminal, in a batch and at the API; tests/search asks them in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.config import NO_MODEL
from trust.parts import queries
from trust.rows import Row

FEW = ("nothing", "half a character", "a terminal's signs", "a hundred thousand quotes", "a command")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("questions") / "words"
    queries.base_of(folder, NO_MODEL)
    return folder


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of them: `make trust` asks them all."""
    monkeypatch.setattr(queries, "AWKWARD", {what: queries.AWKWARD[what] for what in FEW})


@pytest.mark.parametrize("way", [queries.in_a_batch, queries.in_a_terminal, queries.at_the_api])
def test_an_awkward_question_gets_an_answer_or_a_sentence(root: Path, way: object) -> None:
    assert callable(way)
    row = way(root)
    assert isinstance(row, Row)
    assert row.sound, row.examples
    assert row.times >= len(FEW)
