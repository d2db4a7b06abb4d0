"""kill -9 at any moment of full and incremental builds."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import kb
from kb.errors import NoIndex
from kb.index.build import build
from trust.killing import Killer, Order, killer
from trust.parts.indexing.base import Answers, Changing, answers, left_behind, plant
from trust.rows import Row, Tally

PRACTICES = 2000
FULL, INCREMENTAL, STEPS = 15, 125, 60
SEED = 1
SECONDS = 300.0


def trial(folder: Path) -> Iterator[Row]:
    """Kill, look, run to the end, look again; two hundred times."""
    config = plant(folder, PRACTICES)
    chance = random.Random(SEED)
    order = Order(("index", "--root", str(config.root)), within=str(config.index))
    with killer() as kill:
        yield _full(Changing(config), kill, order, chance)
        changing = Changing(config)
        both = _both(changing)
        start = time.perf_counter()
        touches = kill.touches(_changed(changing, order))
        took = time.perf_counter() - start
        moments = [replace(order, moment="after", number=chance.uniform(0, took)) for _ in range(INCREMENTAL)]
        name = f"kill -9 at a random moment of an incremental build, {PRACTICES} short practices"
        yield _killed(Tally(name), changing, both, kill, moments, took)
        steps = [replace(order, moment="touch", number=chance.randint(1, touches)) for _ in range(STEPS)]
        name = f"kill -9 before a random one of the {touches} times that such a build touches the index"
        yield _killed(Tally(name), changing, both, kill, steps, took)


def _full(changing: Changing, kill: Killer, order: Order, chance: random.Random) -> Row:
    """Kill the first build of all: there is no index yet, or a whole one; the next run makes it."""
    config = changing.config
    start = time.perf_counter()
    kill.order(order)
    took, whole = time.perf_counter() - start, answers(kb.KnowledgeBase(config))
    tally, killed = Tally(f"kill -9 at a random moment of the first build, {PRACTICES} short practices"), 0
    for number in range(FULL):
        shutil.rmtree(config.index)
        with tally.once(f"kill {number}", SECONDS):
            killed += kill.order(replace(order, moment="after", number=chance.uniform(0, took))).killed
            try:
                if answers(kb.KnowledgeBase(config)) != whole:
                    tally.bad("wrong", f"kill {number}: an answer of no whole generation")
            except NoIndex:
                pass
            if kill.order(order).code or answers(kb.KnowledgeBase(config)) != whole:
                tally.bad("lost", f"kill {number}: the next run did not bring everything back")
    if build(config).practices != PRACTICES or left_behind(config):
        tally.bad("wrong", f"left behind: {left_behind(config)}")
    return tally.row(f"{killed} died at their work, of {took:.1f} s each")


def _changed(changing: Changing, order: Order) -> Order:
    changing.change()
    return order


def _both(changing: Changing) -> tuple[Answers, Answers]:
    """What the two states look like when they are indexed."""
    found = []
    for _ in range(2):
        changing.change()
        build(changing.config)
        found.append(answers(kb.KnowledgeBase(changing.config)))
    return found[0], found[1]


def _killed(
    tally: Tally, changing: Changing, both: tuple[Answers, Answers], kill: Killer, moments: list[Order], took: float
) -> Row:
    """Each time: the old state answers or the new one, the next run succeeds, and nothing is left behind."""
    config, killed = changing.config, 0
    build(config)
    for number, order in enumerate(moments):
        changing.change()
        old, new = both if changing.turn % 2 == 0 else (both[1], both[0])
        with tally.once(f"kill {number}", SECONDS):
            killed += kill.order(order).killed
            if answers(kb.KnowledgeBase(config)) not in {old, new}:
                tally.bad("wrong", f"kill {number}: an answer of no whole generation")
            after = kill.order(replace(order, moment="never"))
            if after.code:
                tally.bad("wrong", f"kill {number}: the next run failed: {after.said}")
            if answers(kb.KnowledgeBase(config)) != new:
                tally.bad("lost", f"kill {number}: the next run did not bring everything in")
            if left := left_behind(config):
                tally.bad("wrong", f"kill {number}: left behind: {left}")
    return tally.row(f"{killed} died at their work, of {took:.1f} s each")
