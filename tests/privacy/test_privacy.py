"""The page on privacy is true: what is written is on it, and what must not be seen is seen nowhere."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch

import pytest
from privacy_helpers import ADDRESSES, BESIDE, PEOPLE, REPOSITORY, Place, git, place
from web.web_library import plant

from kb.web.pages import PAGES
from trust.parts.load.windows import shown

QUESTION = "vikarer i hjemmetjenesten, ring 98 76 54 32 eller post@privat.example"
OWN = "bykle-meirope-bibliotek"
PLAIN = (
    "p/",
    f"p/{OWN}",
    f"p/{OWN}.md",
    f"p/{OWN}.json",
    "feed.atom",
    "sitemap.xml",
    "robots.txt",
    "api/",
    "api/openapi.json",
    "api/practices",
    f"api/practices/{OWN}",
    "api/search?q=bibliotek",
    "api/words?q=tillit",
    "api/spread",
    f"api/similar/{OWN}",
    "api/finnes-ikke",
    "finnes-ikke",
)
UNTRIED = {"~/.cache/praksis/*", "index/elsewhere/*", "index/vectors.sqlite*"}
"""Rows of the page that this trial does not reach: no model runs here, and nobody indexes another folder."""
SENDS = """
from pathlib import PurePosixPath
from kb.access.person import Person, Role
from kb.access.record import record_sending
from kb.config import load_config
record_sending(load_config("."), Person("a1b2", Role.CONTRIBUTOR), PurePosixPath("no/a.md"), "tekst")
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict[str, str]]:
    """An installation after a day of use, and everything that it showed, by address."""
    at = place(tmp_path_factory.mktemp("privacy"))
    plant(at.root)
    with (at.root / "kb.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[log]\nqueries = true\n")
    remote = at.folder / "remote.git"
    git(at.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(at.root, "init", "--quiet", "--initial-branch=main")
    git(at.root, "add", "-A")
    git(at.root, "commit", "--quiet", "-m", f"Begin\n\nCo-authored-by: {BESIDE}")
    git(at.root, "remote", "add", "origin", str(remote))
    git(at.root, "push", "--quiet", "-u", "origin", "main")
    git(at.root, "config", "user.name", PEOPLE["author"][0])
    git(at.root, "config", "user.email", PEOPLE["author"][1])
    at.kb("index")
    at.kb("search", QUESTION)
    at.kb("check", "--fix")
    at.kb("status")
    at.kb("propose", f"practices/no/bykle/{OWN}.md", "--dry-run")
    at.python("-c", SENDS)
    with _serving(at) as port:
        told = {path: _ask(f"http://127.0.0.1:{port}/{path}") for path in PLAIN}
        for spec in PAGES:
            path = f"{spec.path}?{'id' if spec.path == 'praksis' else 'p'}={OWN}&q=vikarer"
            told[path] = "\n".join(shown(port, path))
    told["the log"] = (at.folder / "server.log").read_text(encoding="utf-8")
    return at, told


def test_every_file_that_is_written_is_on_the_page_and_the_page_names_no_other(
    used: tuple[Place, dict[str, str]],
) -> None:
    at, _ = used
    rows = _rows()
    given = {"kb.toml"}
    files = {file for file in at.files() if file not in given}
    unnamed = {file for file in files if not any(fnmatch(file, row) for row in rows)}
    assert unnamed == set()
    unseen = {row for row in rows if not any(fnmatch(file, row) for file in files | at.opened())}
    assert unseen <= UNTRIED | {"/tmp/praksis-*"}


def test_nothing_is_written_anywhere_else(used: tuple[Place, dict[str, str]]) -> None:
    at, _ = used
    elsewhere = {path for path in at.opened() if path.startswith("/") and not path.startswith("/tmp/praksis-")}
    assert {path for path in elsewhere if not path.startswith(("/dev/", "/proc/"))} == set()


def test_nobody_s_address_is_shown_or_kept(used: tuple[Place, dict[str, str]]) -> None:
    at, told = used
    assert PEOPLE["author"][0] in told[f"praksis?id={OWN}&q=vikarer"]
    for address in (*ADDRESSES, "post@privat.example", "98 76 54 32"):
        assert [where for where, text in told.items() if address in text] == []
        kept = [file for file in at.files() if address.encode() in _bytes(at, file)]
        assert kept == []


def test_the_question_is_in_no_log_but_the_one_that_is_for_questions(used: tuple[Place, dict[str, str]]) -> None:
    at, told = used
    assert "vikarer" not in told["the log"]
    kept = {file for file in at.files() if b"vikarer i hjemmetjenesten" in _bytes(at, file)}
    assert kept == {"index/queries.jsonl"}
    lines = (at.root / "index" / "queries.jsonl").read_text(encoding="utf-8")
    assert "127.0.0.1" not in lines
    assert not re.search(r"\d\d:\d\d", lines)


@pytest.mark.parametrize("name", ["index/queries.jsonl", "log/proposals.jsonl"])
def test_what_is_about_people_is_for_the_app_s_own_account(used: tuple[Place, dict[str, str]], name: str) -> None:
    assert (used[0].root / name).stat().st_mode & 0o077 == 0


def _rows() -> list[str]:
    """The files that the page names, as patterns."""
    text = (REPOSITORY / "docs" / "privacy.md").read_text(encoding="utf-8")
    table = text.partition("## What is written, and where")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def _bytes(at: Place, file: str) -> bytes:
    folder = at.home if file.startswith("~/") else at.temporary if file.startswith("/tmp/") else at.root
    return (folder / file.removeprefix("~/").removeprefix("/tmp/")).read_bytes()


@contextmanager
def _serving(at: Place) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "kb", "serve", "--port", str(port), "--host", "127.0.0.1"]
    with (
        (at.folder / "server.log").open("wb") as log,
        subprocess.Popen(command, cwd=at.root, env=at.environment, stdout=log, stderr=log) as process,
    ):
        try:
            while process.poll() is None and not _ask(f"http://127.0.0.1:{port}/_stcore/health"):
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def _ask(url: str) -> str:
    """What an address answers, head and all; nothing where nobody does."""
    try:
        with urllib.request.urlopen(url, timeout=120) as found:
            return f"{found.headers}{found.read().decode()}"
    except urllib.error.HTTPError as error:
        with error:
            return f"{error.headers}{error.read().decode()}"
    except OSError:
        return ""
