"""The folder of practices and its history."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from kb.config import Config
from kb.doctor.findings import Area, Finding
from kb.errors import UnreadableFile, VocabularyError
from kb.propose.branch import PREFIX, owner_is_gone
from kb.repository import Unreadable, scan
from kb.vocabulary import load_vocabulary

SECONDS = 20
NO_PRACTICES = "There is nothing to index; what is indexed already is still found."
NO_DATES = "Dates and contributors are left out, and kb propose and kb check --changed do not work."


def practices(config: Config) -> Area:
    """How the practices stand, and the repository that they are in."""
    folder = config.practices
    if not folder.is_dir():
        mend = "git checkout -- practices, or name the folder in kb.toml"
        return Area("Practices", str(folder), (Finding(f"There is no folder {folder}.", NO_PRACTICES, mend),))
    missed: list[Unreadable] = []
    try:
        found = scan(folder, missed)
    except UnreadableFile as fault:
        return Area("Practices", str(folder), (Finding(str(fault), NO_PRACTICES, fault.hint),))
    findings = [*_content(folder, len(found)), *_unopened(folder, missed), *_leftovers(folder), *_git(config)]
    return Area("Practices", f"{len(found)} in {folder}", tuple(findings))


def _content(folder: Path, number: int) -> Iterator[Finding]:
    if not number:
        yield Finding(f"There are no practices in {folder}.", NO_PRACTICES, "kb new", "warning")
    try:
        load_vocabulary(folder)
    except VocabularyError as fault:
        why = "kb index stops here, and labels and places are missing meanwhile."
        yield Finding(str(fault), why, f"{fault.hint} Then: kb check")


def _unopened(folder: Path, missed: list[Unreadable]) -> Iterator[Finding]:
    for item in missed:
        mend = f"chmod u+rx {shlex.quote(str(folder / item.path))}"
        yield Finding(f"{item.path}: {item.reason}", "Nobody finds what is in it.", mend)


def _leftovers(folder: Path) -> Iterator[Finding]:
    """Files that a writer which was stopped had not put in their place."""
    found = [
        os.path.join(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if name.startswith(".") and name.endswith(".new")
    ]
    if found:
        why = "They are in nobody's way, but git add would take them along. What they were to replace is whole."
        names = " ".join(map(shlex.quote, found))
        yield Finding(f"A writer that was stopped left {len(found)} file(s) behind.", why, f"rm {names}", "warning")


def _git(config: Config) -> Iterator[Finding]:
    """What stands between git and the repository; where git itself is missing is told elsewhere."""
    if shutil.which("git") is None:
        return
    code, said = _asked(config.practices, "rev-parse", "--is-shallow-repository")
    if code:
        if "dubious ownership" in said:
            away = f"git config --global --add safe.directory {shlex.quote(str(config.root))}"
            yield Finding("git does not trust the repository: it belongs to somebody else.", NO_DATES, away, "warning")
        elif "not a git repository" in said:
            mend = "git clone the repository, or git init here"
            yield Finding(f"{config.practices} is in no git repository.", NO_DATES, mend, "warning")
        else:
            yield Finding(f"git cannot read the repository: {said.strip()}", NO_DATES, "git fsck")
        return
    if said.strip() == "true":
        why = "Dates and contributors from before the cut are not known."
        yield Finding("The clone's history is cut short.", why, "git fetch --unshallow", "warning")
    unmerged = _asked(config.practices, "diff-index", "--cached", "--name-only", "--diff-filter=U", "HEAD")[1].split()
    if unmerged:
        why = "Such files hold both texts with marks between them, and are shown like that."
        yield Finding(f"A merge was not finished: {', '.join(unmerged)}.", why, "git status")
    refs = _asked(config.practices, "for-each-ref", "--format=%(refname)", f"refs/{PREFIX}/")[1].split()
    if left := [name for name in refs if owner_is_gone(name)]:
        why = "They keep what they name from being thrown away; the next kb propose removes them."
        away = "; ".join(f"git update-ref -d {shlex.quote(name)}" for name in left)
        yield Finding(f"A proposal that was stopped left {len(left)} name(s) in git.", why, away, "warning")


def _asked(folder: Path, *arguments: str) -> tuple[int, str]:
    """Git's exit code with what it prints, or with what it says where it fails."""
    environment = os.environ | {"LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    try:
        done = subprocess.run(  # noqa: S603  a fixed program with a list of arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607  git is wherever the user has it
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, (done.stderr if done.returncode else done.stdout).decode("utf-8", "replace")
