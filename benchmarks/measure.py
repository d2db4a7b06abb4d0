"""What measurements share: rows with their spread, how times are taken, and the command line of one alone.

Things to be compared are run in turns in one process or from one, so that whatever else the machine does meets
them alike; a ratio is taken within each round, and its spread is that of the rounds.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles of what was measured, in the row's unit."""

    p50: float
    p25: float
    p75: float
    p95: float
    p99: float
    samples: int


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is of, how it spreads, and how to take it again."""

    measure: str
    case: str
    """What was measured, in words; with the measurement's name it is the row's own."""
    unit: str
    """`ms`, `s`, `MB`, `×` for a ratio within the run, and the like."""
    spread: Spread
    sizes: Mapping[str, int]
    """Practices, passages, texts: what it was measured on."""
    repeat: str
    """The command that measures it again."""
    at_most: float | None = None
    """What was aimed for, where something was."""
    at_least: float | None = None
    why: str = ""
    """Why it is no better, where what was aimed for is missed."""

    @property
    def name(self) -> str:
        return f"{self.measure}: {self.case}"

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        if self.at_most is not None:
            return self.spread.p50 <= self.at_most
        return None if self.at_least is None else self.spread.p50 >= self.at_least


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    sizes: tuple[int, ...]
    """Practices."""
    rounds: int
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement: the module of its name has it as MEASUREMENT."""

    name: str
    title: str
    about: str
    """How it is taken, in a few sentences for the page."""
    run: Callable[[Scale], Iterator[Row]]
    full: Scale
    quick: Scale

    def row(
        self,
        case: str,
        unit: str,
        samples: Sequence[float],
        sizes: Mapping[str, int],
        *,
        at_most: float | None = None,
        at_least: float | None = None,
        why: str = "",
    ) -> Row:
        """A row of this measurement; `why` is told where it misses its aim."""
        on = f" --sizes {sizes['practices']}" if self.full.sizes and "practices" in sizes else ""
        repeat = f"python -m benchmarks.{self.name}{on}"
        return Row(self.name, case, unit, spread(samples), sizes, repeat, at_most, at_least, why)


def spread(samples: Sequence[float]) -> Spread:
    p25, p50, p75, p95, p99 = (float(value) for value in np.quantile(samples, [0.25, 0.5, 0.75, 0.95, 0.99]))
    return Spread(p50, p25, p75, p95, p99, len(samples))


def in_turns(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each call in each round, after a first round that warms up."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            if number:
                times[name].append(time.perf_counter() - start)
    return times


def ratios(of: Sequence[float], to: Sequence[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(of, to, strict=True)]


def scaled(seconds: Sequence[float], factor: float = 1000) -> list[float]:
    """In milliseconds, or whatever the factor makes of them."""
    return [factor * value for value in seconds]


LOOKED_AT = 0.002
"""Seconds between two looks at a process's memory."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a process took."""

    seconds: float
    cpu: float = 0.0
    """Seconds that it kept a processor busy, its children's included: other work on the machine does not count."""


def process(command: Sequence[str], *, cwd: Path = ROOT, codes: Sequence[int] = (0,)) -> Ran:
    """Run a command to its end, its output thrown away.

    Raises:
        RuntimeError: it ended with another code than was due.
    """
    start = time.perf_counter()
    with _started(command, cwd) as running:
        _, status, used = os.wait4(running.pid, 0)
        seconds = time.perf_counter() - start
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {running.returncode}.")
    return Ran(seconds, used.ru_utime + used.ru_stime)


def process_peak_mb(command: Sequence[str]) -> float:
    """The most memory that a process had until its last milliseconds."""
    most = 0.0
    with _started(command, ROOT) as running:
        while True:
            most = max(most, peak_mb(running.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(LOOKED_AT)
                return most


def _started(command: Sequence[str], cwd: Path) -> subprocess.Popen[bytes]:
    """A process whose output is thrown away."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # A person's Python keeps what it has compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.Popen(  # noqa: S603  the commands are those of the measurements
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def peak_mb(pid: int | str = "self") -> float:
    """The most memory that a process has had; what its parent had is not counted, as it is by getrusage(2)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    # A process that has just ended has none.
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0) / 1024


def kb_command(*arguments: str) -> list[str]:
    return [PYTHON, "-m", "kb", *arguments]


def alone(measurement: Measurement) -> None:
    """The command line of one measurement: measure and print."""
    for row in measurement.run(asked(measurement, sys.argv[1:])):
        print(line(row), flush=True)


def asked(measurement: Measurement, arguments: Sequence[str]) -> Scale:
    """How much the command line of one measurement asks for."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{measurement.name}", description=f"{measurement.title}. {measurement.about}"
    )
    full = measurement.full
    if full.sizes:
        parser.add_argument("--sizes", type=int, nargs="+", default=full.sizes, help="practices")
    parser.add_argument("--rounds", type=int, default=full.rounds, help="how often each is measured")
    options = parser.parse_args(arguments)
    return Scale(tuple(getattr(options, "sizes", ())), options.rounds)


def line(row: Row) -> str:
    """A row as one line of text."""
    found = row.spread
    aims = {True: "  aim met", False: "  AIM MISSED", None: ""}
    why = f"  {row.why}" if row.met is False and row.why else ""
    aim = row.at_most if row.at_most is not None else row.at_least
    asked = f"{aims[row.met]} ({'≤' if row.at_most is not None else '≥'} {aim:g})" if aim is not None else ""
    return (
        f"{row.case:64} {found.p50:10.3f} {row.unit:12} half {found.p25:.3f}–{found.p75:.3f}"
        f"  p95 {found.p95:.3f}  p99 {found.p99:.3f}  n {found.samples}{asked}{why}"
    )
