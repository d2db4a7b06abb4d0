"""Who proposed what: a line before a proposal leaves, and one when it is there; nothing else is kept of people."""

from __future__ import annotations

import datetime
from pathlib import Path, PurePosixPath

from kb.access.person import Person
from kb.config import Config
from kb.files import sha256
from kb.journal import append

DIGEST = 16
"""Characters of the digest that joins the two lines, and that tells the file that was sent."""


def record_sending(config: Config, person: Person, path: PurePosixPath, text: str) -> None:
    """Keep who is about to propose a file.

    Raises:
        OSError: it cannot be kept; then it must not be proposed either.
    """
    _append(config, "sends", text, {"who": person.name, "role": person.role.name.lower(), "path": path.as_posix()})


def record_sent(config: Config, text: str, branch: str, page: str) -> None:
    """Keep where it went.

    Raises:
        OSError: it cannot be kept.
    """
    _append(config, "sent", text, {"branch": branch, "page": page})


def record_path(config: Config) -> Path:
    """Where it is kept."""
    return config.root / Path(config.access.record).expanduser()


def _append(config: Config, event: str, text: str, said: dict[str, str]) -> None:
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    append(record_path(config), {"at": at, "event": event, **said, "file": sha256(text)[:DIGEST]}, sure=True)
