"""Which files are to be reported: those named, those changed since a revision, or all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from kb.check.findings import shown
from kb.errors import ConfigError
from kb.git import git


def named(folder: Path, paths: Iterable[Path | str]) -> list[PurePosixPath]:
    """Paths relative to `folder`; given as seen from here, or from the folder itself.

    Raises:
        ConfigError: a path does not exist or lies outside the folder.
    """
    root = folder.resolve()
    found = []
    for given in map(Path, paths):
        there = [path.resolve() for path in (given, folder / given) if path.exists()]
        inside = next((path for path in there if path.is_relative_to(root)), None)
        if inside is None:
            what = "lies outside" if there else "does not exist in"
            raise ConfigError(
                f"{shown(str(given))} {what} the folder of practices, {shown(str(folder))}.",
                hint="Name files or folders inside it, or check the whole folder.",
            )
        found.append(PurePosixPath(inside.relative_to(root).as_posix()))
    return found


def changed_since(folder: Path, revision: str) -> frozenset[PurePosixPath]:
    """Files below `folder` that differ from where HEAD left `revision`, uncommitted ones included.

    Raises:
        ConfigError: the folder is not in a git repository, or the revision is not known.
    """
    if git(folder, "rev-parse", "--is-inside-work-tree") is None:
        raise ConfigError(
            f"{shown(str(folder))} is not in a git repository, so nothing is known about changes.",
            hint="Check the whole folder, or run this inside a clone.",
        )
    commit = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise ConfigError(
            f"Git knows no revision {shown(revision)}.",
            hint="Fetch it first (`git fetch origin`); on GitHub, check out with `fetch-depth: 0`.",
        )
    diff = ("diff", "--name-only", "-z", "--no-ext-diff", "--relative", "--diff-filter=d")
    listings = (
        git(folder, *diff, f"{commit.strip()}...HEAD"),
        git(folder, *diff, "HEAD"),
        git(folder, "ls-files", "-z", "--others", "--exclude-standard"),
    )
    if None in listings:
        raise ConfigError(
            f"Git cannot compare HEAD with {shown(revision)}: they have no commit in common here.",
            hint="Fetch the whole history (`git fetch --unshallow`); on GitHub, check out with `fetch-depth: 0`.",
        )
    return frozenset(PurePosixPath(name) for listing in listings if listing for name in listing.split("\0") if name)
