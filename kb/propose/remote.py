"""Where a proposal goes: the remote of a clone, or the address that kb.toml gives."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.config import Config
from kb.errors import NoRemote
from kb.propose.command import Git
from kb.propose.links import git_url
from kb.secret import public

_URL = re.compile(r"^[a-z][a-z0-9+.-]*://|^[\w.-]+@[\w.-]+:|^/|^[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class Remote:
    """The other end, and the repository that git works in here."""

    git: Git
    url: str
    """An address, or the name of a remote of the clone."""
    branch: str
    """What a proposal begins from and is to be merged into."""
    within: PurePosixPath
    """Where the root of Praksis lies in the repository."""
    clone: bool
    """The repository here is the user's own clone."""

    @property
    def name(self) -> str:
        """The address without what is secret in it."""
        return public(self.git.asked("remote", "get-url", self.url) if self.clone else self.url) or self.url


@contextmanager
def open_remote(config: Config) -> Iterator[Remote]:
    """The remote of a configuration.

    In a clone git works in its object store, for its credentials, proxies and speed, and the branch, the
    index and the files that are checked out are never touched. Elsewhere it works in a temporary repository.

    Raises:
        NoRemote: neither a clone with a remote nor kb.toml says where.
        GitFailed: the remote does not answer.
    """
    here = Git(config.root, {})
    top = here.asked("rev-parse", "--show-toplevel")
    if top and (url := _remote_of_clone(here, config.remote)):
        within = PurePosixPath(config.root.resolve().relative_to(Path(top).resolve()).as_posix())
        yield Remote(here, url, _default_branch(here, url, config.branch), within, clone=True)
        return
    if not (url := config.remote or git_url(config)):
        raise NoRemote(
            "It is not known where to propose practices.",
            hint='Give kb.toml a line under [forge]: remote = "https://…/praksis.git".',
        )
    with tempfile.TemporaryDirectory(prefix="praksis-") as folder:
        git = Git(Path(folder), {})
        git("init", "--bare", "--quiet")
        yield Remote(git, url, _default_branch(git, url, config.branch), PurePosixPath(), clone=False)


def _remote_of_clone(git: Git, configured: str) -> str:
    """The name of the clone's remote, or the configured address; empty where there is none."""
    names = git.asked("remote").split()
    if configured:
        return configured if configured in names or _URL.match(configured) else ""
    if "origin" in names:
        return "origin"
    return names[0] if len(names) == 1 else ""


def _default_branch(git: Git, url: str, configured: str) -> str:
    """The configured branch, else the one that the remote itself calls its own."""
    if configured:
        return configured
    said = git("ls-remote", "--symref", url, "HEAD", doing="The repository does not answer")
    found = re.search(r"^ref: refs/heads/(\S+)\tHEAD$", said, re.MULTILINE)
    if not found:
        raise NoRemote("The repository has no branch yet.", hint="Push a first commit to it, and try again.")
    return found[1]
