"""A small installation that people have written in, and everything that its processes write."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PEOPLE = {
    "author": ("Kari Skriver", "kari.skriver@privat.example"),
    "committer": ("Ola Fletter", "ola.fletter@kommune.example"),
}
BESIDE = "Siv Medforfatter <siv.med@hjemme.example>"
ADDRESSES = ("kari.skriver@privat.example", "ola.fletter@kommune.example", "siv.med@hjemme.example", "hjemme.example")
"""What must never be seen."""

# Every file that Python opens to write, in the process and those it starts.
HOOK = """
import os, sys
def told(event, given):
    if event == "open" and isinstance(given[0], (str, bytes)):
        mode, flags = given[1] or "", given[2] or 0
        if set(mode) & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            os.write(handle, os.path.abspath(os.fsdecode(given[0])).encode() + b"\\n")
handle = os.open(os.environ["WRITTEN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
sys.addaudithook(told)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation lies, with a home and a folder for temporary files of its own."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def environment(self) -> Mapping[str, str]:
        """What its processes run with."""
        kept = {name: value for name, value in os.environ.items() if name not in {"KB_CACHE", "XDG_CACHE_HOME"}}
        own = {"HOME": self.home, "TMPDIR": self.temporary, "WRITTEN": self.folder / "written"}
        path = f"{self.folder / 'hook'}:{REPOSITORY}"
        # What Python keeps of its own modules is no file of the app's.
        python = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        return kept | {name: str(value) for name, value in own.items()} | python

    def kb(self, *arguments: str) -> None:
        """Run a command of the installation."""
        self.python("-m", "kb", *arguments)

    def python(self, *arguments: str) -> None:
        """Run Python as the installation does."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, encoding="utf-8", check=False
        )
        # 1 says that something was found.
        assert done.returncode in {0, 1}, done.stderr
        assert "Traceback" not in done.stderr

    def files(self) -> Iterator[str]:
        """Every file there is now, as the page on privacy names it."""
        for folder, name in ((self.root, ""), (self.home, "~/"), (self.temporary, "/tmp/")):
            for path in folder.rglob("*"):
                if path.is_file() and ".git" not in path.parts:
                    yield f"{name}{path.relative_to(folder).as_posix()}"

    def read(self, file: str) -> bytes:
        """What is in a file, by the name that the page has for it."""
        for folder, name in ((self.home, "~/"), (self.temporary, "/tmp/")):
            if file.startswith(name):
                return (folder / file.removeprefix(name)).read_bytes()
        return (self.root / file).read_bytes()

    def opened(self) -> set[str]:
        """Every file that Python opened to write, by the same names; what is elsewhere by its whole path."""
        found = set()
        for line in (self.folder / "written").read_text(encoding="utf-8").splitlines():
            named = line
            for folder, name in ((self.root, ""), (self.home, "~/"), (self.temporary, "/tmp/")):
                if Path(line).is_relative_to(folder):
                    named = f"{name}{Path(line).relative_to(folder).as_posix()}"
            found.add(named)
        return found


def place(folder: Path) -> Place:
    """An empty place."""
    found = Place(folder)
    for path in (found.root, found.home, found.temporary, folder / "hook"):
        path.mkdir()
    (folder / "hook" / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    return found


def git(folder: Path, *arguments: str) -> None:
    """Git, as two people who each did their part."""
    named = {
        f"GIT_{role.upper()}_{what}": value
        for role, person in PEOPLE.items()
        for what, value in zip(("NAME", "EMAIL"), person, strict=True)
    }
    own = named | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *arguments], env=os.environ | own, check=True, capture_output=True)
