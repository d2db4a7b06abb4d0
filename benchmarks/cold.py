"""How long things take from a standing start, beside what Python and its libraries take to start.

Run: python -m benchmarks.cold
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.measure import (
    PYTHON,
    ROOT,
    Measurement,
    Ran,
    Row,
    Scale,
    alone,
    kb_command,
    process,
    process_peak_mb,
    ratios,
    scaled,
)
from benchmarks.served import starting
from benchmarks.shipped import shipped

QUESTION = "høyt sykefravær i hjemmetjenesten"
_LIBRARIES = "import torch; import sentence_transformers"
_PASS, _SEARCH = "python -c pass", "kb search"
_AIM = 0.35


def measure(scale: Scale) -> Iterator[Row]:
    shipped()
    commands = {
        _PASS: [PYTHON, "-c", "pass"],
        "python -c 'import torch'": [PYTHON, "-c", "import torch"],
        f"python -c '{_LIBRARIES}'": [PYTHON, "-c", _LIBRARIES],
        _SEARCH: kb_command("search", QUESTION),
        "kb check": kb_command("check"),
        "kb index, nothing changed": kb_command("index"),
    }
    calls: dict[str, Callable[[], Ran]] = {name: partial(process, command) for name, command in commands.items()}
    calls["app, from its start to its first hits"] = _app
    found: dict[str, list[Ran]] = {name: [] for name in calls}
    for number in range(scale.rounds + 1):
        for name, call in calls.items():
            ran = call()
            # The first round fills the page cache.
            if number:
                found[name].append(ran)
    for name, several in found.items():
        yield MEASUREMENT.row(name, "ms", scaled([ran.seconds for ran in several]), {})
    for name, several in found.items():
        if several[0].cpu:
            yield MEASUREMENT.row(f"{name}: CPU", "ms", scaled([ran.cpu for ran in several]), {})
            yield MEASUREMENT.row(f"{name}: peak memory", "MB", [process_peak_mb(commands[name])], {})
    seconds = {name: [ran.seconds for ran in several] for name, several in found.items()}
    libraries = seconds[f"python -c '{_LIBRARIES}'"]
    share = ratios(seconds[_SEARCH], libraries)
    yield MEASUREMENT.row("kb search to importing torch and sentence_transformers", "×", share, {}, at_most=_AIM)
    for name in (_SEARCH, "kb check"):
        yield MEASUREMENT.row(f"{name} to {_PASS}", "×", ratios(seconds[name], seconds[_PASS]), {})


def _app() -> Ran:
    """A server's start until it has answered one question."""
    start = time.perf_counter()
    with starting(ROOT) as served:
        served.answered(served.search_url(QUESTION))
        return Ran(time.perf_counter() - start)


MEASUREMENT = Measurement(
    "cold",
    "From a standing start",
    "Whole processes on the shipped practices, in turns, with everything they read in the page cache: what a person "
    "waits for at the terminal, beside what Python and the libraries that Praksis does without take to start.",
    measure,
    full=Scale((), 7),
    quick=Scale((), 2, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
