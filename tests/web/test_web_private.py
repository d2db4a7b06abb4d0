"""Nothing about a reader leaves the app: no counting, nothing from other places, nothing kept but what is told."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from kb.web.pages import PAGES
from kb.web.private import policy
from web.web_ask import ask
from web.web_library import HOSTILE_ID, REPOSITORY
from web.web_screen import in_browser

ADDRESSES = (
    "",
    "?q=arbeidstid&country=se",
    "praksis?id=oslo-nordstrand-f7-innovasjonsspeidere",
    "sammenlign?p=goteborg-svartedalen-sextimmarsdag,kiruna-sextimmarsdag-hemtjanst",
    f"lan?p={HOSTILE_ID}",
    "spredning",
    "ideer",
    "ord?q=tillit",
    "steder",
    "steder?sted=no",
    "oversikt",
    "ny",
    "om",
    "logg-inn",
    "logg-ut",
    "finnes-ikke",
    "p/",
    f"p/{HOSTILE_ID}",
    "?embed=true&embed_options=show_toolbar",
)
FROM_ITS_MAKERS = "?staticAppId=abc"
"""Asks Streamlit to fetch a page from its makers instead of from here."""
COMMANDS = {
    "streamlit": ["-m", "streamlit", "run", str(REPOSITORY / "app.py"), "--server.headless", "true", "--server.port"],
    "kb serve": ["-m", "kb", "serve", "--port"],
    "another server": ["-m", "uvicorn", "app:app", "--app-dir", str(REPOSITORY), "--log-level", "error", "--port"],
}


@contextmanager
def _started(command: list[str], root: Path, elsewhere: Path) -> Iterator[int]:
    """The app as one of its commands starts it, in a folder and for a user without settings of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = os.environ | {"KB_ROOT": str(root), "HOME": str(elsewhere), "PYTHONPATH": str(REPOSITORY)}
    log = (elsewhere / "log").open("wb")
    arguments = [sys.executable, *command, str(port)]
    if "serve" in command:
        arguments += ["--root", str(root)]
    with log, subprocess.Popen(arguments, cwd=elsewhere, env=environment, stdout=log, stderr=log) as process:
        try:
            end = time.monotonic() + 180
            while process.poll() is None and time.monotonic() < end:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                    break
                except OSError:
                    continue
            yield port
        finally:
            process.terminate()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_streamlit_counts_nothing_however_it_is_started(command: list[str], library: Path, tmp_path: Path) -> None:
    with (
        _started(command, library, tmp_path) as port,
        connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None) as line,
    ):
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        line.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(bytes(line.recv(timeout=180, decode=False)))
            assert message.WhichOneof("type") != "page_profile"
            if message.WhichOneof("type") == "new_session":
                assert not message.new_session.config.gather_usage_stats
            if message.WhichOneof("type") == "script_finished":
                break
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert "usage statistics" not in said
    assert "External URL" not in said


def test_every_answer_tells_the_browser_to_stay_here(server: str) -> None:
    for path in ("/", "/om?lang=en", "/finnes-ikke", "/p/", "/api/search?q=vakt", "/_stcore/health"):
        headers = ask(f"{server}{path}", Accept="text/html").headers
        said = headers["content-security-policy"]
        assert said.startswith(("default-src 'self'", "default-src 'none'")), path
        here = urlsplit(server).netloc
        assert set(re.findall(r"(?:https?|wss?):[^\s;]*", said)) <= {f"ws://{here}", f"wss://{here}"}
        assert "frame-ancestors 'none'" in said
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert {"camera=()", "geolocation=()"} <= set(headers["permissions-policy"].split(", "))
        assert headers["cross-origin-opener-policy"] == "same-origin"


def test_a_page_of_the_app_runs_no_script_but_those_it_came_with(server: str) -> None:
    answer = ask(f"{server}/praksis?id={HOSTILE_ID}", Accept="text/html")
    (allowed,) = re.findall(r"script-src ([^;]*)", answer.headers["content-security-policy"])
    assert "unsafe" not in allowed
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digests = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert set(allowed.split()) == {"'self'", "blob:", *(f"'sha256-{digest}'" for digest in digests)}


def test_no_page_of_another_site_may_speak_for_the_app(server: str) -> None:
    assert ask(f"{server}/_stcore/host-config").json["allowedOrigins"] == []


@pytest.mark.parametrize("host", ["", "a b", "ond.example; script-src *", "x\r\ny", "[::1", "ond.example/*"])
def test_a_host_that_cannot_be_opens_nothing(host: str) -> None:
    assert policy(host).endswith("connect-src 'self'")


def test_the_app_is_reached_by_name_number_and_port() -> None:
    for host in ("praksis.kommune.no", "127.0.0.1:8501", "[::1]:8501"):
        assert f"ws://{host} wss://{host}" in policy(host)


@in_browser
def test_a_walk_through_all_pages_asks_nobody_else_and_keeps_nothing(page: Page, server: str) -> None:
    assert {urlsplit(address).path for address in ADDRESSES} >= {spec.path for spec in PAGES}
    asked: list[str] = []
    here = urlsplit(server).netloc

    def passed(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if urlsplit(route.request.url).netloc == here else route.abort()

    def opened(line: WebSocket) -> None:
        asked.append(line.url)

    page.context.route("**/*", passed)
    page.on("websocket", opened)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    for address in ADDRESSES:
        page.goto(f"{server}/{address}")
        expect(page.locator("h1").first).to_be_visible()
        if page.locator("[data-testid=stApp]").count():
            expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    # Nothing that belongs to the app is shut out.
    assert refused == []
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.goto(f"{server}/{FROM_ITS_MAKERS}")
    assert {urlsplit(url).netloc for url in asked} == {here}
    assert {urlsplit(url).scheme for url in asked} == {"http", "ws"}
    assert page.evaluate("Object.keys(localStorage).filter(name => !name.startsWith('st'))") == []
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"_streamlit_xsrf"}
    fonts = page.evaluate("[...document.fonts].map(font => font.status)")
    assert "error" not in fonts
