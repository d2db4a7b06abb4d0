"""A byte changed in each file of an index."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import kb
from kb.config import Config
from kb.errors import IndexFault
from kb.index import generations
from kb.index.build import build
from kb.index.layout import GenerationLayout, IndexLayout
from kb.index.whole import whole_manifest
from trust.killing import Killer, Order, killer
from trust.parts.indexing.base import answers, plant, practice
from trust.rows import Row, Tally

PRACTICES, TIMES = 12, 3
SECONDS = 60.0


def trial(folder: Path) -> Iterator[Row]:
    """Change a byte here and there, look who answers and who says so, and index again."""
    config = plant(folder, PRACTICES)
    config = _with_model(config)
    build(config)
    chance = random.Random(2)
    with killer() as kill:
        yield _each_file(config, kill, chance)
        yield _every_generation(config, chance)
    yield _unwritten(config, chance)


def _with_model(config: Config) -> Config:
    """The same with the packaged model, so that there are vectors to damage too."""
    (config.root / "kb.toml").write_text("", encoding="utf-8")
    return kb.load_config(config.root)


def _each_file(config: Config, kill: Killer, chance: random.Random) -> Row:
    tally = Tally("A byte changed in one file of the current generation, each file in turn, with its old times")
    index = IndexLayout(config.index)
    names = [*_current(index).parts(), "manifest.json"]
    slowest = 0.0
    for number in range(TIMES * len(names)):
        name = names[number % len(names)]
        before = _again(config, number)
        after = _again(config, number + 1)
        path = _current(index).folder / _now(index, name)
        with tally.once(name, SECONDS):
            _flip(path, chance)
            start = time.perf_counter()
            base = kb.KnowledgeBase(config)
            slowest = max(slowest, time.perf_counter() - start)
            if (base.generation, _noted(base)) != (before, number):
                tally.bad("wrong", f"{name}: the earlier generation does not answer")
            if "An earlier one answers" not in base.search("team").notice:
                tally.bad("wrong", f"{name}: a reader is not told")
            for command in ("status", "doctor"):
                if kill.order(Order((command, "--root", str(config.root)))).code != 1:
                    tally.bad("wrong", f"{name}: kb {command} does not end with 1")
            report = build(config)
            if not report.anew or report.generation == after:
                tally.bad("wrong", f"{name}: kb index does not say why it makes everything anew")
            if _noted(kb.KnowledgeBase(config)) != number + 1:
                tally.bad("lost", f"{name}: not everything came back")
    return tally.row(f"{len(names)} files; opening took at most {slowest * 1000:.0f} ms")


def _every_generation(config: Config, chance: random.Random) -> Row:
    """Where no generation is whole there is a sentence, and the next run makes one."""
    tally = Tally("A byte changed in every generation at once")
    index, before = IndexLayout(config.index), answers(kb.KnowledgeBase(config))
    for name in ("store.sqlite", "manifest.json", "text.faiss", "means.npz"):
        with tally.once(name, SECONDS):
            for generation in generations.names(index):
                _flip(index.generation(generation).folder / name, chance)
            try:
                kb.KnowledgeBase(config)
                tally.bad("wrong", f"{name}: it is answered from a damaged generation")
            except IndexFault as fault:
                if "kb index" not in fault.hint:
                    tally.bad("wrong", f"{name}: {fault} {fault.hint}")
            for number in range(2):
                _again(config, number)
            if answers(kb.KnowledgeBase(config)) != before:
                tally.bad("lost", f"{name}: not everything came back")
    return tally.row()


def _unwritten(config: Config, chance: random.Random) -> Row:
    """What a disk loses by itself is found by reading everything, as `kb doctor --thorough` does."""
    tally = Tally("A byte lost without a write (the times that it was seen with are made to fit), read thoroughly")
    index = IndexLayout(config.index)
    for name in list(_current(index).parts()):
        layout = _current(index)
        path, copy = layout.folder / name, config.root / "copy"
        with tally.once(name, SECONDS):
            shutil.copy2(path, copy)
            _flip(path, chance)
            layout.seen.write_text(_seen(layout), encoding="utf-8")
            try:
                whole_manifest(layout, thorough=True)
                tally.bad("wrong", f"{name}: not found")
            except IndexFault:
                pass
            shutil.copy2(copy, path)
    return tally.row()


def _seen(layout: GenerationLayout) -> str:
    parts = layout.parts().items()
    return json.dumps({name: [found.st_size, found.st_mtime_ns, found.st_ctime_ns] for name, found in parts})


def _current(index: IndexLayout) -> GenerationLayout:
    return index.generation(generations.current(index))


def _now(index: IndexLayout, name: str) -> str:
    """The part of that kind in the current generation: segments have names of their own each time."""
    if (_current(index).folder / name).exists():
        return name
    suffix = name.rpartition(".")[2]
    return next(part for part in _current(index).parts() if part.endswith(f".{suffix}"))


def _flip(path: Path, chance: random.Random) -> None:
    """Change one bit of one byte, and give the file back its times."""
    found = path.stat()
    with path.open("r+b") as stream:
        stream.seek(chance.randrange(found.st_size))
        byte = stream.read(1)[0]
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte ^ (1 << chance.randrange(8))]))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def _again(config: Config, number: int) -> str:
    """Note a number in a practice, where no text is embedded for it, and index that; gives the generation."""
    text = practice(0).replace("\nstatus:", f"\nevidence_note: Nummer {number}\nstatus:")
    (config.practices / "no/00/praksis-00000.md").write_text(text, encoding="utf-8")
    return build(config).generation


def _noted(base: kb.KnowledgeBase) -> int:
    """The number that is noted."""
    return int(base.get("praksis-00000").evidence_note.removeprefix("Nummer "))
