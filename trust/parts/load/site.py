"""One installation: practices that change, an index that is made anew by `kb index`, and a server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
KB = (sys.executable, "-m", "kb")
STARTS = 300
"""Seconds that a server may take to answer on a busy machine."""
CHANGED = 12
"""Practices that each rebuild finds changed."""


@dataclass(slots=True)
class Server:
    """`kb serve` over one root."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> int:
        """Bytes that it holds of the machine's memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def restart(self) -> Restart:
        """Stop it as an operator does, start it again at the same port, and ask."""
        start = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STARTS)
        stopped = time.perf_counter() - start
        self.process = _start(self.root, self.port)
        answered = wait(f"{self.url}/api/search?q=demens", self.process)
        return Restart(stopped, time.perf_counter() - start, answered)


@dataclass(frozen=True, slots=True)
class Restart:
    """How a restart went."""

    stopped: float
    """Seconds until it had stopped."""
    seconds: float
    """Seconds until it had answered again."""
    answered: bool

    @property
    def answering(self) -> float:
        """Seconds from when it had stopped until it had answered again."""
        return self.seconds - self.stopped


@dataclass(slots=True)
class Site:
    """An installation in a folder of its own, and copies of it at each generation."""

    folder: Path
    model: str
    most: int = 0
    """How many practices there are at first; 0 for all."""
    made: int = 0
    """How many generations there have been."""
    swaps: list[float] = field(default_factory=list)
    """When each later generation was current, by the clock of `time.monotonic`."""

    def __post_init__(self) -> None:
        practices = self.root / "practices"
        shutil.copytree(ROOT / "practices", practices)
        if self.most:
            for file in self._files()[self.most :]:
                file.unlink()
                file.with_suffix(".i18n.yaml").unlink(missing_ok=True)
        settings = f'[encoder]\nmodel = "{self.model}"\n[app]\nurl = "https://praksis.example"\n'
        (self.root / "kb.toml").write_text(settings, encoding="utf-8")
        made = ROOT / "build" / "test-index" / "vectors.sqlite"
        if self.model != "none" and made.exists():
            # The same texts were embedded for the tests.
            (self.root / "index").mkdir()
            shutil.copy2(made, self.root / "index" / made.name)
        self.index()

    @property
    def root(self) -> Path:
        return self.folder / "live"

    @property
    def ids(self) -> list[str]:
        return [file.stem for file in self._files()]

    def change(self) -> None:
        """Some practices are written anew, one is added and one is gone; then the index is made anew."""
        number = self.made + 1
        files = self._files()
        for file in files[number::number][:CHANGED]:
            text = file.read_text(encoding="utf-8")
            file.write_text(f"{text.rstrip()}\n\nDette sto ikke i utgave {number - 1}.\n", encoding="utf-8")
        added = files[number].with_name(f"{files[number].stem}-utgave-{number}.md")
        added.write_text(files[number].read_text(encoding="utf-8"), encoding="utf-8")
        files[-number].unlink()
        files[-number].with_suffix(".i18n.yaml").unlink(missing_ok=True)
        self.index()

    def index(self) -> None:
        """Run `kb index`, and keep a copy of what it made."""
        done = subprocess.run(
            [*KB, "index", "--root", str(self.root)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            raise RuntimeError(f"kb index ended with {done.returncode}: {done.stderr}")
        if self.made:
            self.swaps.append(time.monotonic())
        shutil.copytree(self.root, self.generation(self.made), symlinks=True)
        self.made += 1

    def generation(self, number: int) -> Path:
        """The copy of the installation as it was with a generation, from 0."""
        return self.folder / f"generation-{number}"

    @contextmanager
    def serving(self, root: Path | None = None) -> Iterator[Server]:
        """A server over the live installation, or over one of its copies."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        server = Server(root or self.root, port, _start(root or self.root, port))
        try:
            if not wait(f"{server.url}/api/search?q=demens", server.process):
                raise RuntimeError("The server did not start.")
            yield server
        finally:
            server.process.terminate()
            server.process.wait(STARTS)

    def _files(self) -> list[Path]:
        practices = self.root / "practices"
        return sorted(file for file in practices.glob("*/**/*.md") if "_" not in file.name)


def wait(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether an address comes to be answered."""
    end = time.monotonic() + STARTS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=STARTS).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False


def _start(root: Path, port: int) -> subprocess.Popen[bytes]:
    command = [*KB, "serve", "--root", str(root), "--host", "127.0.0.1", "--port", str(port)]
    log = (root / "server.log").open("ab")
    with log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
