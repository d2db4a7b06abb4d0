"""What is known of files before they are proposed: their texts, and what the check says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.check import check
from kb.check.changed import named
from kb.check.files import CARDS
from kb.config import Config
from kb.errors import ConfigError
from kb.practice import Practice, parse_practice
from kb.propose.places import entry_of
from kb.propose.proposal import PLACES
from kb.propose.text import Near, Report
from kb.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files to propose, by their path in the folder of practices."""

    files: Mapping[PurePosixPath, bytes]
    report: Report
    place_entries: str
    """The places of the practices, as places.yaml has them here; the remote may not know them yet."""


def gather(
    config: Config, paths: Sequence[Path], vocabulary: Vocabulary, near: Callable[[Practice], Sequence[Near]] | None
) -> Gathered:
    """Read files, with the cards beside them, and check them.

    Args:
        config: Which folder they are in.
        paths: The files, as seen from here or from the folder.
        vocabulary: The vocabulary of the folder.
        near: Looks for practices that say the same; None where that cannot be done.

    Raises:
        ConfigError: a path does not exist, is a folder, or lies outside the folder of practices.
    """
    folder = config.practices
    files = {path: _read(folder, path) for path in _with_cards(folder, named(folder, paths))}
    practices = tuple(
        parse_practice(data.decode("utf-8", "replace"), path, vocabulary)
        for path, data in files.items()
        if path.suffix == ".md"
    )
    findings = check(folder, [folder / path for path in files]).findings
    found = None if near is None else tuple(one for practice in practices for one in near(practice))
    places = dict.fromkeys(key for practice in practices for key in practice.places)
    known = _read(folder, PLACES).decode("utf-8", "replace") if (folder / PLACES).is_file() else ""
    entries = "".join(entry_of(known, key) for key in places)
    return Gathered(files, Report(practices, findings, found), entries)


def _with_cards(folder: Path, paths: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """The files and the cards that stand beside practices among them."""
    beside = {path: path.with_name(f"{path.stem}{CARDS[0]}") for path in paths if path.suffix == ".md"}
    both = (one for path in paths for one in (path, beside.get(path, path)))
    return [path for path in dict.fromkeys(both) if path in paths or (folder / path).is_file()]


def _read(folder: Path, path: PurePosixPath) -> bytes:
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", hint="Name the files themselves.") from error
