"""The app in a server of its own, as people start it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.measure import PYTHON, ROOT


@contextmanager
def starting(root: Path) -> Iterator[tuple[int, int]]:
    """The app over a repository, still on its way up: its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
    command = [PYTHON, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    environment = os.environ | {"KB_ROOT": str(root), "PYTHONPATH": str(ROOT)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) as process:  # noqa: S603
        try:
            yield port, process.pid
        finally:
            process.terminate()


@contextmanager
def server(root: Path) -> Iterator[tuple[int, int]]:
    """The same once it answers."""
    with starting(root) as (port, process):
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process


def api_url(port: int, question: str) -> str:
    return f"http://127.0.0.1:{port}/api/search?{urlencode({'q': question})}"
