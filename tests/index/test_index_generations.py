"""One writer, many readers: each reader has one whole generation for as long as it wants."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from index_helpers import generations_in, ids, write_practice

import kb
from kb.config import Config
from kb.errors import IndexBusy, NoIndex
from kb.index import generations
from kb.index.build import build
from kb.index.layout import IndexLayout
from kb.index.reader import FolderGeneration
from kb.search.question import Question
from kb.search.run import search

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")
Small = Callable[..., Config]

READER = """
import sys, kb
base = kb.open(sys.argv[1])
print(base.generation, flush=True)
for line in sys.stdin:
    print(*sorted(hit.practice.id for hit in base.search(limit=100)), flush=True)
"""
WRITER = """
import sys
from pathlib import Path
from kb.index.generations import writing
from kb.index.layout import IndexLayout
with writing(IndexLayout(Path(sys.argv[1]))):
    print("writing", flush=True)
    sys.stdin.read()
"""

OVERTAKEN = """
import fcntl, sys
from pathlib import Path
from kb.index import generations
from kb.index.layout import IndexLayout

index = IndexLayout(Path(sys.argv[1]))
index.generations.mkdir()
publications = [3, 1]

def publish(times):
    for _ in range(times):
        name, folder = generations.new_folder(index)
        generations.publish(index, name, folder)
        generations.clear_old(index)

def overtake(event, arguments):
    if event == "fcntl.flock" and arguments[1] & fcntl.LOCK_SH and publications:
        publish(publications.pop())

publish(publications.pop())
sys.addaudithook(overtake)
held = generations.hold(index)
print(held.name, held.layout.in_use.exists(), flush=True)
"""


@contextmanager
def process(code: str, argument: Path) -> Iterator[subprocess.Popen[str]]:
    """A Python process that has said its first line; ended with the block."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(argument)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def said(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def ask(child: subprocess.Popen[str]) -> str:
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()
    return said(child)


def publish(config: Config, number: int) -> str:
    """One more practice, one more generation."""
    write_practice(config.practices, f"ny-{number}.md", f"Ny {number}")
    return build(config).generation


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="no index yet") as caught:
        kb.open(tmp_path)
    assert "kb index" in caught.value.hint


def test_last_two_generations_are_kept(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    names = [publish(config, number) for number in range(4)]
    assert generations_in(config) == names[-2:]


def test_generation_is_kept_while_another_process_reads_it(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    with process(READER, config.root) as child:
        held = said(child)
        names = [publish(config, number) for number in range(4)]
        assert generations_in(config) == [held, *names[-2:]]
        # At its next call the reader sees the newest, and lets go of its own.
        assert ask(child).split() == ids(kb.KnowledgeBase(config))
        names.append(publish(config, 4))
        # The reader now holds the one before: nothing beyond the last two is left.
        assert generations_in(config) == names[-2:]


def test_killed_reader_leaves_no_generation_behind(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    with process(READER, config.root) as child:
        said(child)
        publish(config, 0)
        child.kill()
        child.wait()
    names = [publish(config, number) for number in (1, 2)]
    assert generations_in(config) == names


def test_reader_goes_on_with_its_whole_generation(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    old = FolderGeneration(IndexLayout(config.index))
    before = search(old, Question("bygdemødre"))
    for number in range(4):
        publish(config, number)
    (config.practices / f"{FEW[0]}.md").unlink()
    build(config)
    after = search(old, Question("bygdemødre"))
    assert [(hit.practice, hit.score, hit.passage) for hit in after] == [
        (hit.practice, hit.score, hit.passage) for hit in before
    ]
    assert old.store.ids == ("grong-bygdemodre", "oslo-alna-bydelsmodre")
    assert [hit.practice.id for hit in search(old, Question(""))] == [
        hit.practice.id for hit in search(old, Question())
    ]


def test_open_base_sees_the_new_generation_at_its_next_call(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    base = kb.KnowledgeBase(config)
    assert len(base.practices) == 2
    name = publish(config, 0)
    assert len(base.practices) == 3
    assert base.generation == name == base.status().generation
    assert base.get("ny-0").title == "Ny 0"


def test_second_writer_is_told_who_writes(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    with process(WRITER, config.index) as child:
        assert said(child) == "writing"
        with pytest.raises(IndexBusy, match=str(child.pid)) as caught:
            build(config)
        assert caught.value.hint
        # Readers are not disturbed.
        assert len(kb.KnowledgeBase(config).practices) == 2


def test_killed_writer_leaves_no_lock(small: Small) -> None:
    config = small(names=FEW)
    with process(WRITER, config.index) as child:
        assert said(child) == "writing"
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert build(config).practices == 2


def test_leftovers_of_a_killed_writer_are_cleared(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    _, folder = generations.new_folder(IndexLayout(config.index))
    folder.store.write_bytes(b"half")
    name = publish(config, 0)
    assert generations_in(config) == ["000001", name]


def test_generation_removed_between_opening_and_locking_is_not_held(tmp_path: Path) -> None:
    with process(OVERTAKEN, tmp_path) as child:
        assert said(child) == "000004 True"
