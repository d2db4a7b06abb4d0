"""Two indexers at once, and an indexer with forty readers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import kb
from kb.config import Config
from kb.files import write_whole
from kb.index.build import build
from trust.parts.indexing.base import left_behind, plant, practice
from trust.rows import Row, Tally

PRACTICES, READERS, BUILDS, PAIRS = 60, 40, 12, 10
SECONDS = 120.0
VERSION = re.compile(r"versjon (\d+)$")


def trial(folder: Path) -> Iterator[Row]:
    """Many at once."""
    yield _two(plant(folder / "two", PRACTICES))
    yield _readers(plant(folder / "readers", PRACTICES))


def _two(config: Config) -> Row:
    """One of the two writes; the other is told who does, or finds that nothing is left to do."""
    tally, refused = Tally("Two kb index at once after a change"), 0
    command = [sys.executable, "-m", "kb", "index", "--root", str(config.root)]
    for number in range(PAIRS):
        with tally.once(f"pair {number}", SECONDS):
            _all(config, number)
            both = [subprocess.Popen(command, stdout=-3, stderr=subprocess.PIPE, encoding="utf-8") for _ in range(2)]
            said = [process.communicate()[1] for process in both]
            codes = sorted(process.returncode for process in both)
            refused += codes == [0, 2]
            if codes not in ([0, 0], [0, 2]) or (codes[1] and not any("writing the index now" in one for one in said)):
                tally.bad("wrong", f"pair {number}: ended with {codes}: {said}")
            if _versions(kb.KnowledgeBase(config)) != {number} or left_behind(config):
                tally.bad("lost", f"pair {number}: {_versions(kb.KnowledgeBase(config))}, {left_behind(config)}")
    return tally.row(f"{refused} times the second was told to wait")


def _readers(config: Config) -> Row:
    """Each build changes every practice: an answer with two versions in it would be torn."""
    tally = Tally(f"Answers of {READERS} processes that read while the index is made {BUILDS} times, every text new")
    _all(config, 0)
    build(config)
    go, told = config.root / "go", config.root / "told"
    told.mkdir()
    go.touch()
    children = [_reader(config, go, told / str(number)) for number in range(READERS)]
    for version in range(1, BUILDS + 1):
        _all(config, version)
        build(config)
    go.unlink()
    for child in children:
        if os.waitpid(child, 0)[1]:
            tally.bad("wrong", f"a reader died: {child}")
    generations = set()
    for path in told.iterdir():
        one = json.loads(path.read_text(encoding="utf-8"))
        tally.times += one["answers"]
        generations |= set(one["versions"])
        for fault in one["faults"]:
            tally.bad("wrong", fault)
    if left := left_behind(config):
        tally.bad("wrong", f"left behind: {left}")
    return tally.row(f"{len(generations)} generations were seen")


def _reader(config: Config, go: Path, told: Path) -> int:
    """A process that asks until it is told to stop: one base that is kept open, and a new one each time."""
    if pid := os.fork():
        return pid
    answers, versions, faults = 0, set(), []
    try:
        kept = kb.KnowledgeBase(config)
        while go.exists():
            for base in (kept, kb.KnowledgeBase(config)):
                found = _versions(base)
                answers += 1
                versions |= found
                if len(found) != 1:
                    faults.append(f"torn: versions {sorted(found)} in one answer")
    except BaseException as error:  # noqa: BLE001  whatever is raised is what is being looked for
        faults.append(f"{type(error).__name__}: {error}")
    finally:
        write_whole(told, json.dumps({"answers": answers, "versions": sorted(versions), "faults": faults[:5]}))
        os._exit(0)


def _versions(base: kb.KnowledgeBase) -> set[int]:
    """The versions of the practices in one answer that holds all of them."""
    hits = base.search("versjon", limit=PRACTICES * 2)
    return {int(found[1]) for hit in hits if (found := VERSION.search(hit.practice.title))}


def _all(config: Config, version: int) -> None:
    for number in range(PRACTICES):
        write_whole(config.practices / f"no/{number % 50:02}/praksis-{number:05}.md", practice(number, version))
