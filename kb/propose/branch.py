"""Files as a commit on a branch of their own at the remote, without touching anything that is checked out."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kb.errors import GitFailed, NothingToPropose, Outdated
from kb.propose.command import Git
from kb.propose.remote import Remote

PREFIX = "praksis"
"""The folder of branches that proposals are in."""
TRIES = 8
"""Names of branches that are tried: others propose at the same time."""
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote something, as git names people."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


APP = Person("Praksis", "praksis@localhost")


@dataclass(frozen=True, slots=True)
class Pushed:
    """A branch that is at the remote now."""

    branch: str
    commit: str
    into: str
    """The branch that it is to be merged into."""
    page: str = ""
    """Where the remote itself says that a pull request is opened; most say nothing."""


@dataclass(frozen=True, slots=True)
class Base:
    """The remote's default branch as it was fetched."""

    git: Git
    remote: Remote
    commit: str

    def read(self, path: PurePosixPath) -> bytes | None:
        """A file as it stands there; None where there is none."""
        return _read(self.git, self.commit, path)

    def has(self, path: PurePosixPath) -> bool:
        """Whether there is such a file."""
        return bool(self.git.asked("ls-tree", "--name-only", self.commit, "--", path.as_posix()))


@contextmanager
def fetched(remote: Remote) -> Iterator[Base]:
    """The remote's default branch, under a name of its own while it is used.

    Raises:
        GitFailed: it cannot be fetched.
    """
    for left in remote.git.asked("for-each-ref", "--format=%(refname)", f"refs/{PREFIX}/").split():
        if owner_is_gone(left):
            remote.git.asked("update-ref", "-d", left)
    name = f"refs/{PREFIX}/{os.getpid()}-{secrets.token_hex(8)}"
    depth = () if remote.clone else ("--depth=1",)
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
    wanted = f"+refs/heads/{remote.branch}:{name}"
    remote.git("fetch", *quiet, *depth, remote.url, wanted, doing="The repository could not be fetched")
    try:
        yield Base(remote.git, remote, remote.git("rev-parse", name))
    finally:
        remote.git.asked("update-ref", "-d", name)


def owner_is_gone(name: str) -> bool:
    """Whether the process that gave a fetched branch its name has ended, so that nobody will take the name away."""
    process = name.rpartition("/")[2].partition("-")[0]
    with suppress(ValueError, OverflowError, PermissionError):
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return True
    return False


def merged(base: Base, path: PurePosixPath, ours: bytes) -> bytes:
    """A file with our changes and those that others have made since our clone's own commit.

    Raises:
        Outdated: both have changed the same lines.
    """
    theirs = base.read(path)
    if theirs is None or theirs == ours or not base.remote.clone:
        return ours
    before = _read(base.git, "HEAD", path)
    if before == theirs:
        return ours
    if before == ours:
        return theirs
    with tempfile.TemporaryDirectory(prefix="praksis-") as folder:
        names = [Path(folder, name) for name in ("ours", "before", "theirs")]
        for name, data in zip(names, (ours, before or b"", theirs), strict=True):
            name.write_bytes(data)
        try:
            return base.git.run("merge-file", "-p", "--quiet", *map(str, names))[0]
        except GitFailed:
            raise Outdated(
                f"{path} was changed by others too since you fetched it.",
                hint="Fetch their text (git pull), put both together, and propose it again.",
            ) from None


def push(base: Base, files: Mapping[PurePosixPath, bytes], message: str, *, name: str, author: Person | None) -> Pushed:
    """Put `files`, by their path in the repository, on a new branch at the remote as one commit.

    Raises:
        NothingToPropose: they stand there already as they are.
        GitFailed: the remote refuses, and says why.
    """
    commit = _commit(base, files, message, author)
    for number in range(1, TRIES + 1):
        branch = f"{PREFIX}/{name}" if number == 1 else f"{PREFIX}/{name}-{secrets.token_hex(3)}"
        if base.git.asked("ls-remote", base.remote.url, f"refs/heads/{branch}"):
            continue
        pushed = Pushed(branch, commit, base.remote.branch)
        try:
            # Never forced: a branch that somebody made a moment ago is refused, and the next name is tried.
            wanted = f"{commit}:refs/heads/{branch}"
            _, said = base.git.run("push", base.remote.url, wanted, doing="The push was refused")
        except GitFailed:
            if base.git.asked("ls-remote", base.remote.url, f"refs/heads/{branch}"):
                continue
            raise
        page = _ADDRESS.search("\n".join(line for line in said.splitlines() if line.startswith("remote:")))
        return replace(pushed, page=page[0] if page else "")
    raise GitFailed("The push was refused", reason=f"every name like {PREFIX}/{name} is taken")


def _commit(base: Base, files: Mapping[PurePosixPath, bytes], message: str, author: Person | None) -> str:
    """A commit on top of the base with the files in it; nothing is checked out."""
    with tempfile.TemporaryDirectory(prefix="praksis-") as folder:
        index = replace(base.git, environment={**base.git.environment, "GIT_INDEX_FILE": str(Path(folder, "index"))})
        index("read-tree", base.commit)
        for path, data in files.items():
            blob = index("hash-object", "-w", "--stdin", stdin=data)
            index("update-index", "--add", "--cacheinfo", f"{_mode(base, path)},{blob},{path.as_posix()}")
        tree = index("write-tree")
    if tree == base.git("rev-parse", f"{base.commit}^{{tree}}"):
        raise NothingToPropose(
            "What you propose stands in the repository already.", hint="Save your changes to the file first."
        )
    who = _identity(base.git, author)
    writer = replace(base.git, environment={**base.git.environment, **who})
    return writer("commit-tree", tree, "-p", base.commit, "-F", "-", stdin=message.encode())


def _mode(base: Base, path: PurePosixPath) -> str:
    listed = base.git.asked("ls-tree", base.commit, "--", path.as_posix())
    return listed.split(" ", 1)[0] if listed.startswith("100") else "100644"


def _identity(git: Git, author: Person | None) -> dict[str, str]:
    """Who commits: whoever git knows here, else the app."""
    own = git.asked("var", "GIT_AUTHOR_IDENT") if git.asked("config", "user.email") else ""
    found = re.match(r"(.*) <(.*)> \d+ [+-]\d+$", own)
    committer = Person(found[1], found[2]) if found else APP
    writer = author or committer
    return {
        "GIT_AUTHOR_NAME": writer.name,
        "GIT_AUTHOR_EMAIL": writer.email,
        "GIT_COMMITTER_NAME": committer.name,
        "GIT_COMMITTER_EMAIL": committer.email,
    }


def _read(git: Git, commit: str, path: PurePosixPath) -> bytes | None:
    try:
        return git.run("cat-file", "blob", f"{commit}:{path.as_posix()}")[0]
    except GitFailed:
        return None
