"""How long the index takes to see that nothing changed, or one file, beside `git status` on the same tree.

Run: python -m benchmarks.reindex [--sizes 1000]
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Measurement, Ran, Row, Scale, alone, kb_command, process, ratios, scaled
from benchmarks.prepared import indexed, under_git
from kb.config import Config
from kb.index.build import build

_STATUS = ("git", "status", "--porcelain")
_LIMIT = 3.0
_MORE = 1.0
"""Seconds that one changed file may take beyond three times `git status`."""


def measure(scale: Scale) -> Iterator[Row]:
    for size in scale.sizes:
        config = indexed(size)
        under_git(config)
        yield from _rows(config, size, scale.rounds)


def _rows(config: Config, size: int, rounds: int) -> Iterator[Row]:
    index = kb_command("index", "--root", str(config.root))
    changed = sorted(config.practices.rglob("synthetic-*.md"))[size // 2]
    calls: dict[str, Callable[[], Ran]] = {
        "git status": lambda: process(_STATUS, cwd=config.root),
        "nothing changed, in a running process": lambda: _clock(lambda: build(config)),
        "nothing changed, kb index": lambda: process(index),
        "one file's front matter changed, kb index": lambda: _with(changed, _facts, index),
        "one file's text changed, kb index": lambda: _with(changed, _words, index),
    }
    ran: dict[str, list[Ran]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            one = call()
            if number:
                ran[name].append(one)
    sizes = {"practices": size}
    of = f"{size:,} practices"
    for name, several in ran.items():
        yield MEASUREMENT.row(f"{of}: {name}", "ms", scaled([one.seconds for one in several]), sizes)
        yield MEASUREMENT.row(f"{of}: {name}, CPU", "ms", scaled([one.cpu for one in several]), sizes)
    times = {name: [one.seconds for one in several] for name, several in ran.items()}
    status = times.pop("git status")
    for name, seconds_ in times.items():
        if name.startswith("nothing"):
            yield MEASUREMENT.row(f"{of}: {name}, to git status", "×", ratios(seconds_, status), sizes, at_most=_LIMIT)
        else:
            beyond = [one - _LIMIT * other for one, other in zip(seconds_, status, strict=True)]
            yield MEASUREMENT.row(f"{of}: {name}, beyond three git status", "s", beyond, sizes, at_most=_MORE)


def _with(path: Path, change: Callable[[str], str], command: list[str]) -> Ran:
    """Run a command on a changed file; then put the file back and let the index follow, unmeasured."""
    text = path.read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    try:
        return process(command)
    finally:
        path.write_text(text, encoding="utf-8")
        process(command)


def _facts(text: str) -> str:
    return text.replace('evidence_note: "', 'evidence_note: "Endret. ', 1)


def _words(text: str) -> str:
    return f"{text}\nEn setning som ikke sto her fra før. (syntetisk {time.time_ns()})\n"


def _clock(call: Callable[[], object]) -> Ran:
    start, cpu = time.perf_counter(), time.process_time()
    call()
    return Ran(time.perf_counter() - start, time.process_time() - cpu)


MEASUREMENT = Measurement(
    "reindex",
    "When nothing changed, or one file",
    "`kb index` as a process of its own on a synthetic repository, in turns with `git status --porcelain` in the same "
    "tree. One file is changed in its front matter, which needs no encoder, or in its text, which embeds one passage.",
    measure,
    full=Scale((1000, 10_000, 100_000), 5),
    quick=Scale((1000,), 2, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
