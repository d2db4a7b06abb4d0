"""When each practice came, and when and by which commit it was last changed.

Git tells, in one pass over the history of the branch that is checked out, whatever the number of
practices. A file that is only moved has not changed. Where the history is cut short, as in a shallow
clone, only what happened after the cut is known; where there is no git, nothing is but the files' own times.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.git import git

SHORT = 7
"""Signs of a commit's name that people write."""
_COMMIT = "\x01"
"""Begins the line of a commit; no name of a file does."""


@dataclass(frozen=True, slots=True)
class Change:
    """When a practice came and was last changed; only what has a commit is certain."""

    changed: datetime.datetime
    """The time of the commit; without one, of the cut in the history that it is older than, or the file's own."""
    commit: str = ""
    """The last commit that changed it; empty where git does not know."""
    added: datetime.datetime | None = None
    """None where the history does not reach back to it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that a folder stands at."""

    commit: str
    when: datetime.datetime
    is_clean: bool
    """The files are as they were committed."""


def changes(folder: Path, paths: Iterable[PurePosixPath]) -> dict[PurePosixPath, Change]:
    """When the files at `paths` came and changed; those that are gone and not in git are left out."""
    known, unlike = history(folder), _uncommitted(folder)
    found: dict[PurePosixPath, Change] = {}
    for path in paths:
        change = None if path in unlike else known.get(path)
        change = change or _by_file(folder / path)
        if change is not None:
            found[path] = change
    return found


def history(folder: Path) -> Mapping[PurePosixPath, Change]:
    """What git knows of the files below `folder`; nothing where it is no repository or git is not there."""
    # A merge counts as one change, at the time it came here: that is when readers here could see it.
    how = ("--first-parent", "-m", "-M", "--name-status", "-z", "--relative", "--no-show-signature")
    log = git(folder, "log", *how, f"--format={_COMMIT}%H %cI", "--", ".")
    return _read(log, _cut(folder)) if log else {}


def head(folder: Path) -> Head | None:
    """The commit that `folder` stands at; None where git does not know the folder."""
    # A folder that the repository around it does not hold is listed as empty.
    if not git(folder, "ls-tree", "--name-only", "HEAD"):
        return None
    commit, _, when = (git(folder, "log", "-1", "--no-show-signature", "--format=%H %cI") or "").strip().partition(" ")
    changed = git(folder, "status", "--porcelain", "--", ".")
    if not when or changed is None:
        return None
    return Head(commit, datetime.datetime.fromisoformat(when), is_clean=not changed)


def _uncommitted(folder: Path) -> Collection[PurePosixPath]:
    """The files that say something else now than in the commit that is checked out."""
    names = git(folder, "diff", "--name-only", "-z", "--no-ext-diff", "--relative", "HEAD", "--", ".") or ""
    return {PurePosixPath(name) for name in names.split("\0") if name}


def _cut(folder: Path) -> Collection[str]:
    """The commits at which the history is cut: they seem to have made every file."""
    path = git(folder, "rev-parse", "--git-path", "shallow")
    try:
        return frozenset((folder / path.strip()).read_text(encoding="ascii").split()) if path else ()
    except (OSError, UnicodeDecodeError):
        return ()


def _read(log: str, cut: Collection[str]) -> dict[PurePosixPath, Change]:
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
        added = None if commit in cut else when
        if before is None or not (before.commit or moved):
            found[name] = Change(changed=when, commit="" if moved or commit in cut else commit, added=added)
        else:
            found[name] = Change(changed=before.changed, commit=before.commit, added=added)
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
    return Change(changed=when, added=when)
