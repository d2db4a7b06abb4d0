"""When each practice came, and when it was last changed: by git where there is one, else by the files' own times.

One pass over the history of the branch that is checked out, whatever the number of practices. A file
that is only moved has not changed.
"""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

GIT_SECONDS = 60
_COMMIT = "\x01"
"""Begins the line of a commit; no name of a file does."""


@dataclass(frozen=True, slots=True)
class Change:
    """When a practice came and when it was last changed, and the commit that did it."""

    added: datetime.datetime
    changed: datetime.datetime
    commit: str = ""
    """The last commit that changed it; empty where git does not know the file."""


def changes(folder: Path, paths: Iterable[PurePosixPath]) -> dict[PurePosixPath, Change]:
    """When the files at `paths` came and changed; those that are gone and not in git are left out."""
    known = history(folder)
    found: dict[PurePosixPath, Change] = {}
    for path in paths:
        change = known.get(path) or _by_file(folder / path)
        if change is not None:
            found[path] = change
    return found


def history(folder: Path) -> Mapping[PurePosixPath, Change]:
    """What git knows of the files below `folder`; nothing where it is no repository or git is not there."""
    # A merge counts as one change, at the time it came here: that is when readers here could see it.
    log = ("log", "--first-parent", "-m", "--name-status", "-z", "--relative", f"--format={_COMMIT}%H %cI", "--", ".")
    try:
        done = subprocess.run(  # noqa: S603  a fixed program with a list of arguments
            ["git", "-C", str(folder), *log],  # noqa: S607  git is wherever the user has it
            check=True,
            capture_output=True,
            timeout=GIT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return _read(done.stdout.decode("utf-8", "surrogateescape"))


def _read(log: str) -> dict[PurePosixPath, Change]:
    """The log read backwards in time: the first change met is the last one made."""
    found: dict[PurePosixPath, Change] = {}
    called: dict[str, str] = {}
    begun: set[str] = set()
    for commit, when, status, old, new in _entries(log):
        if new in begun:
            continue
        name = PurePosixPath(called.pop(new, new))
        before, moved = found.get(name), status == "R100"
        if status == "D":
            # What stood here before is another file than what may stand here now.
            begun.add(new)
            continue
        if before is None or not (before.commit or moved):
            found[name] = Change(added=when, changed=when, commit="" if moved else commit)
        else:
            found[name] = Change(added=when, changed=before.changed, commit=before.commit)
        if status.startswith("R"):
            called[old] = str(name)
            begun.discard(old)
        elif status != "A":
            called[new] = str(name)
        if status[0] in "AR":
            begun.add(new)
    return found


def _entries(log: str) -> Iterator[tuple[str, datetime.datetime, str, str, str]]:
    """Commit, time, status, old name and new name of every change, newest first."""
    fields = iter(log.split("\0"))
    commit, when = "", datetime.datetime.now(datetime.UTC)
    for item in fields:
        field = item.lstrip("\n")
        if field.startswith(_COMMIT):
            commit, _, time = field[1:].strip().partition(" ")
            when = datetime.datetime.fromisoformat(time)
        elif field:
            old = next(fields, "")
            new = next(fields, "") if field[0] in "RC" else old
            yield commit, when, field, old, new


def _by_file(path: Path) -> Change | None:
    try:
        when = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    except OSError:
        return None
    return Change(added=when, changed=when)
