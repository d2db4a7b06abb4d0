"""A login service and the app behind it, both as processes of their own, and ways to log in."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Page

from kb.access.setup import API_TOKEN, CLIENT_SECRET, COOKIE_SECRET
from web.web_screen import ready

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
RULES = """
[access]
read = "login"
propose = "login"
issuer = "{issuer}"
client = "{client}"
reader = ["praksis-lesere"]
contributor = ["praksis-bidrag"]
maintainer = ["praksis-drift"]
"""
STARTS = 300
"""Seconds that a process may take to start on a busy machine."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A login service that knows one app."""

    issuer: str
    client: str
    secret: str
    process: subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Closed:
    """The app where reading needs a login."""

    url: str
    root: Path
    provider: Provider
    log: Path
    cookie_secret: str = field(repr=False)
    token: str = field(repr=False)


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def provider(app: str, log: Path) -> Iterator[Provider]:
    """A login service at which an app is registered by its address."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    # Its makers use a module of Authlib's that is on its way out, and say so.
    command = [sys.executable, "-W", "ignore", str(HERE / "web_provider.py"), str(port)]
    with log.open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            wait(f"{issuer}/.well-known/openid-configuration", process, log)
            asked = json.dumps({"redirect_uris": [f"{app}/oauth2callback"]}).encode()
            given = {"content-type": "application/json"}
            with urllib.request.urlopen(urllib.request.Request(f"{issuer}/oauth2/clients", asked, given)) as answer:
                known = json.loads(answer.read())
            yield Provider(issuer, known["client_id"], known["client_secret"], process)
        finally:
            process.kill()


@contextmanager
def closed(root: Path, base: str = "", rules: str = RULES) -> Iterator[Closed]:
    """The app over a repository, behind a login service of its own; `base` is a path that it lies under."""
    port = free_port()
    url = f"http://127.0.0.1:{port}{f'/{base}' if base else ''}"
    with provider(url, root / "provider.log") as service:
        settings = (root / "kb.toml").read_text(encoding="utf-8")
        said = rules.format(issuer=service.issuer, client=service.client)
        (root / "kb.toml").write_text(f'{settings}\n[app]\nurl = "{url}"\n{said}', encoding="utf-8")
        cookie, token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        (root / "token").write_text(f"{token}\n", encoding="utf-8")
        given = {CLIENT_SECRET: service.secret, COOKIE_SECRET: cookie, f"{API_TOKEN}_FILE": str(root / "token")}
        if base:
            given["STREAMLIT_SERVER_BASE_URL_PATH"] = base
        log = root / "server.log"
        with started(root, port, given, log) as process:
            wait(f"{url}/_stcore/health", process, log)
            yield Closed(url, root, service, log, cookie, token)


@contextmanager
def started(root: Path, port: int, given: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`kb serve` as a process."""
    command = [sys.executable, "-m", "kb", "serve", "--port", str(port), "--host", "127.0.0.1", "--root", str(root)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)} | dict(given)
    with (
        log.open("wb") as said,
        subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=said, stderr=said) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until a process answers."""
    end = time.monotonic() + STARTS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            # Woken at once where it ends.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        else:
            return
    raise AssertionError(f"It did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


class Browser:
    """What a browser does with addresses and cookies, without drawing anything."""

    def __init__(self, app: Closed) -> None:
        self.app = app
        self.cookies = CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies)).open

    def log_in(self, name: str) -> str:
        """Go the whole way through the login service as somebody, and tell at which address it ended."""
        claims = {"provider": "default", "exp": int(time.time()) + 60}
        way = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.app.cookie_secret))
        with self._open(f"{self.app.url}/auth/login?provider={way}") as asked:
            form = asked.url
        assert form.startswith(self.app.provider.issuer), form
        with self._open(form, data=f"sub={name}".encode()) as answer:
            return str(answer.url).removeprefix(self.app.url)

    def status(self, path: str, method: str = "GET", **headers: str) -> int:
        """What an address answers."""
        return self.ask(path, method, **headers)[0]

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and body of an answer."""
        request = urllib.request.Request(f"{self.app.url}/{path}", headers=headers, method=method)
        try:
            with self._open(request) as found:
                return found.status, dict(found.headers), found.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()


def log_in(page: Page, app: Closed, name: str, path: str = "") -> None:
    """Log in as a reader does, from a page of the app."""
    page.goto(f"{app.url}/{path}")
    page.get_by_role("link", name="Logg inn").first.click()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(lambda url: url.startswith(app.url))
    ready(page)
