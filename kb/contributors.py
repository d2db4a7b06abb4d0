"""Who has written each practice, by the names that git has for them; addresses are never read out.

One pass over the whole history, whatever the number of practices. Names follow the repository's
.mailmap, and whoever a commit names as its co-author has written too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from kb.git import git

_COMMIT, _AND = "\x01", "\x02"
"""Begin the line of a commit and part its names; no name has them."""
_ADDRESS = re.compile(r"\s*<[^>]*>\s*")
_AT = re.compile(r"\S+@\S+")


def contributors(folder: Path) -> Mapping[PurePosixPath, tuple[str, ...]]:
    """The names of those who wrote each file below `folder`, the first first; nothing where there is no git."""
    names = f"%aN{_AND}%(trailers:key=Co-authored-by,valueonly,separator={_AND})"
    how = ("--no-merges", "-M", "--name-status", "-z", "--relative", "--no-show-signature")
    log = git(folder, "log", *how, f"--format={_COMMIT}{names}", "--", ".")
    found: dict[str, list[str]] = {}
    called: dict[str, str] = {}
    for people, old, new in _entries(log or ""):
        name = called.get(new, new)
        called[old] = name
        found.setdefault(name, []).extend(people)
    return {PurePosixPath(path): tuple(dict.fromkeys(reversed(people))) for path, people in found.items()}


def _entries(log: str) -> Iterator[tuple[list[str], str, str]]:
    """The people of a commit with the old and new name of each file that it changed, newest first."""
    fields = iter(log.split("\0"))
    people: list[str] = []
    for item in fields:
        field = item.lstrip("\n")
        if field.startswith(_COMMIT):
            named = (_AT.sub("", _ADDRESS.sub("", name)).strip() for name in field[1:].split(_AND))
            people = [name for name in reversed(list(named)) if name]
        elif field:
            old = next(fields, "")
            yield people, old, next(fields, "") if field[0] in "RC" else old
