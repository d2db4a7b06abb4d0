"""What a whole index costs: time by step, peak memory, and size on disk beside the Markdown.

Run: python -m benchmarks.full_index [--sizes 1000]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.measure import PYTHON, ROOT, Measurement, Row, Scale, alone, peak_mb
from benchmarks.prepared import collection_with_vectors
from benchmarks.shipped import shipped
from kb.config import Config, load_config
from kb.index import generations
from kb.index.build import build
from kb.index.layout import IndexLayout

STEPS: Mapping[str, tuple[str, ...]] = {
    "read": ("repository", "index.since"),
    "parse": ("practice", "frontmatter"),
    "passages": ("passages",),
    "encode": ("encoder",),
    "vectors": ("index.embed", "index.rows", "index.vectors", "index.matrix", "index.means", "index.dense"),
    "store": ("index.store", "index.sqlite"),
    "words": ("index.lexical", "index.terms"),
    "publish": ("index.generations", "index.whole", "index.layout"),
}
"""Step to the modules of kb that do it, with what they call."""
REST = "the rest"
EVERY = 0.005
"""Seconds between two looks at which step it is."""
_PEAK_MB = {10_000: 1500.0}
SHIPPED = 0
"""A size that means the shipped practices, with nothing embedded yet."""


def measure(scale: Scale) -> Iterator[Row]:
    for size in scale.sizes:
        config = collection_with_vectors(size) if size else shipped()
        found = [_aside(config) if size == SHIPPED else _child(config, emptied(config)) for _ in range(scale.rounds)]
        yield from _rows(config, size, found)


def _rows(config: Config, size: int, found: Sequence[dict[str, Any]]) -> Iterator[Row]:
    practices = found[0]["practices"]
    sizes = {"practices": size, "passages": found[0]["passages"]}
    of = f"{practices:,} practices" if size else f"the {practices} shipped practices, everything embedded"
    yield MEASUREMENT.row(f"{of}: whole index", "s", [one["seconds"] for one in found], sizes)
    for step in (*STEPS, REST):
        yield MEASUREMENT.row(f"{of}: {step}", "s", [one["steps"].get(step, 0.0) for one in found], sizes)
    peak = [one["peak_mb"] for one in found]
    yield MEASUREMENT.row(f"{of}: peak memory", "MB", peak, sizes, at_most=_PEAK_MB.get(size))
    markdown = sum(path.stat().st_size for path in config.practices.rglob("*") if path.is_file())
    yield MEASUREMENT.row(f"{of}: Markdown and cards on disk", "MB", [markdown / 1e6], sizes)
    yield MEASUREMENT.row(f"{of}: one generation on disk", "MB", [one["bytes"] / 1e6 for one in found], sizes)
    kept = [one["vectors"] / 1e6 for one in found]
    yield MEASUREMENT.row(f"{of}: vectors kept between generations", "MB", kept, sizes)
    yield MEASUREMENT.row(f"{of}: generation to Markdown", "×", [one["bytes"] / markdown for one in found], sizes)


def _aside(config: Config) -> dict[str, Any]:
    """Index in a folder of its own, where no vector is known."""
    with tempfile.TemporaryDirectory(prefix="bench-index-", dir=ROOT / "build") as folder:
        return _child(config, IndexLayout(Path(folder)))


def emptied(config: Config) -> IndexLayout:
    """The index of a collection with nothing in it but its vectors: what is measured is also what others use."""
    index = IndexLayout(config.index)
    index.current.unlink(missing_ok=True)
    shutil.rmtree(index.generations, ignore_errors=True)
    return index


def _child(config: Config, index: IndexLayout) -> dict[str, Any]:
    """Index in a process of its own; what it says of itself."""
    command = [PYTHON, "-m", "benchmarks.full_index", "--child", str(config.practices), str(index.folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as child:  # noqa: S603
        output = child.communicate()[0]
    if child.returncode:
        raise RuntimeError(f"Indexing {config.practices} ended with {child.returncode}.")
    found: dict[str, Any] = json.loads(output)
    found["vectors"] = sum(path.stat().st_size for path in index.folder.glob("vectors.sqlite*"))
    found["bytes"] = generations.size(index.generation(generations.current(index)).folder)
    return found


def _index(practices: Path, index: Path) -> dict[str, Any]:
    """The child's part: index, and see where the time goes."""
    config = replace(load_config(ROOT), practices=practices, index=index)
    with stepping() as steps:
        start = time.perf_counter()
        report = build(config)
        seconds = time.perf_counter() - start
    return {
        "practices": report.practices,
        "passages": report.passages,
        "seconds": seconds,
        "steps": steps,
        "peak_mb": peak_mb(),
    }


@contextmanager
def stepping() -> Iterator[dict[str, float]]:
    """While the block runs, look again and again where it is: seconds of each step."""
    steps = dict.fromkeys((*STEPS, REST), 0.0)
    watched, done = threading.get_ident(), threading.Event()

    def watch() -> None:
        last = time.perf_counter()
        while not done.wait(EVERY):
            step = step_of(sys._current_frames()[watched])  # noqa: SLF001  what profilers use
            now = time.perf_counter()
            steps[step] += now - last
            last = now

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield steps
    finally:
        done.set()
        watcher.join()


def step_of(frame: FrameType | None) -> str:
    """The step of the innermost call that is of one."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        for step, modules in STEPS.items():
            if any(f"{name}.".startswith(f"kb.{module}.") for module in modules):
                return step
        frame = frame.f_back
    return REST


MEASUREMENT = Measurement(
    "full_index",
    "A whole index",
    "Indexing from nothing in a process of its own, with the time spent in each step and the peak of its memory. "
    "Synthetic collections have their vectors given, so *vectors* is reading them and writing the dense index; the "
    "shipped practices are embedded, so there it is mostly the encoder. Which step it is, is looked at every 5 ms.",
    measure,
    full=Scale((SHIPPED, 1000, 10_000, 100_000), 1),
    quick=Scale((1000,), 1, quick=True),
)

if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        sys.stdout.write(json.dumps(_index(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        alone(MEASUREMENT)
