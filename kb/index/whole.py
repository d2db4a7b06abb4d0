"""Whether a generation is as it was written: each part is summed when it is written, and again when it is opened.

Reading a large index whole at each search would take longer than the search. A part with the size and times that it
had when it was found to be whole has not been written to since, so a copy is summed once, by whoever opens it first;
the writer leaves its own word beside the parts. What a disk loses without a write, `kb doctor --thorough` finds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from kb.errors import IndexFault
from kb.files import write_whole
from kb.index.layout import GenerationLayout, Manifest, read_manifest

Times = Mapping[str, list[int]]
"""Part to its size, and when it was last written to and last changed in any way, in nanoseconds."""

File = tuple[int, int]
"""What a file is known by, whatever its names: its device and its inode."""


def sums(layout: GenerationLayout, known: Mapping[File, str] | None = None) -> dict[str, str]:
    """The SHA-256 of each part, by name; their times are noted as those of parts that are whole.

    `known` are the sums of files that parts may be links to.
    """
    known = known or {}
    parts = layout.parts()
    found = {name: known.get(_file(part)) or _sum(layout, name) for name, part in parts.items()}
    _note(layout, {name: _times_of(part) for name, part in parts.items()})
    return found


def known_sums(layout: GenerationLayout, manifest: Manifest) -> dict[File, str]:
    """The sums of a generation's files, whatever they are linked as."""
    return {_file(part): manifest.sums[name] for name, part in layout.parts().items() if name in manifest.sums}


@contextlib.contextmanager
def relinking(layouts: Sequence[GenerationLayout]) -> Iterator[None]:
    """Have files that are known to be whole stay so while links to them come and go, which changes a time of theirs."""
    known = [(layout, _known(layout)) for layout in layouts]
    yield
    for layout, sure in known:
        times = _times(layout)
        still = {name: times[name] for name, time in sure.items() if times.get(name, [])[:2] == time[:2]}
        if still and still != sure:
            _note(layout, still)


def whole_manifest(layout: GenerationLayout, *, thorough: bool = False, note: bool = True) -> Manifest:
    """The manifest of a generation whose every part is as it was written.

    Args:
        layout: the generation.
        thorough: read every part, also those that nothing was written to.
        note: remember what was read, for whoever opens it next.

    Raises:
        OtherVersion: it is of another format.
        IndexFault: it is damaged; the parts are named.
    """
    manifest = read_manifest(layout)
    times, seen = _times(layout), _noted(layout)
    unsure = [name for name in manifest.sums if thorough or seen.get(name) != times.get(name)]
    try:
        damaged = [name for name in unsure if _sum(layout, name) != manifest.sums[name]]
    except OSError as error:
        raise IndexFault(
            f"The index generation in {layout.folder} cannot be read: {error.strerror}.", hint="Check its permissions."
        ) from error
    if damaged:
        raise IndexFault(
            f"The index generation in {layout.folder} is damaged: {', '.join(damaged)}.",
            hint="Run kb index; it builds a new one.",
        )
    if unsure and note:
        _note(layout, times)
    return manifest


@contextlib.contextmanager
def opening(layout: GenerationLayout) -> Iterator[None]:
    """What FAISS, tantivy and NumPy say of a damaged file, as a sentence.

    Raises:
        IndexFault: it is damaged.
    """
    try:
        yield
    except (RuntimeError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise IndexFault(
            f"The index generation in {layout.folder} is damaged.", hint="Run kb index --rebuild."
        ) from error


def is_whole(layout: GenerationLayout) -> bool:
    """Whether a generation can be used."""
    try:
        whole_manifest(layout)
    except IndexFault:
        return False
    return True


def _sum(layout: GenerationLayout, name: str) -> str:
    with (layout.folder / name).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _file(found: os.stat_result) -> File:
    return found.st_dev, found.st_ino


def _times(layout: GenerationLayout) -> Times:
    return {name: _times_of(found) for name, found in layout.parts().items()}


def _times_of(found: os.stat_result) -> list[int]:
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _known(layout: GenerationLayout) -> Times:
    """The times of the parts that have not changed since they were found to be whole."""
    seen = _noted(layout)
    return {name: times for name, times in _times(layout).items() if seen.get(name) == times}


def _noted(layout: GenerationLayout) -> Times:
    try:
        times: Times = json.loads(layout.seen.read_bytes())
    except (OSError, ValueError):
        return {}
    return times if isinstance(times, dict) else {}


def _note(layout: GenerationLayout, times: Times) -> None:
    # An index that is only lent for reading is summed by each process that opens it.
    with contextlib.suppress(OSError):
        write_whole(layout.seen, json.dumps(times))
