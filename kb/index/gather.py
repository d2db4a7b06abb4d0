"""The practices as they are now: unchanged ones out of the last generation, the others read from their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kb.errors import UnreadableFile
from kb.files import sha256
from kb.index.layout import Indexed, Manifest
from kb.index.plain import practice_to_json
from kb.index.plan import Plan, reusable
from kb.index.since import NO_STAMP, same_stamp
from kb.index.store import Record
from kb.passages import passages
from kb.practice import parse_practice
from kb.repository import Stamp, Unreadable, ids_of, read_source
from kb.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Gathered:
    """The folder as it is now, next to what was indexed before."""

    fresh: dict[str, Record]
    """The practices that were read from their files."""
    kept: tuple[str, ...]
    """The ids of those that are as they were in the last generation."""
    files: dict[str, Indexed]
    unreadable: tuple[Unreadable, ...]
    added: int
    changed: int
    unchanged: int


def gather(plan: Plan, stamps: Mapping[str, Stamp], missed: Sequence[Unreadable], vocabulary: Vocabulary) -> Gathered:
    """Tell unchanged practices, and read the rest.

    Args:
        plan: what this run works from.
        stamps: every practice's file with its stamp.
        missed: what could not be listed.
        vocabulary: what practices are read by.
    """
    previous = plan.previous
    known = previous.files if previous else {}
    as_before = reusable(plan)
    ids = _ids(stamps, previous if as_before else None)
    files = {name: known[name] for name in ids if as_before and _is_same(known.get(name), stamps[name], ids[name])}
    records: dict[str, Record] = {}
    unreadable = list(missed)
    reused = [item.id for item in files.values()]
    added = changed = 0
    unchanged = len(files)
    to_read = [name for name in ids if name not in files]
    for number, name in enumerate(to_read, 1):
        plan.tell("read", number, len(to_read))
        practice_id, before, path = ids[name], known.get(name), PurePosixPath(name)
        try:
            source = read_source(plan.config.practices, path)
        except UnreadableFile as error:
            unreadable.append(Unreadable(path, error.reason, error.hint, error.line))
            continue
        files[name] = Indexed(practice_id, source.digest, stamps[name])
        same = before is not None and before.digest == source.digest and before.id == practice_id
        if as_before and same:
            reused.append(practice_id)
        else:
            practice = parse_practice(source.text, path, vocabulary, cards=source.cards, practice_id=practice_id)
            records[practice_id] = Record(practice, tuple(passages(practice)))
        added += before is None
        changed += before is not None and not same
        unchanged += same
    return Gathered(records, tuple(reused), files, tuple(unreadable), added, changed, unchanged)


def _is_same(before: Indexed | None, stamp: Stamp, practice_id: str) -> bool:
    """Whether a file need not even be opened."""
    return before is not None and same_stamp(before, stamp) and before.id == practice_id


def _ids(stamps: Mapping[str, Stamp], previous: Manifest | None) -> dict[str, str]:
    """Each file's id; the same files have the ids that they had."""
    if previous and previous.files.keys() == stamps.keys() and _was_scanned(previous):
        return {name: previous.files[name].id for name in stamps}
    return {str(path): practice_id for path, practice_id in ids_of([*map(PurePosixPath, stamps)]).items()}


def _was_scanned(previous: Manifest) -> bool:
    """Whether ids were made of these files alone: not of ones that could not be read too, nor given with records."""
    return not previous.unreadable and any(item.stamp != NO_STAMP for item in previous.files.values())


def all_records(plan: Plan, gathered: Gathered) -> list[Record]:
    """Every practice in order of id, those that are as they were out of the last generation.

    Raises:
        IndexFault: it is damaged inside.
    """
    found = dict(gathered.fresh)
    if plan.previous and gathered.kept:
        found |= {record.practice.id: record for record in plan.index.store(plan.previous).records(gathered.kept)}
    return [found[practice_id] for practice_id in sorted(found)]


def given(records: Sequence[Record], known: Mapping[str, Indexed]) -> Gathered:
    """Records as if they had been read: their content stands in for a file's."""
    files = {
        str(record.practice.path): Indexed(record.practice.id, sha256(practice_to_json(record.practice)), NO_STAMP)
        for record in records
    }
    unchanged = sum(known.get(name) == item for name, item in files.items())
    return Gathered(
        fresh={record.practice.id: record for record in records},
        kept=(),
        files=files,
        unreadable=(),
        added=len(files.keys() - known.keys()),
        changed=len(files.keys() & known.keys()) - unchanged,
        unchanged=unchanged,
    )
