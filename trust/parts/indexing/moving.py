"""Practices that change while they are read, clocks that are wrong, and an index that is copied while it is built."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import kb
from kb.config import Config, load_config
from kb.errors import IndexFault, KbError
from kb.files import write_whole
from kb.index.build import build
from trust.parts.indexing.base import answers, left_behind, plant, practice
from trust.rows import Row, Tally, Untried

PRACTICES, TIMES = 150, 20
SECONDS = 60.0
DAY = 86_400 * 10**9


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Move what should stand still."""
    yield _changing(plant(folder / "changing", PRACTICES), _rewrite, "rewritten in halves")
    yield _changing(plant(folder / "vanishing", PRACTICES), _vanish, "taken away and put back")
    yield _times(plant(folder / "times", PRACTICES))
    yield _future(plant(folder / "future", PRACTICES))
    yield _copied(plant(folder / "copied", PRACTICES))
    yield Untried(
        "The machine's own clock set back", "it would disturb whatever else runs here; files from the future stand in"
    )


@contextmanager
def _going_on(work: Callable[[], None]) -> Iterator[None]:
    """Do something again and again beside the block."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _changing(config: Config, disturb: Callable[[Config, random.Random], None], how: str) -> Row:
    """However the files move while they are read: once they stand still, the index says what they say."""
    tally = Tally(f"kb index while practices are {how} all the time")
    chance = random.Random(3)
    for number in range(TIMES):
        with tally.once(f"time {number}", SECONDS):
            with _going_on(lambda: disturb(config, chance)):
                build(config)
                answers(kb.KnowledgeBase(config))
            build(config)
            _compare(config, tally, f"time {number}")
    return tally.row()


def _rewrite(config: Config, chance: random.Random) -> None:
    """Write a practice as a careless editor does: emptied, half of it, all of it."""
    number = chance.randrange(PRACTICES)
    path, text = _file(config, number), practice(number, chance.randrange(1000))
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text[: len(text) // 2])
        stream.flush()
        stream.write(text[len(text) // 2 :])


def _vanish(config: Config, chance: random.Random) -> None:
    path = _file(config, chance.randrange(PRACTICES))
    text = path.read_text(encoding="utf-8")
    path.unlink()
    write_whole(path, text)


def _times(config: Config) -> Row:
    """An edit that leaves a file as long and as old as it was, as a backup or a wrong clock does."""
    tally = Tally("An edit of the same length, with the file's old time put back")
    build(config)
    for number in range(TIMES):
        with tally.once(f"time {number}", SECONDS):
            path = _file(config, number)
            found = path.stat()
            text = path.read_text(encoding="utf-8").replace(f"gruppe {number}", f"Gruppe {number}")
            path.write_text(text, encoding="utf-8")
            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
            if build(config).changed != 1:
                tally.bad("lost", f"{path.name}: the edit was not seen")
    _compare(config, tally, "at the end")
    return tally.row()


def _future(config: Config) -> Row:
    """Where the clock was set back, files and the index itself come from tomorrow."""
    tally = Tally("Files, and the index itself, with times of tomorrow, as where the clock was set back by a day")
    build(config)
    tomorrow = time.time_ns() + DAY
    for path in (*config.practices.rglob("*.md"), *config.index.rglob("*")):
        os.utime(path, ns=(tomorrow, tomorrow))
    base = kb.KnowledgeBase(config)
    for number in range(TIMES):
        with tally.once(f"time {number}", SECONDS):
            path = _file(config, number)
            path.write_text(practice(number, 7), encoding="utf-8")
            os.utime(path, ns=(tomorrow, tomorrow))
            build(config)
            if base.get(path.stem).title != f"Faste team {number}, versjon 7":
                tally.bad("lost", f"{path.name}: the edit is not found by who had the index open")
    _compare(config, tally, "at the end")
    return tally.row()


def _copied(config: Config) -> Row:
    """A copy of the index that was made while it was written answers, or says what is wrong; and can be mended."""
    tally = Tally("The index folder copied while it is built, and the copy used and indexed again")
    build(config)
    answered = 0
    for number in range(TIMES):
        with tally.once(f"copy {number}", SECONDS):
            root = config.root.with_name(f"copy-{number}")
            thread = threading.Thread(target=_copy, args=(config, root, number))
            _file(config, number).write_text(practice(number, 1), encoding="utf-8")
            (config.practices / f"ny-{number}.md").write_text(practice(number + 1000), encoding="utf-8")
            thread.start()
            build(config)
            thread.join()
            copy = load_config(root)
            try:
                found = len(answers(kb.KnowledgeBase(copy))[0])
                answered += 1
                if found not in {PRACTICES + number, PRACTICES + number + 1}:
                    tally.bad("wrong", f"copy {number}: {found} practices, of no whole generation")
            except IndexFault as fault:
                if not fault.hint:
                    tally.bad("wrong", f"copy {number}: {fault}")
            build(copy)
            _compare(copy, tally, f"copy {number}")
            shutil.rmtree(root)
    return tally.row(f"{answered} copies answered at once")


def _copy(config: Config, root: Path, number: int) -> None:
    """As by cp -r: what vanishes meanwhile is left out."""
    root.mkdir()
    (root / "kb.toml").write_bytes((config.root / "kb.toml").read_bytes())
    (root / "practices").symlink_to(config.practices)
    time.sleep(number * 0.02)
    with suppress(shutil.Error):
        shutil.copytree(config.index, root / "index")


def _compare(config: Config, tally: Tally, named: str) -> None:
    """The index says what the practices say now, as one that is made anew does."""
    anew = config.root.with_name(f"{config.root.name}-anew")
    other = load_config(config.root, index=anew)
    build(other)
    try:
        if answers(kb.KnowledgeBase(config)) != answers(kb.KnowledgeBase(other)):
            tally.bad("lost", f"{named}: the index does not say what the practices say")
        if left := left_behind(config):
            tally.bad("wrong", f"{named}: left behind: {left}")
    except KbError as error:
        tally.bad("wrong", f"{named}: {error}")
    shutil.rmtree(anew)


def _file(config: Config, number: int) -> Path:
    return config.practices / f"no/{number % 50:02}/praksis-{number:05}.md"
