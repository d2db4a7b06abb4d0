"""Real git remotes to propose to: bare repositories in a folder, and the same over HTTP as git itself serves them."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import PRACTICES, SMALL

WHO = ("-c", "user.name=Kari", "-c", "user.email=kari@example.org")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *WHO, "-C", str(folder), *arguments], check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class World:
    """A bare repository with a few practices, and a clone of it."""

    bare: Path
    clone: Path

    def branches(self) -> list[str]:
        return git(self.bare, "for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()

    def show(self, branch: str, path: str) -> str:
        return git(self.bare, "show", f"{branch}:{path}")


def make_world(folder: Path, branch: str = "main") -> World:
    bare, clone = folder / "praksis.git", folder / "clone"
    git(folder, "init", "--quiet", "--bare", f"--initial-branch={branch}", str(bare))
    git(bare, "config", "http.receivepack", "true")
    git(folder, "clone", "--quiet", str(bare), str(clone))
    git(clone, "checkout", "--quiet", "-B", branch)
    for name in (
        "vocabulary.yaml",
        "places.yaml",
        *(f"{name}{end}" for name in SMALL for end in (".md", ".i18n.yaml")),
    ):
        target = clone / "practices" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PRACTICES / name).read_bytes())
    (clone / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    git(clone, "add", "-A")
    git(clone, "commit", "--quiet", "-m", "Begin")
    git(clone, "push", "--quiet", "origin", branch)
    return World(bare, clone)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A machine where git knows nobody yet, a remote and a clone."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    return make_world(tmp_path)


@contextmanager
def over_http(folder: Path) -> Iterator[str]:
    """Serve the bare repositories in `folder` by `git http-backend`, as a forge does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            given = {
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REMOTE_USER": "kari",
                "REMOTE_ADDR": "127.0.0.1",
            }
            data = self._sent()
            done = subprocess.run(
                ["git", "http-backend"],
                input=data,
                capture_output=True,
                check=True,
                env=os.environ | given | {"CONTENT_LENGTH": str(len(data))},
            )
            head, _, text = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
            self.send_response(int(headers.pop("Status", "200 OK").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def _sent(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = []
            while size := int(self.rfile.readline().strip(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that it overrides
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
