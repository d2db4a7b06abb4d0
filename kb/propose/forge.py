"""Opening a forge's own page for a new file, with the draft already in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode

from kb.config import Config
from kb.propose.links import MAX_URL, NAMES, kind, repository


@dataclass(frozen=True, slots=True)
class NewFile:
    """The forge's page for a new file."""

    forge: str
    """What the forge is called."""
    url: str
    filled: bool
    """Whether the text is in it; it is too long otherwise, and must be pasted."""


def new_file(config: Config, path: PurePosixPath, text: str) -> NewFile | None:
    """Where the configured forge makes a new file; None where none is named, or it is of no known kind."""
    forge = kind(config)
    if not forge:
        return None
    whole = PurePosixPath(config.practices_from_root) / path
    make, base = _FORGES[forge], repository(config)
    filled = make(base, quote(config.linked_branch), whole, text)
    if len(filled) <= MAX_URL:
        return NewFile(NAMES[forge], filled, filled=True)
    return NewFile(NAMES[forge], make(base, quote(config.linked_branch), whole, ""), filled=False)


def _github(base: str, branch: str, path: PurePosixPath, text: str) -> str:
    return f"{base}/new/{branch}?{_query(filename=path.as_posix(), value=text)}"


def _gitlab(base: str, branch: str, path: PurePosixPath, text: str) -> str:
    return f"{base}/-/new/{branch}/{_folder(path)}?{_query(file_name=path.name, content=text)}"


def _forgejo(base: str, branch: str, path: PurePosixPath, text: str) -> str:
    return f"{base}/_new/{branch}/{_folder(path)}?{_query(filename=path.name, value=text)}"


def _folder(path: PurePosixPath) -> str:
    return quote(path.parent.as_posix())


def _query(**values: str) -> str:
    return urlencode({name: value for name, value in values.items() if value}, quote_via=quote)


_FORGES: dict[str, Callable[[str, str, PurePosixPath, str], str]] = {
    "github": _github,
    "gitlab": _gitlab,
    "forgejo": _forgejo,
}
