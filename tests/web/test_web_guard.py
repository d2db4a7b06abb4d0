"""What the real server lets in, how long it waits, and what it gives away to one who means harm."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from kb.web import server as server_module
from kb.web.server import Patient
from web.web_ask import ask
from web.web_attack import CLIMBS, REDIRECTS, SECRETS, begun, cut_short, leads_away, raw
from web.web_library import HOSTILE_ID, REPOSITORY, serve

ELSEWHERE = "203.0.113.7"
PASSWORD = "hemmelig-passord-42"


@pytest.fixture(scope="module")
def strict(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with little room, and secrets wherever secrets may be."""
    root = tmp_path_factory.mktemp("strict")
    shutil.copytree(library, root, dirs_exist_ok=True)
    address = f"https://bot:{PASSWORD}@127.0.0.1:9/k/praksis"
    (root / "kb.toml").write_text(
        f'[encoder]\nmodel = "none"\n[limits]\nrequests = 12\nreaders = 4\n'
        f'[forge]\nurl = "{address}"\nkind = "gitlab"\nremote = "{address}.git"\npropose = true\n',
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PRAKSIS_FORGE_TOKEN", PASSWORD)
        yield from serve(root)
    # All that the server said in all these tests, once it has stopped.
    said = (root / "server.log").read_text(encoding="utf-8")
    assert PASSWORD not in said
    assert said.startswith("Praksis is at http://127.0.0.1:")
    assert "No runtime found" not in said
    assert "Traceback" not in said


def test_who_asks_too_often_is_told_when_to_come_back(strict: str) -> None:
    path = f"{strict}/api/practices/{HOSTILE_ID}"
    answers = [ask(path, X_Forwarded_For=ELSEWHERE) for _ in range(20)]
    statuses = [answer.status for answer in answers]
    assert statuses[:12] == [200] * 12
    refused = next(answer for answer in answers if answer.status == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 5
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.json["error"] == "Your network address has asked more than 12 times in a minute."
    page = ask(f"{strict}/p/", X_Forwarded_For=ELSEWHERE, Accept_Language="sv")
    assert page.status == 429
    assert "Vänta lite och försök igen." in page.page.said
    assert ask(path, X_Forwarded_For="203.0.113.8").status == 200
    assert {ask(path).status for _ in range(20)} == {200}
    # The app and its files are no plain pages.
    assert ask(f"{strict}/om", Accept="text/html", X_Forwarded_For=ELSEWHERE).status == 200


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "api/search"), ("PUT", "p/"), ("POST", ""), ("GET", "api/practices"), ("POST", "om")]
)
def test_what_is_too_large_is_refused_and_not_read(server: str, method: str, path: str) -> None:
    large = b"x" * 300_000
    answer, closed = raw(server, f"{method} /{path}", large, {"Content-Length": str(len(large))})
    assert answer.startswith(b"HTTP/1.1 413")
    assert closed
    assert (b'"error":"Too much was sent."' in answer) == path.startswith("api/")
    # Neither is what has no end.
    head, closed = raw(
        server, f"{method} /{path}", b"10000\r\n" + b"x" * 65536, {"Transfer-Encoding": "chunked"}, times=400
    )
    assert closed
    assert not head.startswith(b"HTTP/1.1 5")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "_stcore/upload_file/a/b"),
        ("DELETE", "_stcore/upload_file/a/b"),
        ("POST", "_stcore/agent/interact"),
        ("POST", "_stcore/agent/mcp"),
        ("GET", "_stcore/agent/openapi.json"),
        ("GET", "_stcore/metrics"),
    ],
)
def test_no_file_is_taken_in_no_program_presses_buttons_and_nobody_counts(server: str, method: str, path: str) -> None:
    assert ask(f"{server}/{path}", method).status == 404


@pytest.mark.parametrize("origin", ["https://ond.example", "http://127.0.0.1:9", "null"])
def test_no_page_of_another_site_opens_a_window(server: str, origin: str) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"{server.replace('http', 'ws', 1)}/_stcore/stream", origin=Origin(origin)),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_there_are_no_more_windows_than_seats(strict: str) -> None:
    address = f"{strict.replace('http', 'ws', 1)}/_stcore/stream"
    elsewhere = {"X-Forwarded-For": ELSEWHERE}
    with ExitStack() as windows:
        for _ in range(2):
            windows.enter_context(connect(address, additional_headers=elsewhere))
        with pytest.raises(InvalidStatus), connect(address, additional_headers=elsewhere):
            pass
        for _ in range(2):
            windows.enter_context(connect(address))
        answer = ask(f"{strict}/om?lang=en", Accept="text/html")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
        assert "There are more here now than there is room for." in answer.page.said
        assert ask(f"{strict}/p/").status == 200
    while ask(f"{strict}/om", Accept="text/html").status != 200:
        pass


def test_no_path_leads_out_of_what_is_served(server: str) -> None:
    # All of them are tried by `make trust PART=web`.
    for path in CLIMBS[::53]:
        answer, _ = raw(server, f"GET {path}")
        assert int(answer.split(b" ")[1]) in {200, 308, 400, 404}, path
        assert not [secret for secret in SECRETS if secret in answer], path


def test_no_redirect_leads_to_another_place(server: str) -> None:
    here = urlsplit(server).netloc
    for path in REDIRECTS[::4]:
        answer, _ = raw(server, f"GET {path}", headers={"Accept": "text/html"})
        assert not leads_away(answer, here), path


def test_no_page_gives_a_secret_away(strict: str) -> None:
    for path in ("", "om", "ny", f"p/{HOSTILE_ID}", f"p/{HOSTILE_ID}.json", "feed.atom", "api/", "api/practices/borte"):
        for accept in ("text/html", "*/*"):
            assert PASSWORD not in ask(f"{strict}/{path}", Accept=accept).text, path
    # A link to the file is there, without the password.
    assert "https://127.0.0.1:9/k/praksis/-/blob/" in ask(f"{strict}/p/{HOSTILE_ID}").text


def test_who_says_nothing_and_who_takes_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "ASKING", 0.2)
    monkeypatch.setattr(server_module, "READING", 0.2)
    much = b"x" * 50_000_000

    async def app(_: object, __: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": much})  # type: ignore[operator]

    async def trial() -> list[bytes]:
        config = uvicorn.Config(app, http=Patient, lifespan="off")
        config.load()
        gone = asyncio.Event()

        class Seen(Patient):
            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                gone.set()

        listening = await asyncio.get_running_loop().create_server(
            lambda: Seen(config=config, server_state=ServerState(), app_state={}), "127.0.0.1", 0
        )
        port = listening.sockets[0].getsockname()[1]

        async def meet(said: bytes) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            gone.clear()
            writer.write(said)
            try:
                # One who takes nothing is cut off before the whole was sent.
                await gone.wait()
                return await reader.read()
            except ConnectionError:
                return b"cut"
            finally:
                writer.close()

        begun = (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        async with asyncio.timeout(20):
            found = [await meet(said) for said in begun]
        listening.close()
        return found

    *silent, slow = asyncio.run(trial())
    assert set(silent) <= {b"", b"cut"}
    assert len(slow) < len(much)


def test_what_is_being_answered_is_answered_to_the_end_when_the_server_is_stopped(own_library: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "kb",
        "serve",
        "--root",
        str(own_library),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]

    def start() -> subprocess.Popen[str]:
        started = subprocess.Popen(command, cwd=REPOSITORY, env=os.environ, stdout=subprocess.PIPE, encoding="utf-8")
        assert started.stdout is not None
        assert "Praksis is at" in started.stdout.readline()
        return started

    address = f"http://127.0.0.1:{port}"
    first = start()
    assert ask(f"{address}/api/search?q=natt").status == 200
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream") as window:
        lines = begun(address, (f"/api/search?q=natt+{number}" for number in range(24)))
        # Who came after them has an answer: all have been heard.
        assert ask(f"{address}/_stcore/health").status == 200
        first.terminate()
        assert [cut_short(line) for line in lines] == [""] * 24
        with pytest.raises(ConnectionClosed):
            window.recv(timeout=30)
    assert first.wait(timeout=60) == -signal.SIGTERM
    again = start()
    try:
        assert ask(f"{address}/_stcore/health").text == "ok"
    finally:
        again.terminate()
        again.wait(timeout=60)
        for process in (first, again):
            if process.stdout:
                process.stdout.close()


def test_an_address_that_is_taken_is_said_before_it_is_told(own_library: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "kb",
                "serve",
                "--root",
                str(own_library),
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ],
            cwd=REPOSITORY,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert f"127.0.0.1 cannot be listened to at port {port}" in done.stderr
