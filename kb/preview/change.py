"""Which practices a change adds, rewrites and takes away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.check.changed import changed_since, named
from kb.check.files import CARDS
from kb.git import git
from kb.repository import NOT_PRACTICES, SUFFIXES, scan


@dataclass(frozen=True, slots=True)
class Change:
    """Files of practices, relative to their folder, sorted."""

    new: tuple[PurePosixPath, ...] = ()
    changed: tuple[PurePosixPath, ...] = ()
    removed: tuple[PurePosixPath, ...] = ()

    @property
    def shown(self) -> tuple[PurePosixPath, ...]:
        """Those that there is something to show of."""
        return self.new + self.changed


def change(folder: Path, revision: str) -> Change:
    """What differs from where HEAD left `revision`, uncommitted files included; a card counts for its practice.

    Raises:
        ConfigError: the folder is not in a git repository, or the revision is not known.
    """
    touched = {_practice(path) for path in changed_since(folder, revision)}
    there = set(scan(folder))
    before = _before(folder, revision)
    return Change(
        new=tuple(sorted((touched & there) - before, key=str)),
        changed=tuple(sorted(touched & there & before, key=str)),
        removed=tuple(sorted(before - there, key=str)),
    )


def chosen(folder: Path, paths: Iterable[Path]) -> Change:
    """Practices that are named, or lie in folders that are.

    Raises:
        ConfigError: a path does not exist or lies outside the folder.
    """
    roots = [_practice(path) for path in named(folder, paths)]
    return Change(changed=tuple(path for path in scan(folder) if any(path.is_relative_to(root) for root in roots)))


def _practice(path: PurePosixPath) -> PurePosixPath:
    """The file of the practice that a file is about."""
    return path.with_name(f"{path.name.removesuffix(CARDS[0])}.md") if path.name.endswith(CARDS[0]) else path


def _before(folder: Path, revision: str) -> set[PurePosixPath]:
    """The practices that were there where HEAD left `revision`."""
    parting = git(folder, "merge-base", revision, "HEAD")
    listed = git(folder, "ls-tree", "-r", "-z", "--name-only", (parting or revision).strip())
    paths = (PurePosixPath(name) for name in (listed or "").split("\0") if name)
    return {path for path in paths if path.suffix.lower() in SUFFIXES and str(path).lower() not in NOT_PRACTICES}
