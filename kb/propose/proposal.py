"""Propose files: a branch at the remote with one commit, and the page where it becomes a pull request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from kb.config import Config
from kb.errors import ForgeRefused
from kb.propose.branch import Base, Person, fetched, merged, push
from kb.propose.links import MAX_URL, request_url
from kb.propose.places import with_places
from kb.propose.remote import open_remote
from kb.propose.request import PullRequest, can_open, open_request
from kb.propose.text import Report, body, message, shortened, title

PLACES = PurePosixPath("places.yaml")
MOST_ALIKE = 20
"""Names of files that are tried where others have taken the first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was proposed, and where it goes on."""

    branch: str
    into: str
    commit: str
    files: tuple[PurePosixPath, ...]
    """By their path in the repository."""
    title: str
    body: str
    page: str
    """Where the pull request is opened by a press; empty where the kind of forge is not known."""
    request: PullRequest | None = None
    """The pull request, where it could be opened at once."""
    refused: str = ""
    """Why the forge would not open it, where it was asked and would not."""


def propose(
    config: Config,
    files: Mapping[PurePosixPath, bytes],
    *,
    report: Report,
    place_entries: str = "",
    note: str = "",
    contributor: Person | None = None,
    author: Person | None = None,
    only_new: bool = False,
) -> Proposal:
    """Propose files, by their path in the folder of practices.

    Args:
        config: Where the repository is.
        files: Their whole contents.
        report: What the check and the search for similar practices say of them.
        place_entries: Lines that places.yaml needs besides.
        note: What the commit's message says beneath its first line.
        contributor: Who wrote them, named as co-author.
        author: The author of the commit; whoever git knows here, else the app.
        only_new: Nothing that stands there is to be changed: a file whose name is taken gets another.

    Raises:
        ProposeError: nothing was proposed; it says why and what to do.
    """
    language = config.language
    with open_remote(config) as remote, fetched(remote) as base:
        folder = remote.within / config.practices_from_root
        proposed = (
            {_free(base, folder / path): data for path, data in files.items()}
            if only_new
            else {folder / path: merged(base, folder / path, data) for path, data in files.items()}
        )
        if (places := _places(base, folder / PLACES, place_entries)) and folder / PLACES not in proposed:
            proposed[folder / PLACES] = places
        paths = tuple(proposed)
        is_new = not any(base.has(path) for path in proposed)
        heading = title(report, paths, language, is_new=is_new)
        told = message(heading, note, contributor, language)
        pushed = push(base, proposed, told, name=_name(report, paths), author=author)
    text = body(report, paths, contributor, language)
    request, refused = _opened(config, pushed.branch, pushed.into, heading, text)
    page = request.url if request else _page(config, pushed.branch, pushed.into, heading, text) or pushed.page
    return Proposal(pushed.branch, pushed.into, pushed.commit, paths, heading, text, page, request, refused)


def _free(base: Base, path: PurePosixPath) -> PurePosixPath:
    """The path, or the first like it that is not taken there."""
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(2, MOST_ALIKE))
    return next((one for one in (path, *names) if not base.has(one)), path)


def _places(base: Base, path: PurePosixPath, entries: str) -> bytes:
    """places.yaml with the places that it lacks; empty where it lacks none."""
    known = base.read(path) or b""
    whole = with_places(known.decode("utf-8"), entries).encode() if known and entries else known
    return b"" if whole == known else whole


def _opened(config: Config, branch: str, into: str, heading: str, text: str) -> tuple[PullRequest | None, str]:
    """The pull request, where a token is configured; that it is refused is no reason to lose the branch."""
    if not can_open(config):
        return None, ""
    try:
        return open_request(config, branch=branch, into=into, title=heading, body=text), ""
    except ForgeRefused as error:
        return None, f"{error} {error.hint}".strip()


def _page(config: Config, branch: str, into: str, heading: str, text: str) -> str:
    """The forge's page with as much of the text in it as an address can carry."""
    for room in (len(text), 3000, 1500, 600):
        url = request_url(config, branch, into, heading, shortened(text, room, config.language))
        if len(url) <= MAX_URL:
            return url
    return request_url(config, branch, into, heading, "")


def _name(report: Report, paths: tuple[PurePosixPath, ...]) -> str:
    """The last part of the branch's name: what a maintainer sees in a list."""
    stem = report.practices[0].id if report.practices else paths[0].stem
    return re.sub(r"[^a-z0-9-]+", "-", stem.casefold()).strip("-")[:80] or "forslag"
