"""Repositories as others write them: each is indexed as it stands, and each file is found by what it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import kb
from kb.check import check
from kb.config import Config
from kb.index.build import build
from kb.repository import SUFFIXES
from trust.rows import Row, Tally

STYLES = Path(__file__).parents[2] / "styles"
SECONDS = 20.0


def rows(folder: Path) -> Iterator[Row]:
    """A row for each repository."""
    due = yaml.load((STYLES / "found.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for name, questions in due.items():
        yield indexed(folder, name, questions)


def indexed(folder: Path, name: str, questions: list[dict[str, Any]]) -> Row:
    """One repository in an index of its own, without error, each of its files found and with its own title."""
    tally = Tally(f"A repository as {name.capitalize()} has it: every file is indexed, found and called by its title")
    repository = folder / name
    shutil.copytree(STYLES / name, repository)
    files = sorted(path for path in repository.rglob("*") if path.suffix in SUFFIXES)
    config = Config(root=folder, practices=repository, index=folder / f"{name}-index", model="none")
    report = build(config)
    base = kb.KnowledgeBase(config)
    if report.unreadable or report.practices != len(files) or len(questions) != len(files):
        tally.bad("wrong", f"{report.practices} of {len(files)} are indexed, {len(questions)} asked for")
    for question in questions:
        with tally.once(question["file"], SECONDS):
            best = base.search(question["ask"])[0].practice
            if (str(best.path), best.title) != (question["file"], question["title"]):
                tally.bad("wrong", f"{question['ask']}: {best.path}, {best.title}")
    checked = check(repository)
    told = {str(finding.path) for finding in checked.findings if finding.severity == "error" and finding.line}
    if missing := [str(path) for path in files if str(path.relative_to(repository)) not in told]:
        tally.bad("wrong", f"kb check has nothing to say of {missing[0]}, which is not in our format")
    return tally.row(f"{report.practices} files, {report.passages} passages")
