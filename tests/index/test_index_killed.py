"""`kill -9` at any moment leaves the old generation or the new one, whole, and no obstacle."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from index_helpers import copies, generations_in, ids, write_practice

import kb
from kb.config import Config
from kb.index.build import build

CHILD = Path(__file__).with_name("kill_child.py")
QUESTION = "zalabimba og sykefravær"

State = tuple[list[str], list[tuple[str, float]]]


class Killer:
    """A process that builds the index of a repository and kills itself on order."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def order(self, text: str) -> str:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(text + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline().strip()
        assert answer in {"killed", "done"}, answer
        return answer


@contextmanager
def killer(config: Config) -> Iterator[Killer]:
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(config.root), config.model],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        yield Killer(child)
        assert child.stdin is not None
        child.stdin.close()


def state(base: kb.KnowledgeBase) -> State:
    """What is there and what a search gives, to the last digit."""
    return ids(base), [(hit.practice.id, hit.score) for hit in base.search(QUESTION, limit=1000)]


class Changing:
    """A repository that goes to and fro between two states, with what each looks like when indexed."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.base_is = self._indexed()
        self._other_way(0)
        self.other_is = self._indexed()
        self._turn = 1

    def turn(self) -> tuple[State, State]:
        """Change the folder; gives the state that is indexed and the one that should be next."""
        self._turn += 1
        self._other_way(self._turn % 2 == 0)
        pair = (self.other_is, self.base_is)
        return pair if self._turn % 2 == 0 else (pair[1], pair[0])

    def _other_way(self, back: float) -> None:
        extra = self.config.practices / "ekstra.md"
        changed = self.config.practices / "kopi-003.md"
        if back:
            extra.unlink()
            text = changed.read_text(encoding="utf-8").replace("\nZalabimba.\n", "")
        else:
            write_practice(self.config.practices, "ekstra.md", "Ekstra zalabimba")
            text = changed.read_text(encoding="utf-8") + "\nZalabimba.\n"
        changed.write_text(text, encoding="utf-8")

    def _indexed(self) -> State:
        build(self.config)
        return state(kb.KnowledgeBase(self.config))


def survive(changing: Changing, reader: kb.KnowledgeBase, order: str, kill: Killer) -> str:
    """One round: change, build until killed, look, build to the end, look again."""
    old, new = changing.turn()
    answer = kill.order(order)
    assert state(kb.KnowledgeBase(changing.config)) in (old, new)
    build(changing.config)
    assert state(reader) == new
    assert len(generations_in(changing.config)) <= 3  # the last two, and one that the reader had open
    return answer


def test_killed_at_each_step_on_disk(tmp_path: Path) -> None:
    changing = Changing(copies(tmp_path, 4))
    reader = kb.KnowledgeBase(changing.config)
    with killer(changing.config) as kill:
        moment = 1
        while survive(changing, reader, f"event {moment}", kill) == "killed":
            moment += 4
    assert moment > 50


def test_killed_at_any_time(tmp_path: Path) -> None:
    changing = Changing(copies(tmp_path, 60))
    reader = kb.KnowledgeBase(changing.config)
    with killer(changing.config) as kill:
        answers = [survive(changing, reader, f"delay {0.05 * step}", kill) for step in range(1, 6)]
    assert answers.count("killed") >= 2


def test_killed_before_the_first_generation(tmp_path: Path) -> None:
    config = copies(tmp_path, 3)
    with killer(config) as kill:
        for moment in range(1, 60, 9):
            if kill.order(f"event {moment}") == "done":
                break
    assert build(config).practices == 3
    assert len(ids(kb.KnowledgeBase(config))) == 3


def test_command_killed_at_each_line_it_says(tmp_path: Path) -> None:
    config = copies(tmp_path, 60)
    for line in ("Reading practices", "Writing the index"):
        with subprocess.Popen(
            [sys.executable, "-m", "kb", "index", "--root", str(tmp_path), "--model", "none"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as command:
            assert command.stderr is not None
            assert any(line in said for said in command.stderr)
            command.send_signal(signal.SIGKILL)
        assert command.returncode == -signal.SIGKILL
    assert build(config).added == 60
    assert len(ids(kb.KnowledgeBase(config))) == 60


@pytest.mark.model
def test_killed_while_embedding_goes_on_where_it_stopped(tmp_path: Path) -> None:
    plain = copies(tmp_path, 4)
    total = build(plain).passages
    old = state(kb.KnowledgeBase(plain))
    config = replace(plain, model="packaged")
    with killer(config) as kill:
        for told in (10, 20):
            assert kill.order(f"embed {told}") == "killed"
            assert state(kb.KnowledgeBase(plain)) == old
    report = build(config)
    # What was told as embedded is never embedded again.
    assert 0 < report.embedded <= total - 10 - 20
    assert kb.KnowledgeBase(config).search(QUESTION).mode == "hybrid"
    assert len(ids(kb.KnowledgeBase(config))) == 4
