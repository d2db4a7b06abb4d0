"""kill -9 of each command that writes practices."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.index.build import build
from trust.killing import Killer, Order, killer, spread
from trust.parts.indexing.base import plant
from trust.rows import Row, Tally

STEPS, RANDOM = 24, 10
SECONDS = 60.0
SEED = 4
UNTIDY = '---\nstatus: pilot\nTitle: "Faste team"\r\nlanguage: nb\nplace: no/oslo\n---\n\n## Utfordringen\n\nMye.\n'
FORM = "### Hva kaller dere det?\n\nVeiing\n\n### Hvor er dette?\n\nOslo\n\n### Hva strevde dere med?\n\nSvinn.\n"
NEW: tuple[str, ...] = ("new", "--place", "no/oslo", "--title", "Kjøkkenet veier", "--problem", "Mye mat ble kastet.")
NEW += (
    "--practice",
    "Kjøkkenet veier restene.",
    "--summary",
    "Vi kastet mye mat.",
    "--area",
    "oppvekst",
    "--status",
    "in-use",
)
NEW += ("--as-of", "2025-03", "--evidence", "experience", "--contact", "https://www.oslo.kommune.no/")

State = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """A command that writes among the practices."""

    run: tuple[str, ...]
    prepare: Callable[[Path], None] = lambda _root: None


def _untidy(root: Path) -> None:
    for number in range(6):
        (root / "practices" / f"rot-{number}.md").write_bytes(UNTIDY.replace("team", f"team {number}").encode())


def _unordered(root: Path) -> None:
    for number in range(6):
        text = UNTIDY.replace("Title", "title").replace("\r\n", "\n").replace("team", f"team {number}")
        (root / "practices" / f"rot-{number}.md").write_bytes(text.encode())


def _form(root: Path) -> None:
    (root / "sak.md").write_text(FORM, encoding="utf-8")


CASES = {
    "kb new": Case(NEW),
    "kb borrow": Case(("borrow", "praksis-00001", "--place", "no/grong")),
    "kb check --fix": Case(("check", "--fix"), _untidy),
    "kb format": Case(("format",), _unordered),
    "kb import": Case(("import", "sak.md"), _form),
}


def trial(folder: Path) -> Iterator[Row]:
    """Each command in turn."""
    chance = random.Random(SEED)
    with killer() as kill:
        for number, (name, case) in enumerate(CASES.items()):
            yield _case(name, case, folder / str(number), kill, chance)
        yield _propose(folder / "propose", kill, chance)


def _case(name: str, case: Case, root: Path, kill: Killer, chance: random.Random) -> Row:
    """What stands in the folder afterwards is, file by file, what stood there or what the command writes."""
    config = plant(root, 5)
    build(config)
    case.prepare(root)
    order = Order(case.run, within=str(config.practices), folder=str(root))
    before = _state(root)
    orders, took = _moments(kill, order, chance)
    after = _state(root)
    _restore(root, before)
    tally, killed, left = Tally(f"kill -9 of {name}"), 0, 0
    if after == before:
        tally.bad("wrong", "the command writes nothing here, so that nothing was tried")
    for one in orders:
        with tally.once(f"{one.moment} {one.number:g}", SECONDS):
            killed += kill.order(one).killed
            now = _state(root)
            for path in now.keys() | before.keys():
                if now.get(path) not in {before.get(path), after.get(path)} and not path.endswith(".new"):
                    tally.bad("lost", f"{one.moment} {one.number:g}: {path} is neither old nor new")
            left += any(path.endswith(".new") for path in now)
            _restore(root, before, but=".new")
            if (end := kill.order(order)).code > 1:
                tally.bad("wrong", f"the next run ended with {end.code}: {end.said}")
            if (again := _state(root)) != after:
                tally.bad(
                    "wrong", f"{one.number:g}: other files after the next run: {sorted(again.keys() ^ after.keys())}"
                )
            _restore(root, before)
    return tally.row(f"{killed} died at their work of {took:.2f} s; {left} left a hidden file to the next run")


def _propose(root: Path, kill: Killer, chance: random.Random) -> Row:
    """What is checked out stays as it is; at the other end there is no branch, or one with the whole file."""
    config = plant(root / "clone", 5)
    bare = root / "praksis.git"
    _git(root, "init", "-q", "--bare", "--initial-branch=main", str(bare))
    _git(config.root, "init", "-q", "--initial-branch=main")
    _git(config.root, "add", "-A")
    _git(config.root, "commit", "-qm", "Begin")
    _git(config.root, "remote", "add", "origin", str(bare))
    _git(config.root, "push", "-q", "origin", "main")
    file = config.practices / "ny.md"
    file.write_text((config.practices / "no/01/praksis-00001.md").read_text(encoding="utf-8"), encoding="utf-8")
    order = Order(("propose", str(file)), within="git", folder=str(config.root))
    orders, took = _moments(kill, order, chance)
    tally, killed = Tally("kill -9 of kb propose"), 0
    before, status = _state(config.root), _git(config.root, "status", "--porcelain")
    for one in orders:
        with tally.once(f"{one.moment} {one.number:g}", SECONDS):
            killed += kill.order(one).killed
            if _state(config.root) != before or _git(config.root, "status", "--porcelain") != status:
                tally.bad("lost", f"{one.number:g}: what is checked out is not as it was")
            if (end := kill.order(order)).code:
                tally.bad("wrong", f"{one.number:g}: the next run ended with {end.code}: {end.said}")
            if left := _git(config.root, "for-each-ref", "refs/praksis/"):
                tally.bad("wrong", f"{one.number:g}: left behind: {left}")
            for branch in _git(bare, "for-each-ref", "--format=%(refname)", "refs/heads/praksis").split():
                if _git(bare, "show", f"{branch}:practices/ny.md") != file.read_text(encoding="utf-8"):
                    tally.bad("lost", f"{one.number:g}: half a file at the other end")
                _git(bare, "update-ref", "-d", branch)
    for folder in (config.root, bare):
        _git(folder, "fsck", "--no-dangling")
    return tally.row(f"{killed} died at their work of {took:.2f} s; both repositories are sound (git fsck)")


def _moments(kill: Killer, order: Order, chance: random.Random) -> tuple[list[Order], float]:
    """Orders to be killed at every touch, or evenly spread ones, and at random moments; and how long a run takes."""
    start = time.perf_counter()
    touches = kill.touches(order)
    took = time.perf_counter() - start
    steps = [replace(order, moment="touch", number=number) for number in spread(touches, STEPS)]
    return [*steps, *(replace(order, moment="after", number=chance.uniform(0, took)) for _ in range(RANDOM))], took


def _state(root: Path) -> State:
    """Every file among the practices."""
    found = (Path(parent, name) for parent, _, names in os.walk(root / "practices") for name in names)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def _restore(root: Path, state: State, but: str = "\0") -> None:
    """Put everything back, but leave what ends so as a killed writer left it."""
    for path in _state(root).keys() - state.keys():
        if not path.endswith(but):
            (root / path).unlink()
    for path, data in state.items():
        (root / path).write_bytes(data)


def _git(folder: Path, *arguments: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    who = ("-c", "user.name=Trust", "-c", "user.email=trust@localhost")
    command = ["git", *who, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
