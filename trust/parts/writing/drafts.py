"""The app, or the browser, killed while somebody types: the draft is in the browser, as whole as it was typed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.index.build import build
from trust.parts.indexing.base import plant
from trust.rows import Row, Tally, Untried

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
SERVERS, BROWSERS = 6, 10
SECONDS, PATIENCE = 180.0, 90.0
WORDS = "Barna må være med på å veie matrestene, og kjøkkenet teller dem hver uke. "
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('praksis.')).map(([, text]) => text)"
FIELD = "Hva lærte dere?"


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Type, kill, come back, and look what is there."""
    if CHROMIUM is None:
        yield Untried("Drafts of the app while it or the browser is killed", "there is no Chromium on this machine")
        return
    from playwright.sync_api import sync_playwright

    config = plant(folder, 5)
    build(config)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with sync_playwright() as playwright:
        yield _servers(config.root, port, playwright)
        yield _browsers(config.root, port, playwright)


def _servers(root: Path, port: int, playwright: Playwright) -> Row:
    """Not one sign is lost where the app dies: each is kept before the app hears of it."""
    tally, typed = Tally("kill -9 of the app while somebody types a draft; it is started again"), ""
    chance = random.Random(5)
    with _browser(root / "profile", playwright) as browser:
        page, address = browser.new_page(), f"http://127.0.0.1:{port}/ny"
        for number in range(SERVERS):
            with tally.once(f"app {number}", SECONDS):
                with _app(root, port) as app:
                    page.goto(address)
                    _ready(page)
                    address = page.url
                    if _value(page) != typed:
                        tally.bad("lost", f"app {number}: {_value(page)!r} of {typed!r} came back")
                    page.get_by_label(FIELD).press("End")
                    for sign in WORDS[: chance.randrange(10, len(WORDS))]:
                        page.keyboard.type(sign)
                        typed += sign
                    app.kill()
                    page.keyboard.type("!")
                    typed += "!"
                if not _holds(page, typed):
                    tally.bad("lost", f"app {number}: {page.evaluate(KEPT)}")
    return tally.row(f"{len(typed)} signs typed")


def _browsers(root: Path, port: int, playwright: Playwright) -> Row:
    """What the browser had on the disk when it died is a draft as it stood at some moment, never half of one."""
    tally, lost = Tally("kill -9 of the browser while somebody types a draft"), []
    chance = random.Random(6)
    with _app(root, port):
        for number in range(BROWSERS):
            profile, typed = root / f"profile-{number}", f"Nr. {number}. "
            with tally.once(f"browser {number}", SECONDS):
                with _browser(profile, playwright) as browser:
                    page = browser.new_page()
                    page.goto(f"http://127.0.0.1:{port}/ny")
                    _ready(page)
                    address = page.url
                    page.get_by_label(FIELD).fill(typed)
                    end = time.monotonic() + chance.uniform(0.5, 8)
                    while time.monotonic() < end:
                        page.keyboard.type(WORDS[len(typed) % len(WORDS)])
                        typed += WORDS[len(typed) % len(WORDS)]
                    _kill(profile)
                with _browser(profile, playwright) as browser:
                    page = browser.new_page()
                    page.goto(address)
                    _ready(page)
                    value = _value(page)
                    lost.append(len(typed) - len(value))
                    if not typed.startswith(value):
                        tally.bad("lost", f"browser {number}: {value!r} is nothing that was typed")
    typed_last = f"the browser had not yet written up to {max(lost)} of the signs typed last" if lost else ""
    return tally.row(typed_last)


def _holds(page: Page, typed: str) -> bool:
    """Whether the browser keeps the draft, whole, with what was typed last."""
    drafts: list[dict[str, Any]] = [json.loads(text) for text in page.evaluate(KEPT)]
    return any(typed in draft.values() for draft in drafts)


def _value(page: Page) -> str:
    return page.get_by_label(FIELD).input_value()


def _ready(page: Page) -> None:
    """Wait until the form is drawn and the browser has handed back what it keeps."""
    page.locator("body[data-draft]").wait_for(state="attached", timeout=PATIENCE * 1000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE * 1000)
    page.get_by_label(FIELD).focus()


@contextmanager
def _browser(profile: Path, playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser that keeps what it is given in a folder; one that was killed is let go of."""
    from playwright.sync_api import Error

    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=OPTIONS, locale="nb-NO"
    )
    context.set_default_timeout(PATIENCE * 1000)
    try:
        yield context
    finally:
        try:
            context.close()
        except Error:
            (profile / "SingletonLock").unlink(missing_ok=True)


def _kill(profile: Path) -> None:
    """Kill -9 of the browser that uses a folder, by the number that it notes there."""
    os.kill(int(os.readlink(profile / "SingletonLock").rpartition("-")[2]), signal.SIGKILL)


@contextmanager
def _app(root: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The app as people start it, once it answers."""
    command = [sys.executable, "-m", "kb", "serve", "--root", str(root), "--port", str(port), "--host", "127.0.0.1"]
    with (
        (root / "server.log").open("ab") as log,
        subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as app,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", app)
            yield app
        finally:
            app.kill()


def _wait(url: str, app: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and app.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the app did not start")
