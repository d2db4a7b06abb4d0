"""How long the index takes to see that nothing changed, or one file, beside `git status` on the same tree.

Run: python -m benchmarks.reindex [--sizes 1000]
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

from benchmarks.measure import Measurement, Ran, Row, Scale, alone, kb_command, process, ratios, scaled
from benchmarks.prepared import indexed, under_git
from kb.config import Config
from kb.index.build import build

_STATUS = ("git", "status", "--porcelain")
_NAME, _IDLE = "git status", "nothing changed, kb index"
_LIMIT = 3.0
_MORE = 1.0
"""Seconds that one changed file may take beyond three times `git status`."""
_AIMED_AT = 10_000
_WHY = (
    "It is Python and its libraries that start, and the model that is loaded for one passage; what is written is the "
    "change alone."
)


def measure(scale: Scale) -> Iterator[Row]:
    for size in scale.sizes:
        config = indexed(size)
        under_git(config)
        sizes = {"practices": size}
        status = yield from _idle(config, sizes, scale.rounds)
        yield from _changed(config, sizes, status, scale.rounds)


def _idle(config: Config, sizes: Mapping[str, int], rounds: int) -> Generator[Row, None, float]:
    """Rows of nothing to do; the median seconds of `git status`."""
    calls: dict[str, Callable[[], Ran]] = {
        _NAME: lambda: process(_STATUS, cwd=config.root),
        "nothing changed, in a running process": lambda: _clock(lambda: build(config)),
        _IDLE: lambda: process(_index(config)),
    }
    ran: dict[str, list[Ran]] = {name: [] for name in calls}
    # The first two rounds let files settle and fill the page cache.
    for number in range(rounds + 2):
        for name, call in calls.items():
            one = call()
            if number > 1:
                ran[name].append(one)
    for name, several in ran.items():
        yield from _rows(name, several, sizes)
    status = [one.seconds for one in ran[_NAME]]
    aim = _LIMIT if sizes["practices"] == _AIMED_AT else None
    share = ratios([one.seconds for one in ran[_IDLE]], status)
    yield MEASUREMENT.row(f"{sizes['practices']:,} practices: {_IDLE}, to git status", "×", share, sizes, at_most=aim)
    cpu = ratios([one.cpu for one in ran[_IDLE]], [one.cpu for one in ran[_NAME]])
    yield MEASUREMENT.row(f"{sizes['practices']:,} practices: {_IDLE}, to git status, CPU", "×", cpu, sizes)
    return statistics.median(status)


def _changed(config: Config, sizes: Mapping[str, int], status: float, rounds: int) -> Iterator[Row]:
    """Rows of one file that changed in its front matter, and then in its text; it is put back at the end."""
    path = sorted(config.practices.rglob("synthetic-*.md"))[sizes["practices"] // 2]
    text = path.read_text(encoding="utf-8")
    changes = {"one file's front matter changed, kb index": _facts, "one file's text changed, kb index": _words}
    ran: dict[str, list[Ran]] = {name: [] for name in changes}
    try:
        for _ in range(rounds):
            for name, change in changes.items():
                path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
                ran[name].append(process(_index(config)))
    finally:
        path.write_text(text, encoding="utf-8")
    aim = _MORE if sizes["practices"] == _AIMED_AT else None
    for name, several in ran.items():
        if several:
            yield from _rows(name, several, sizes)
            case = f"{sizes['practices']:,} practices: {name}, beyond three git status"
            beyond = [one.seconds - _LIMIT * status for one in several]
            yield MEASUREMENT.row(case, "s", beyond, sizes, at_most=aim, why=_WHY)


def _rows(name: str, several: Sequence[Ran], sizes: Mapping[str, int]) -> Iterator[Row]:
    of = f"{sizes['practices']:,} practices: {name}"
    yield MEASUREMENT.row(of, "ms", scaled([one.seconds for one in several]), sizes)
    yield MEASUREMENT.row(f"{of}, CPU", "ms", scaled([one.cpu for one in several]), sizes)


def _index(config: Config) -> list[str]:
    return kb_command("index", "--root", str(config.root))


def _facts(text: str) -> str:
    return text.replace('evidence_note: "', f'evidence_note: "Endret {time.time_ns()}. ', 1)


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
    "tree. One file is changed in its front matter, which needs no encoder, or in its text, which embeds one passage: "
    "a layer over the generation that is there, as for every change of up to 2 % of a thousand practices or more.",
    measure,
    full=Scale((1000, 10_000, 100_000), 5),
    quick=Scale((1000,), 2, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
