"""Far too much: long lines, long files, many files, deep folders."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import kb
from kb import check
from kb.config import Config
from kb.index.build import build
from trust import asgi
from trust.rows import Row, Tally

SECONDS = 120.0
"""How long a file of megabytes may take of the processor to be checked, indexed, found and shown."""
MANY, DEEP = 5_000, 1_500
MEGABYTE = 1_000_000

LARGE: Mapping[str, str] = {
    "A line of a million signs": "# Lang\n\n" + "x" * MEGABYTE + "\n",
    "A line of a million words": "# Ord\n\n" + "ord " * MEGABYTE + "\n",
    "80 000 headings": "# Overskrift\n\n" * 80_000,
    "83 000 different headings": "\n".join(f"## Overskrift {number}" for number in range(83_000)),
    "A million signs of comments that never close": "# Kommentar\n\n" + "x <![CDATA[ " * 80_000,
    "A bomb of links by name": f"# Lenker\n\n[a]: https://example.org/{'x' * 200_000}\n\n" + "[a] " * 200_000,
    "Eight million signs of prose": "# Prosa\n\n" + "Vi prøvde noe nytt i hjemmetjenesten.\n\n" * 200_000,
    "A million brackets": "# Klammer\n\n" + "[" * MEGABYTE,
    "A million stars": "# Stjerner\n\n" + "*a " * MEGABYTE,
    "A million quotes in quotes": "# Sitat\n\n" + "> " * MEGABYTE,
}


def rows(folder: Path, large: Mapping[str, str] = LARGE, many: int = MANY, deep: int = DEEP) -> Iterator[Row]:
    """A row for large files, one for many, one for deep."""
    yield largest(folder / "large", large)
    yield crowded(folder / "many", many)
    yield deepest(folder / "deep", deep)


def largest(folder: Path, large: Mapping[str, str]) -> Row:
    """Each alone: checked, indexed, found and shown."""
    tally = Tally("Files of megabytes are checked, indexed, found and shown")
    for number, (what, text) in enumerate(large.items()):
        root = folder / str(number)
        (root / "practices").mkdir(parents=True)
        (root / "practices" / "stor.md").write_text(text, encoding="utf-8")
        (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
        config = Config(root=root, practices=root / "practices", index=root / "index", model="none")
        with tally.once(what, SECONDS):
            check.check(config.practices)
            report = build(config)
            base = kb.KnowledgeBase(config)
            if report.practices != 1 or not base.search(base.practices[0].title).hits:
                tally.bad("wrong", f"{what}: it is not found")
            with asgi.site(root) as get:
                if get("p/stor").status != 200:
                    tally.bad("wrong", f"{what}: it has no page")
    return tally.row(f"the slowest took {tally.slowest:.1f} s, of {SECONDS:g} allowed")


def crowded(folder: Path, many: int) -> Row:
    """Thousands of files in one folder, each found by its own word."""
    tally = Tally(f"{many} files in one folder are checked, indexed and found")
    practices = folder / "practices"
    practices.mkdir(parents=True)
    for number in range(many):
        (practices / f"notat-{number}.md").write_text(f"# Notat {number}\n\nOrdet er merke{number}.\n")
    config = Config(root=folder, practices=practices, index=folder / "index", model="none")
    with tally.once("all of them", SECONDS):
        check.check(practices)
        if build(config).practices != many:
            tally.bad("wrong", "not all of them are indexed")
    base = kb.KnowledgeBase(config)
    for number in range(0, many, max(many // 50, 1)):
        with tally.once(f"notat-{number}", SECONDS):
            if base.search(f"merke{number}")[0].practice.id != f"notat-{number}":
                tally.bad("wrong", f"notat-{number} is not found")
    return tally.row(f"the slowest took {tally.slowest:.1f} s, of {SECONDS:g} allowed")


def deepest(folder: Path, deep: int) -> Row:
    """Folders in folders, to where the system itself gives up, and a practice at the top that is found all the same."""
    tally = Tally(f"{deep} folders inside each other")
    practices = folder / "practices"
    practices.mkdir(parents=True)
    (practices / "overst.md").write_text("# Øverst\n\nHer.\n", encoding="utf-8")
    here = os.open(practices, os.O_RDONLY)
    for _ in range(deep):
        os.mkdir("ned", dir_fd=here)
        below = os.open("ned", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("nederst.md", os.O_CREAT, 0o644, dir_fd=here))
    os.close(here)
    config = Config(root=folder, practices=practices, index=folder / "index", model="none")
    with tally.once("all of them", SECONDS):
        report = build(config)
        findings = check.check(practices).findings
        found = kb.KnowledgeBase(config).search("øverst")
        named = report.practices == 2 or (report.unreadable and any(f.code == "unreadable" for f in findings))
        if found[0].practice.id != "overst" or not named:
            tally.bad("wrong", "the practice at the top is not found, or the one at the bottom is not named")
    # Python's own way of clearing a folder goes no deeper than its stack.
    subprocess.run(["rm", "-rf", str(practices)], check=True)
    return tally.row(f"it took {tally.slowest:.1f} s, of {SECONDS:g} allowed")
