"""A real web server on this machine that answers in every way that hosts on the web do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Host:
    """Where it is, and what it was asked."""

    address: str
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """Method and path of each question, in order."""
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://{self.address}:{self.port}{path}"


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, found: Host) -> None:
        super().__init__((found.address, 0), Handler)
        self.found = found
        found.port = self.server_address[1]


class Handler(BaseHTTPRequestHandler):
    """`/404` answers 404, `/head-405` only knows GET, `/to/<url>` sends on, `/silent` says nothing, `/drip` a bit."""

    server: Server

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.server.found.asked.append(f"{self.command} {self.path}")
        kind, _, rest = self.path.removeprefix("/").partition("/")
        match kind.partition("-"):
            case ("silent", _, _):
                self.server.found.closing.wait(30)
            case ("drip", _, _):
                self.drip()
            case ("broken", _, _):
                self.connection.close()
            case ("to", _, _):
                self.send_on(rest)
            case ("ring", _, _):
                self.send_on("/ring")
            case ("head", _, status):
                self.reply(int(status) if self.command == "HEAD" else 200)
            case (status, _, _):
                self.reply(int(status) if status.isdigit() else 200)

    def send_on(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.end_headers()

    def reply(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()
        if self.command == "GET":
            with suppress(OSError):
                self.wfile.write(b"en side\n")

    def drip(self) -> None:
        with suppress(OSError):
            while not self.server.found.closing.wait(0.05):
                self.wfile.write(b"X")
                self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def host(address: str = "127.0.0.1") -> Iterator[Host]:
    found = Host(address)
    server = Server(found)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
