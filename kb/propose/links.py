"""Addresses on the forge: of a file, of the page where it is edited, and of a commit.

Each kind of forge has addresses of its own. Where the kind is not known, only what most of them
share is given, and nothing is given that would lead a reader astray.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode, urlsplit

from kb.config import Config
from kb.secret import public

NAMES: Mapping[str, str] = {"github": "GitHub", "gitlab": "GitLab", "forgejo": "Forgejo"}
"""What each kind of forge is called."""
_HOSTS = {"github": ("github",), "gitlab": ("gitlab",), "forgejo": ("forgejo", "codeberg", "gitea")}
"""Parts of the names of hosts that tell the kind."""


MAX_URL = 7500
"""Servers refuse request lines beyond 8 KB."""


@dataclass(frozen=True, slots=True)
class _Paths:
    """What stands between a repository's address and the name of a file or a commit."""

    file: str
    edit: str
    commit: str


_PATHS: Mapping[str, _Paths] = {
    "github": _Paths("blob/{branch}", "edit/{branch}", "commit"),
    "gitlab": _Paths("-/blob/{branch}", "-/edit/{branch}", "-/commit"),
    "forgejo": _Paths("src/branch/{branch}", "_edit/{branch}", "commit"),
    "": _Paths("blob/{branch}", "", ""),
}


def kind(config: Config) -> str:
    """The kind of forge the repository is on, as it is configured or as its address tells; empty where neither does."""
    if config.forge:
        return config.forge if config.repository_url else ""
    try:
        host = urlsplit(config.repository_url).hostname or ""
    except ValueError:
        return ""
    return next((kind for kind, names in _HOSTS.items() if any(name in host for name in names)), "")


def repository(config: Config) -> str:
    """The web address of the repository as anybody may see it, without what only git wants."""
    return public(_address(config))


def git_url(config: Config) -> str:
    """The address that git pushes to where kb.toml names no other; it may hold a password."""
    return f"{_address(config)}.git" if config.repository_url else ""


def _address(config: Config) -> str:
    return config.repository_url.rstrip("/").removesuffix(".git")


def folder_url(config: Config) -> str:
    """The page of the folder of practices; empty where the forge is not named or the folder lies elsewhere."""
    return _in_folder(config, _PATHS[kind(config)].file)


def file_url(config: Config, path: PurePosixPath) -> str:
    """The page of a practice's file; empty where there is none."""
    return _below(folder_url(config), path)


def edit_url(config: Config, path: PurePosixPath) -> str:
    """The page where a practice's file is edited; empty where there is none that is known."""
    return _below(_in_folder(config, _PATHS[kind(config)].edit), path)


def commit_url(config: Config, commit: str) -> str:
    """The page of a commit; empty where there is none that is known."""
    between = _PATHS[kind(config)].commit
    return f"{repository(config)}/{between}/{quote(commit)}" if between and commit else ""


def request_url(config: Config, branch: str, into: str, title: str, body: str) -> str:
    """The page where a branch becomes a pull request, filled in; empty where the kind of forge is not known.

    Sources: GitHub, "Using query parameters to create a pull request"; GitLab, the address that a push prints;
    Gitea and Forgejo take GitHub's `title` and `body`.
    """
    forge = kind(config)
    if not forge:
        return ""
    if forge == "gitlab":
        fields = {"source_branch": branch, "target_branch": into, "title": title, "description": body}
        asked = urlencode({f"merge_request[{name}]": value for name, value in fields.items()}, quote_via=quote)
        return f"{repository(config)}/-/merge_requests/new?{asked}"
    asked = urlencode({"quick_pull": "1", "title": title, "body": body}, quote_via=quote)
    return f"{repository(config)}/compare/{quote(into)}...{quote(branch)}?{asked}"


def _in_folder(config: Config, between: str) -> str:
    """The folder of practices behind one of the forge's own paths."""
    if not config.repository_url or not between or not config.practices.is_relative_to(config.root):
        return ""
    folder = quote(config.practices_from_root)
    return f"{repository(config)}/{between.format(branch=quote(config.linked_branch))}/{folder}".removesuffix("/.")


def _below(folder: str, path: PurePosixPath) -> str:
    return f"{folder}/{quote(str(path))}" if folder else ""
