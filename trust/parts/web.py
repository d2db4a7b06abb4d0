"""Nothing that stands in a practice runs, nobody asks so much that others go without, and stopping loses no answer."""

from __future__ import annotations

import contextlib
import json
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

from trust.rows import Row, Tally, Untried

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

ORDER = 5
TITLE = "Web"
ABOUT = """Practices that mean harm in every field, names of places and themes that do so too, and clients that no
ordinary browser is. Executed is a script that ran, a request to another place, something that only the browser's own
policy stopped, a file from outside, or a way in from another site. Lost is an answer that was begun and not ended."""
LIMIT = 1200

SECONDS = 60.0
PLAIN_SECONDS = 10.0
LANGUAGES = ("nb", "nn", "da", "sv", "en")
IDLE = 300
"""Connections that are opened and say nothing."""
RESTARTS = 10
ASKED = 30
"""Questions that are being answered at each stop."""


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Everything, over one server with hostile practices."""
    from web.web_hostile import plant_hostile
    from web.web_library import serve

    from kb.config import load_config
    from kb.index.build import build

    root = folder / "hostile"
    root.mkdir()
    plant_hostile(root)
    build(load_config(root))
    with contextlib.contextmanager(serve)(root) as server:
        yield from _in_a_browser(server)
        yield _climbs(server)
        yield _redirects(server)
        yield _other_sites(server)
        yield _too_large(server)
        yield _too_often(server)
        yield _silence(server)
    yield _restarts(root)
    yield _audit()
    yield Untried("Encryption in transit (HSTS, secure cookies)", "TLS is the proxy's in front of the app")


def _in_a_browser(server: str) -> Iterator[Row | Untried]:
    """Every page of the app in every language, and the plain pages, feed and API, in a real Chromium."""
    from web.web_screen import CHROMIUM, browsers, pages, ready

    if CHROMIUM is None:
        yield Untried("Hostile practices in a browser", "no Chromium here; run tests/install-browser.sh")
        return
    from web.test_web_hostile import ADDRESSES, _nothing_ran
    from web.web_hostile import HOSTILE_ID, ODD_ID, SCRIPT

    app = [f"{path}?{urlencode({**given, 'lang': code})}" for code in LANGUAGES for path, given in ADDRESSES]
    ids = (f"p/{HOSTILE_ID}", f"p/{ODD_ID}", f"p/{quote(SCRIPT)}", "p/")
    plain = [f"{path}?lang={code}" for code in LANGUAGES for path in (*ids, "feed.atom", "api/")]
    plain += [f"p/{HOSTILE_ID}.json", "sitemap.xml", "api/search?q=vaktliste", f"api/practices/{HOSTILE_ID}"]
    for what, addresses in (("pages of the app", app), ("plain pages, feed and API", plain)):
        tally = Tally(f"Practices hostile in every field, on {what} in a browser, in five languages")
        with contextlib.contextmanager(browsers)() as browser, contextlib.contextmanager(pages)(browser) as page:
            bad = _listened_to(page, server)
            for address in addresses:
                with tally.once(address, SECONDS):
                    page.goto(f"{server}/{address}")
                    ready(page)
                    _nothing_ran(page)
                for what_ran in bad:
                    tally.bad("executed", f"{address}: {what_ran}")
                bad.clear()
        yield tally.row(f"the slowest took {tally.slowest:.1f} s")


def _listened_to(page: Page, server: str) -> list[str]:
    """What happens in a window that must not, as it happens."""
    from web.web_screen import was_stopped

    bad: list[str] = []

    def said(dialog: Dialog) -> None:
        bad.append(f"said {dialog.message}")
        dialog.dismiss()

    def told(message: ConsoleMessage) -> None:
        if was_stopped(message):
            bad.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((server, "data:", "blob:")):
            bad.append(request.url)

    page.on("dialog", said)
    page.on("console", told)
    page.on("request", asked)
    page.on("popup", lambda other: bad.append(f"opened {other.url}"))
    return bad


def _climbs(server: str) -> Row:
    from web.web_attack import CLIMBS, SECRETS, raw

    tally = Tally("Paths out of what is served, in 88 spellings of the way up")
    for path in CLIMBS:
        with tally.once(path, PLAIN_SECONDS):
            answer, _ = raw(server, f"GET {path}")
            if int(answer.split(b" ")[1]) >= 500:
                tally.bad("wrong", f"{path}: {answer[:40]!r}")
            if any(secret in answer for secret in SECRETS):
                tally.bad("executed", path)
    return tally.row(f"the slowest took {tally.slowest:.2f} s")


def _redirects(server: str) -> Row:
    from web.web_attack import REDIRECTS, leads_away, raw

    tally = Tally("Addresses that ask to be sent to another place")
    here = urlsplit(server).netloc
    for path in REDIRECTS:
        with tally.once(path, PLAIN_SECONDS):
            answer, _ = raw(server, f"GET {path}", headers={"Accept": "text/html"})
            if leads_away(answer, here):
                tally.bad("executed", path)
    return tally.row()


def _other_sites(server: str) -> Row:
    """Windows that pages of other sites open, and files and presses that they send."""
    from web.web_ask import ask
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect
    from websockets.typing import Origin

    tally = Tally("Pages of other sites that open a window, upload, or press a button (XSRF)")
    port = urlsplit(server).port
    origins = ("https://ond.example", "null", "http://127.0.0.1:1", f"https://127.0.0.1:{port}.ond.example")
    for origin in origins:
        with (
            tally.once(origin, PLAIN_SECONDS),
            contextlib.suppress(InvalidStatus),
            connect(f"{server.replace('http', 'ws', 1)}/_stcore/stream", origin=Origin(origin)),
        ):
            tally.bad("executed", f"a window from {origin}")
    writes = [(method, path) for method in ("POST", "PUT", "DELETE", "PATCH") for path in _written()]
    for method, path in writes:
        with tally.once(f"{method} {path}", PLAIN_SECONDS):
            status = ask(f"{server}/{path}", method, Origin=origins[0], Accept="text/html").status
            if status not in {400, 404, 405}:
                tally.bad("executed", f"{method} {path}: {status}")
    return tally.row()


def _written() -> tuple[str, ...]:
    streamlit = ("_stcore/upload_file/a/b", "_stcore/agent/interact", "_stcore/agent/mcp", "_stcore/health", "media/x")
    return ("", "ny", "lan", "p/", "p/oslo-ond", "api/search", "api/practices/x", "feed.atom", *streamlit)


def _too_large(server: str) -> Row:
    from web.web_attack import raw

    tally = Tally("Bodies of 300 kB to 64 MB, with and without a length")
    for path in _written():
        for size in (300_000, 64_000_000):
            with tally.once(f"{path} {size}", PLAIN_SECONDS):
                part = b"x" * 65536
                answer, closed = raw(
                    server, f"POST /{path}", part, {"Content-Length": str(size)}, times=size // len(part)
                )
                if not closed or (answer and answer.split(b" ")[1] not in {b"413", b"404"}):
                    tally.bad("executed", f"{path}: {answer[:40]!r}")
            with tally.once(f"{path} endless", PLAIN_SECONDS):
                chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
                _, closed = raw(server, f"POST /{path}", chunk, {"Transfer-Encoding": "chunked"}, times=size // 65536)
                if not closed:
                    tally.bad("executed", f"{path}: it goes on listening")
    return tally.row()


def _too_often(server: str) -> Row:
    """Five addresses ask for twice what they may, each on four lines; a neighbour asks now and then."""
    from web.web_ask import ask

    from kb.config import Limits

    tally = Tally("Requests of 5 addresses that ask for twice what they may, and of a neighbour")
    path, most = f"{server}/robots.txt", Limits().requests

    def flood(number: int) -> list[int]:
        return [ask(path, X_Forwarded_For=f"203.0.113.{number}").status for _ in range(most // 2)]

    with ThreadPoolExecutor(20) as threads:
        floods = [threads.submit(flood, number % 5) for number in range(20)]
        while not all(one.done() for one in floods):
            with tally.once("the neighbour", PLAIN_SECONDS):
                if (status := ask(path, X_Forwarded_For="198.51.100.1").status) != 200:
                    tally.bad("wrong", f"the neighbour was answered {status}")
    statuses = [status for one in floods for status in one.result()]
    tally.times += len(statuses)
    if odd := set(statuses) - {200, 429, 503}:
        tally.bad("wrong", f"answered {odd}")
    if 429 not in statuses:
        tally.bad("wrong", "nobody was told to wait")
    return tally.row(f"{statuses.count(429)} were told to wait; the neighbour's slowest took {tally.slowest:.2f} s")


def _silence(server: str) -> Row:
    """Connections that begin and say no more, and a reader who asks meanwhile."""
    from web.web_ask import ask

    from kb.web.server import ASKING

    tally = Tally(f"Connections that begin a request and say no more, {IDLE} at once")
    parts = urlsplit(server)
    begun = (
        b"",
        b"GET / HT",
        b"POST /api/search HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
        b"GET / HTTP/1.1\r\nX",
    )
    lines = [socket.create_connection((parts.hostname, parts.port)) for _ in range(IDLE)]
    started = time.monotonic()
    for number, line in enumerate(lines):
        with contextlib.suppress(OSError):
            line.sendall(begun[number % len(begun)])
    with tally.once("a reader meanwhile", PLAIN_SECONDS):
        ask(f"{server}/p/")
    meanwhile = tally.slowest
    for line in lines:
        with tally.once("a silent connection", ASKING * 2 + SECONDS):
            line.settimeout(ASKING * 2)
            with contextlib.suppress(ConnectionError):
                while line.recv(65536):
                    pass
            line.close()
    last = time.monotonic() - started
    return tally.row(f"all were closed after {last:.0f} s; a reader was answered in {meanwhile:.2f} s meanwhile")


def _restarts(root: Path) -> Row:
    """Stop the server in the middle of its answers, and start it again."""
    from web.web_ask import ask

    tally = Tally("Answers on their way when the server is told to stop (SIGTERM), and the start after it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    slowest = 0.0
    for number in range(RESTARTS):
        start = time.monotonic()
        with _started(root, port) as process:
            ask(f"{address}/api/search?q=start")
            slowest = max(slowest, time.monotonic() - start)
            for what in _stopped_amid(address, process, number):
                tally.times += 1
                if what:
                    tally.bad("lost", what)
    return tally.row(f"from start to first answer at most {slowest:.1f} s")


@contextlib.contextmanager
def _started(root: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "kb", "serve", "--root", str(root), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def _stopped_amid(address: str, process: subprocess.Popen[str], number: int) -> Iterator[str]:
    """For each answer that was begun, what was missing of it; the server has ended within its grace."""
    from web.web_attack import begun, cut_short

    from kb.web.server import GRACE

    lines = begun(address, (f"/api/search?q=vikar+{number}+{one}" for one in range(ASKED)))
    # The first answer is on its way: all have been heard.
    select.select(lines, [], [], SECONDS)
    process.terminate()
    yield from (cut_short(line) for line in lines)
    try:
        process.wait(GRACE * 2)
    except subprocess.TimeoutExpired:
        yield f"the server had not stopped after {GRACE * 2} s"


def _audit() -> Row | Untried:
    """Whether any library that is locked has a fault that is known, where the list of faults can be asked."""
    what = "Locked libraries, against the database of known faults (pip-audit)"
    program = shutil.which("pip-audit") or str(ROOT / ".venv" / "audit" / "bin" / "pip-audit")
    if not Path(program).is_file():
        return Untried(what, "pip-audit is not installed here; `make audit` installs and runs it")
    locked = ROOT / "requirements" / "run.txt"
    arguments = ["--no-deps", "--disable-pip", "--format", "json", "--requirement", str(locked)]
    start = time.perf_counter()
    done = subprocess.run([program, *arguments], capture_output=True, encoding="utf-8", check=False, timeout=300)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return Untried(what, "the database does not answer here")
    if skipped := [one["name"] for one in found if "skip_reason" in one]:
        return Untried(what, f"the database here does not know {len(skipped)} of {len(found)} of them")
    faults = [f"{one['name']} {one['version']}: {fault['id']}" for one in found for fault in one["vulns"]]
    return Row(
        what,
        len(found),
        wrong=len(faults),
        seconds=time.perf_counter() - start,
        examples=tuple(faults[:5]),
        command="make audit",
    )
