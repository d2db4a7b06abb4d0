"""The app in a server of its own, as people start it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.measure import PYTHON, ROOT


@dataclass(frozen=True, slots=True)
class Served:
    """A server, perhaps still on its way up."""

    port: int
    process: subprocess.Popen[bytes]

    def answered(self, url: str) -> None:
        """Ask until there is an answer.

        Raises:
            RuntimeError: the server stopped.
        """
        while self.process.poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=60):  # noqa: S310  our own address
                    return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("The app stopped before it answered.")

    def memory_mb(self) -> float:
        """What it holds for itself; files that are mapped, such as the index, can be taken from it at any time."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024

    def search_url(self, question: str) -> str:
        return f"http://127.0.0.1:{self.port}/api/search?{urlencode({'q': question})}"


@contextmanager
def starting(root: Path) -> Iterator[Served]:
    """The app over a repository, from the moment it is started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
    command = [PYTHON, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    environment = os.environ | {"KB_ROOT": str(root), "PYTHONPATH": str(ROOT)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) as process:  # noqa: S603
        try:
            yield Served(port, process)
        finally:
            process.terminate()


@contextmanager
def server(root: Path) -> Iterator[Served]:
    """The same once it answers."""
    with starting(root) as served:
        served.answered(f"http://127.0.0.1:{served.port}/_stcore/health")
        yield served
