"""A practice file that is not written yet: its name, its text and what `kb check` says of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from kb.check import Finding, Severity
from kb.check.unwritten import check_text
from kb.frontmatter import FENCE, Value, emit
from kb.listing import Listing, listing
from kb.typed import line, slug
from kb.vocabulary import Vocabulary

ID_LENGTH = 72
"""Longer names are cut: they are part of an address and of a file's path."""
BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """A practice file that is not written yet."""

    path: PurePosixPath
    """Relative to the folder of practices."""
    text: str
    findings: tuple[Finding, ...]
    """What `kb check` says of it where it would stand."""
    place_entry: str = ""
    """What places.yaml must be given first, where the place is new."""

    @property
    def id(self) -> str:
        """The new practice's id."""
        return self.path.stem

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before it can be merged."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def drafted(
    folder: Path,
    place: str,
    name: str,
    write: Callable[[PurePosixPath], str],
    vocabulary: Vocabulary,
    day: date,
    *,
    place_entry: str = "",
    listed: Listing | None = None,
) -> Draft:
    """The file that `write` gives for its path in a folder of practices, checked there; `name` becomes its id.

    `listed` are the files that the folder is known to hold, where the caller has just looked.
    """
    files = listing(folder) if listed is None else listed
    path = _path(place, name, files)
    text = write(path)
    findings = check_text(folder, path, text, vocabulary=vocabulary, today=day, listed=files)
    return Draft(path, text, findings, place_entry)


def whole(front: Mapping[str, Value], sections: Iterable[str]) -> str:
    """The text of a practice file; keys without a value are left out."""
    keys = "".join(emit(key, value) for key, value in front.items() if value)
    return f"{FENCE}\n{keys}{FENCE}\n\n{BETWEEN.join(sections)}\n"


def section(heading: str, *texts: str) -> str:
    """A section with what stands under its heading."""
    return BETWEEN.join((f"## {heading}", *filter(None, texts)))


def place_key(name: str, country: str) -> str:
    """The key of a municipality that places.yaml does not have; empty where its name or country is not told."""
    own = slug(name)
    return f"{country}/{own}" if own and country else ""


def place_entry(key: str, name: str, vocabulary: Vocabulary) -> str:
    """The lines that places.yaml needs for a new municipality; empty where it has it already."""
    if not key or key in vocabulary.places:
        return ""
    return emit(key, {"name": line(name), "kind": "municipality", "parent": key.split("/", 1)[0]})


def _path(place: str, name: str, files: Listing) -> PurePosixPath:
    """country/municipality/id.md; an id that is not taken."""
    parts = place.split("/") if place else []
    return PurePosixPath(*parts[:2], f"{_free(_cut(slug(' '.join([*parts[1:], name]))), files)}.md")


def _free(name: str, files: Listing) -> str:
    return next(
        option
        for number in itertools.count(1)
        if (option := name if number == 1 else f"{name}-{number}").casefold() not in files.by_folded_id
    )


def _cut(name: str) -> str:
    return name if len(name) <= ID_LENGTH else name[: ID_LENGTH + 1].rpartition("-")[0] or name[:ID_LENGTH]
