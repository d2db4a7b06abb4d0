"""A day of use: commands, a server, every page and address of it; and what was kept and shown."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from privacy_helpers import ADDRESSES, BESIDE, PEOPLE, REPOSITORY, Place, git, place
from web.web_library import plant

from kb.web.pages import PAGES
from trust.parts.load.windows import shown

QUESTION = "vikarer i hjemmetjenesten, ring 98 76 54 32 eller post@privat.example"
NEVER = (*ADDRESSES, "post@privat.example", "98 76 54 32")
"""What must be seen nowhere."""
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
SENDS = """
from pathlib import PurePosixPath
from kb.access.person import Person, Role
from kb.access.record import record_sending
from kb.config import load_config
record_sending(load_config("."), Person("a1b2", Role.CONTRIBUTOR), PurePosixPath("no/a.md"), "tekst")
"""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day of use left."""

    at: Place
    told: Mapping[str, str]
    """Everything that was shown, by where."""

    def unnamed(self) -> set[str]:
        """Files that are written and not on the page about privacy."""
        files = {file for file in self.at.files() if file != "kb.toml"}
        return {file for file in files if not any(fnmatch(file, row) for row in rows())}

    def elsewhere(self) -> set[str]:
        """Files that were opened to be written outside the installation, its home and its temporary folder."""
        given = ("/tmp/praksis-", "/dev/", "/proc/")
        return {path for path in self.at.opened() if path.startswith("/") and not path.startswith(given)}

    def seen(self, text: str) -> list[str]:
        """Where a text was shown or is kept."""
        kept = [file for file in self.at.files() if text.encode() in self.at.read(file)]
        return [where for where, said in self.told.items() if text in said] + kept


def day(folder: Path) -> Day:
    """Use an installation for a day."""
    folder.mkdir(exist_ok=True)
    at = place(folder)
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
    # The first run looks at what `kb check` wrote; the second finds nothing to do, and notes it.
    at.kb("index")
    at.kb("index")
    told["the log"] = (at.folder / "server.log").read_text(encoding="utf-8")
    return Day(at, told)


def rows() -> list[str]:
    """The files that the page names, as patterns."""
    text = (REPOSITORY / "docs" / "privacy.md").read_text(encoding="utf-8")
    table = text.partition("## What is written, and where")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


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
                # Woken at once where it ends.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
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
