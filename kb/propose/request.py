"""Pull requests through the forge's own API, where a token is configured.

The calls are the documented ones: GitHub `POST /repos/{owner}/{repo}/pulls`, GitLab
`POST /projects/{id}/merge_requests`, Forgejo and Gitea `POST /repos/{owner}/{repo}/pulls`.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from kb.config import Config
from kb.errors import ForgeRefused
from kb.propose.links import NAMES, kind, repository
from kb.secret import FILE, from_environment

TOKEN = "PRAKSIS_FORGE_TOKEN"  # noqa: S105  the name of a variable
"""The environment variable that holds the token, or with `_FILE` after it names the file that does."""
SECONDS = 20
_MOST = 2_000_000

State = Literal["open", "merged", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the forge knows it."""

    number: int
    url: str
    state: State


@dataclass(frozen=True, slots=True)
class _Api:
    """How one kind of forge is spoken to."""

    base: Callable[[str, str], str]
    """The address of the repository in the API, from the web address of the host and the path of the repository."""
    requests: str
    token: Callable[[str], dict[str, str]]
    new: Callable[[str, str, str, str], dict[str, str]]
    read: Callable[[Mapping[str, Any]], PullRequest]


def can_open(config: Config) -> bool:
    """Whether pull requests can be opened from here."""
    return bool(kind(config) and (os.environ.get(TOKEN) or os.environ.get(f"{TOKEN}{FILE}")))


def open_request(config: Config, *, branch: str, into: str, title: str, body: str) -> PullRequest:
    """Open a pull request from a branch that is at the forge.

    Raises:
        ForgeRefused: the forge did not; the branch is still there.
    """
    api = _APIS[kind(config)]
    return _read(config, "POST", f"/{api.requests}", api.new(branch, into, title, body))


def request(config: Config, number: int) -> PullRequest:
    """A pull request as it stands now.

    Raises:
        ForgeRefused: the forge does not tell.
    """
    return _read(config, "GET", f"/{_APIS[kind(config)].requests}/{number}")


def _read(config: Config, method: str, path: str, fields: Mapping[str, str] | None = None) -> PullRequest:
    answer = _call(config, method, path, fields)
    try:
        return _APIS[kind(config)].read(answer)
    except (KeyError, TypeError, ValueError) as error:
        raise ForgeRefused(f"{_named(config)} answered something that is no pull request.") from error


def _call(config: Config, method: str, path: str, fields: Mapping[str, str] | None) -> Any:
    api = _APIS[kind(config)]
    address = f"{_base(config)}{path}"
    headers = {"Accept": "application/json", "User-Agent": "praksis", "Content-Type": "application/json"}
    if token := _token():
        headers |= api.token(token)
    data = json.dumps(fields).encode() if fields is not None else None
    asked = urllib.request.Request(address, data=data, headers=headers, method=method)  # noqa: S310  an address of kb.toml
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310  the same
            return json.loads(answer.read(_MOST))
    except urllib.error.HTTPError as error:
        raise ForgeRefused(
            f"{_named(config)} would not ({error.code}): {_told(error)}",
            status=error.code,
            hint=_HINTS.get(error.code, ""),
        ) from error
    except (OSError, ValueError) as error:
        raise ForgeRefused(f"{_named(config)} did not answer: {error}", hint="Try again in a while.") from error


def _token() -> str:
    try:
        return from_environment(TOKEN)
    except (OSError, UnicodeDecodeError) as error:
        raise ForgeRefused(f"The file that {TOKEN}{FILE} names cannot be read: {error}.") from error


def _base(config: Config) -> str:
    parts = urlsplit(repository(config))
    return _APIS[kind(config)].base(f"{parts.scheme}://{parts.netloc}", parts.path.strip("/"))


def _named(config: Config) -> str:
    return NAMES[kind(config)]


def _told(error: urllib.error.HTTPError) -> str:
    """What the forge says of its refusal."""
    try:
        said = json.loads(error.read(_MOST))
    except (OSError, ValueError):
        return error.reason
    if not isinstance(said, dict):
        return error.reason
    told = [said.get("message") or said.get("error") or error.reason]
    told += [item.get("message", "") for item in said.get("errors") or () if isinstance(item, dict)]
    return "; ".join(str(item) for item in told if item)[:400]


_HINTS = {
    401: f"The token in {TOKEN} is not valid any more: make a new one.",
    403: f"The token in {TOKEN} may not open pull requests: give it that right.",
    404: "Look at [forge] url in kb.toml: the forge knows no such repository, or the token may not see it.",
}


def _github(host: str, path: str) -> str:
    base = "https://api.github.com" if host == "https://github.com" else f"{host}/api/v3"
    return f"{base}/repos/{quote(path)}"


def _state(open_: bool, merged: bool) -> State:
    if merged:
        return "merged"
    return "open" if open_ else "closed"


def _pull(answer: Mapping[str, Any]) -> PullRequest:
    """GitHub's and Forgejo's form."""
    merged = bool(answer.get("merged") or answer.get("merged_at"))
    return PullRequest(int(answer["number"]), str(answer["html_url"]), _state(answer["state"] == "open", merged))


def _merge_request(answer: Mapping[str, Any]) -> PullRequest:
    state = str(answer["state"])
    return PullRequest(int(answer["iid"]), str(answer["web_url"]), _state(state == "opened", state == "merged"))


def _head_and_base(branch: str, into: str, title: str, body: str) -> dict[str, str]:
    return {"head": branch, "base": into, "title": title, "body": body}


_APIS: Mapping[str, _Api] = {
    "github": _Api(
        base=_github,
        requests="pulls",
        token=lambda token: {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2022-11-28"},
        new=_head_and_base,
        read=_pull,
    ),
    "gitlab": _Api(
        base=lambda host, path: f"{host}/api/v4/projects/{quote(path, safe='')}",
        requests="merge_requests",
        token=lambda token: {"PRIVATE-TOKEN": token},
        new=lambda branch, into, title, body: {
            "source_branch": branch,
            "target_branch": into,
            "title": title,
            "description": body,
        },
        read=_merge_request,
    ),
    "forgejo": _Api(
        base=lambda host, path: f"{host}/api/v1/repos/{quote(path)}",
        requests="pulls",
        token=lambda token: {"Authorization": f"token {token}"},
        new=_head_and_base,
        read=_pull,
    ),
}
