"""`kill -9` at any moment leaves the old generation or the new one, whole, and no obstacle.

A dozen moments; `make trust PART=indexing` tries two hundred, on two thousand practices.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from index_helpers import copies, generations_in, ids

import kb
from kb.config import Config
from kb.index.build import build
from trust.killing import Killer, Order, killer, spread
from trust.parts.indexing.base import Answers, Changing, answers, left_behind, plant

STEPS, TIMES, FIRST = 7, 3, 3


def indexing(config: Config) -> Order:
    return Order(("index", "--root", str(config.root)), within=str(config.index))


def survive(changing: Changing, reader: kb.KnowledgeBase, kill: Killer, order: Order, both: list[Answers]) -> bool:
    """One round: change, build until killed, look, build to the end, look again; whether it died at its work."""
    changing.change()
    old, new = (both[0], both[1]) if changing.turn % 2 == 0 else (both[1], both[0])
    ended = kill.order(order)
    assert answers(kb.KnowledgeBase(changing.config)) in {old, new}
    build(changing.config)
    assert answers(reader) == new
    assert len(generations_in(changing.config)) <= 3  # the last two, and one that the reader had open
    return ended.killed


def test_killed_at_any_step_and_any_time(tmp_path: Path) -> None:
    changing = Changing(plant(tmp_path, 40))
    order, both = indexing(changing.config), []
    with killer() as kill:
        for _ in range(2):
            changing.change()
            touches = kill.touches(order)
            both.append(answers(kb.KnowledgeBase(changing.config)))
        assert touches > 20
        reader = kb.KnowledgeBase(changing.config)
        for step in spread(touches, STEPS):
            assert survive(changing, reader, kill, replace(order, moment="touch", number=step), both), step
        for time in range(1, TIMES + 1):
            survive(changing, reader, kill, replace(order, moment="after", number=0.03 * time), both)
    del reader
    build(changing.config, rebuild=True)
    assert not left_behind(changing.config)


def test_killed_before_the_first_generation(tmp_path: Path) -> None:
    config = plant(tmp_path, 3)
    order = indexing(config)
    with killer() as kill:
        touches = kill.touches(order)
        whole = answers(kb.KnowledgeBase(config))
        for step in spread(touches, FIRST):
            shutil.rmtree(config.index)
            assert kill.order(replace(order, moment="touch", number=step)).killed
            assert build(config).practices == 3
            assert answers(kb.KnowledgeBase(config)) == whole
            assert not left_behind(config)


def test_command_killed_at_each_line_it_says(tmp_path: Path) -> None:
    config = copies(tmp_path, 30)
    for line in ("Reading practices", "Writing the index"):
        with subprocess.Popen(
            [sys.executable, "-m", "kb", "index", "--root", str(tmp_path), "--model", "none"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            encoding="utf-8",
        ) as command:
            assert command.stderr is not None
            assert any(line in said for said in command.stderr)
            command.send_signal(signal.SIGKILL)
        assert command.returncode == -signal.SIGKILL
    assert build(config).added == 30
    assert len(ids(kb.KnowledgeBase(config))) == 30


@pytest.mark.model
def test_killed_while_embedding_goes_on_where_it_stopped(tmp_path: Path) -> None:
    plain = copies(tmp_path, 4)
    total = build(plain).passages
    old = answers(kb.KnowledgeBase(plain))
    config = replace(plain, model="packaged")
    assert total > 64
    with killer() as kill:
        for number in (10, total // 2):
            # Each batch is kept when it is done: the second run has fewer to embed.
            order = Order(("index",), moment="embedded", number=number, folder=str(tmp_path))
            assert kill.order(order).killed
            assert answers(kb.KnowledgeBase(plain)) == old
    report = build(config)
    assert 0 < report.embedded < total
    assert kb.KnowledgeBase(config).search("sykefravær").mode == "hybrid"
    assert len(ids(kb.KnowledgeBase(config))) == 4
