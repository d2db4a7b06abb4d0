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
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.measure import PYTHON, ROOT, Measurement, Row, Scale, alone
from benchmarks.prepared import collection_with_vectors
from benchmarks.shipped import shipped
from kb.config import Config, load_config
from kb.index import build as building
from kb.index import dense, folder, gather, generations
from kb.index.layout import IndexLayout

STEPS: Mapping[str, Sequence[tuple[ModuleType, str]]] = {
    "read": ((building, "stamps_now"), (gather, "read_source")),
    "parse": ((gather, "parse_practice"),),
    "passages": ((gather, "passages"),),
    "vectors": ((building, "dense_arm"), (dense, "write")),
    "store": ((folder, "write_store"),),
    "words": ((folder, "write_lexical"),),
    "publish": ((generations, "publish"),),
}
"""Step to the functions that do it, each where it is called."""
_PEAK_MB = {10_000: 1500.0}
SHIPPED = 0
"""A size that means the shipped practices, with nothing embedded yet."""


def measure(scale: Scale) -> Iterator[Row]:
    for size in scale.sizes:
        config = collection_with_vectors(size) if size else shipped()
        found = [_child(config, encoding=size == SHIPPED) for _ in range(scale.rounds)]
        yield from _rows(config, size, found)


def _rows(config: Config, size: int, found: Sequence[dict[str, Any]]) -> Iterator[Row]:
    practices = found[0]["practices"]
    sizes = {"practices": size, "passages": found[0]["passages"]}
    of = f"{practices:,} practices" if size else f"the {practices} shipped practices, everything embedded"
    yield MEASUREMENT.row(f"{of}: whole index", "s", [one["seconds"] for one in found], sizes)
    for step in (*STEPS, "the rest"):
        yield MEASUREMENT.row(f"{of}: {step}", "s", [one["steps"].get(step, 0.0) for one in found], sizes)
    peak = [one["peak_mb"] for one in found]
    yield MEASUREMENT.row(f"{of}: peak memory", "MB", peak, sizes, at_most=_PEAK_MB.get(size))
    markdown = sum(path.stat().st_size for path in config.practices.rglob("*") if path.is_file())
    yield MEASUREMENT.row(f"{of}: Markdown and cards on disk", "MB", [markdown / 1e6], sizes)
    yield MEASUREMENT.row(f"{of}: one generation on disk", "MB", [one["bytes"] / 1e6 for one in found], sizes)
    yield MEASUREMENT.row(f"{of}: generation to Markdown", "×", [one["bytes"] / markdown for one in found], sizes)


def _child(config: Config, *, encoding: bool) -> dict[str, Any]:
    """Index in a process and a folder of their own; what it says of itself."""
    with tempfile.TemporaryDirectory(prefix="bench-index-", dir=ROOT / "build") as place:
        aside = IndexLayout(Path(place))
        if not encoding:
            shutil.copyfile(IndexLayout(config.index).vectors, aside.vectors)
        command = [PYTHON, "-m", "benchmarks.full_index", "--child", str(config.practices), place]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
            output = child.stdout.read() if child.stdout else ""
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"Indexing {config.practices} ended with {child.returncode}.")
        found: dict[str, Any] = json.loads(output)
        found["peak_mb"] = used.ru_maxrss / 1024
        found["bytes"] = generations.size(aside.generation(generations.current(aside)).folder)
        return found


def _index(practices: Path, index: Path) -> dict[str, Any]:
    """The child's part: index, with every step on a clock of its own."""
    config = replace(load_config(ROOT).aside(index), practices=practices)
    steps = dict.fromkeys((*STEPS, "the rest"), 0.0)
    with _on_clocks(steps):
        start = time.perf_counter()
        report = building.build(config)
        seconds = time.perf_counter() - start
    steps["the rest"] = seconds - sum(steps.values())
    return {"practices": report.practices, "passages": report.passages, "seconds": seconds, "steps": steps}


@contextmanager
def _on_clocks(steps: dict[str, float]) -> Iterator[None]:
    """While the block runs, the functions of each step add the time spent in them to `steps`."""
    places = [(step, module, name) for step, functions in STEPS.items() for module, name in functions]
    kept = [(module, name, getattr(module, name)) for _, module, name in places]
    for step, module, name in places:
        setattr(module, name, _clocked(getattr(module, name), step, steps))
    try:
        yield
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def _clocked(function: Callable[..., Any], step: str, steps: dict[str, float]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        found = function(*arguments, **named)
        # What is made as it is asked for is made here, where it is timed.
        found = list(found) if isinstance(found, Iterator) else found
        steps[step] += time.perf_counter() - start
        return found

    return run


MEASUREMENT = Measurement(
    "full_index",
    "A whole index",
    "Indexing from nothing in a process of its own, with the time spent in each step and the peak of its memory. "
    "Synthetic collections have their vectors given, so *vectors* is reading them and writing the dense index; the "
    "shipped practices are embedded, so there it is mostly the encoder.",
    measure,
    full=Scale((SHIPPED, 1000, 10_000), 1),
    quick=Scale((1000,), 1, quick=True),
)

if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        sys.stdout.write(json.dumps(_index(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        alone(MEASUREMENT)
