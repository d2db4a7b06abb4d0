"""Which practice files a folder holds, by what they are called; looked for anew only where a folder has changed."""

from __future__ import annotations

import os
import time
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kb.repository import scan, walk, within
from kb.tree import SETTLED


@dataclass(frozen=True, slots=True)
class Listing:
    """Practice files, relative to their folder."""

    paths: tuple[PurePosixPath, ...] = ()
    """Sorted as text."""
    by_id: Mapping[str, PurePosixPath] = field(default_factory=dict)
    """The first where several claim an id."""
    by_folded_id: Mapping[str, tuple[PurePosixPath, ...]] = field(default_factory=dict)
    """Sorted; ids that differ in case alone are one on some disks."""

    def __contains__(self, path: PurePosixPath) -> bool:
        return path in self.by_folded_id.get(path.stem.casefold(), ())

    def with_one(self, path: PurePosixPath) -> Listing:
        """The same files and one more; itself where it has that one."""
        if path in self:
            return self
        name, folded = path.stem, path.stem.casefold()
        at = bisect(self.paths, str(path), key=str)
        alike = tuple(sorted((*self.by_folded_id.get(folded, ()), path), key=str))
        return Listing(
            (*self.paths[:at], path, *self.paths[at:]),
            {**self.by_id, name: min(path, self.by_id.get(name, path), key=str)},
            {**self.by_folded_id, folded: alike},
        )


def listed(paths: Iterable[PurePosixPath]) -> Listing:
    """Practice files by what they are called."""
    ordered = tuple(sorted(paths, key=str))
    by_id: dict[str, PurePosixPath] = {}
    by_folded_id: dict[str, tuple[PurePosixPath, ...]] = {}
    for path in ordered:
        name = path.stem
        folded = name.casefold()
        by_id.setdefault(name, path)
        by_folded_id[folded] = (*by_folded_id.get(folded, ()), path)
    return Listing(ordered, by_id, by_folded_id)


def listing(folder: Path) -> Listing:
    """Every practice file below `folder`; walked again only where a folder below it has changed.

    Raises:
        UnreadableFile: as in `scan`.
    """
    known = _looks.get(folder)
    if known is None or _changed(known.folders) != known.folders:
        asked = time.time_ns()
        stamps = _changed(within(folder, parent) for parent, _ in walk(folder, []))
        known = _Look(stamps, listed(scan(folder)))
        # A folder that was written to just now may be written to again without a new time.
        if max(stamps.values(), default=0) < asked - SETTLED:
            if len(_looks) >= _FOLDERS:
                _looks.clear()
            _looks[folder] = known
    return known.found


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found below a folder."""

    folders: Mapping[str, int]
    """Every folder, and when something in it was last added, removed or renamed."""
    found: Listing


_FOLDERS = 16
_looks: dict[Path, _Look] = {}


def _changed(folders: Iterable[str]) -> dict[str, int]:
    """When each folder last changed; one that is gone has no time."""
    found = {}
    for folder in folders:
        try:
            found[folder] = os.stat(folder).st_mtime_ns
        except OSError:
            found[folder] = -1
    return found
