"""A real Dask cluster on this machine: a scheduler and workers, each a process that can be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
LIGHT = ("--no-nanny", "--nthreads", "1", "--no-dashboard")
"""One process a worker, so that there is nobody to start it again."""


@dataclass
class Cluster:
    """A scheduler that listens, and the workers that were started for it."""

    address: str
    log: Path
    processes: list[subprocess.Popen[str]] = field(default_factory=list)
    """The scheduler first."""

    def add_worker(self, options: Sequence[str] = LIGHT, **environment: str) -> None:
        """Start a worker; it joins when it is up."""
        command = ("worker", self.address, *options, "--local-directory", str(self.log.parent))
        self.processes.append(_started(command, self.log, environment))

    def kill(self, number: int) -> None:
        """`kill -9`."""
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait(timeout=60)


@contextmanager
def cluster(folder: Path, options: Sequence[str] = LOCAL) -> Iterator[Cluster]:
    """A scheduler without workers yet; everything is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "dask.log"
    log.touch()
    scheduler = _started(("scheduler", *options), log, {})
    found = Cluster("", log, [scheduler])
    try:
        found.address = _address(scheduler, log)
        yield found
    finally:
        for process in found.processes:
            process.kill()
            process.wait(timeout=60)


def _started(command: Sequence[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    with log.open("a", encoding="utf-8") as stream:
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("dask")), *command],
            stdout=stream,
            stderr=stream,
            encoding="utf-8",
            env={**os.environ, **environment},
        )


def _address(scheduler: subprocess.Popen[str], log: Path) -> str:
    """Where the scheduler says that it listens."""
    while scheduler.poll() is None:
        if told := re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text(encoding="utf-8")):
            return told[1]
    raise AssertionError(log.read_text(encoding="utf-8"))
