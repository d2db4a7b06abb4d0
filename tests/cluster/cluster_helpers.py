"""A real Dask cluster on this machine: a scheduler and workers, each a process that can be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

DASK = (sys.executable, "-m", "dask")


@dataclass
class Cluster:
    """A scheduler that listens, and the workers that were started for it."""

    address: str
    scheduler: subprocess.Popen[str]
    log: Path
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def add_worker(self, **environment: str) -> subprocess.Popen[str]:
        """Start a worker with one thread; it joins when it is up."""
        options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(self.log.parent))
        worker = _started("worker", self.address, *options, log=self.log, **environment)
        self.workers.append(worker)
        return worker


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A scheduler without workers yet; everything is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "dask.log"
    log.touch()
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter")
    scheduler = _started("scheduler", *options, log=log)
    found = Cluster(_address(scheduler, log), scheduler, log)
    try:
        yield found
    finally:
        for process in (*found.workers, scheduler):
            process.kill()
            process.wait(timeout=30)


def kill(process: subprocess.Popen[str]) -> None:
    """`kill -9`."""
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)


def _started(*arguments: str, log: Path, **environment: str) -> subprocess.Popen[str]:
    with log.open("a", encoding="utf-8") as stream:
        return subprocess.Popen(
            [*DASK, *arguments], stdout=stream, stderr=stream, text=True, env={**os.environ, **environment}
        )


def _address(scheduler: subprocess.Popen[str], log: Path) -> str:
    """Where the scheduler says that it listens."""
    while scheduler.poll() is None:
        if told := re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text(encoding="utf-8")):
            return told[1]
    raise AssertionError(log.read_text(encoding="utf-8"))
