"""Make the next generation: read what changed, embed what is new, write, swap.

Unchanged files are told by their stat, or by their hash where the stat changed; nothing is
embedded twice. Until the pointer is swapped the old generation answers, whatever happens here.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from kb.config import NO_MODEL, Config
from kb.encoder import load_encoder
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import known_card
from kb.encoder.protocol import Encoder
from kb.errors import ConfigError, EncoderError, IndexFault, UnreadableFile
from kb.files import sha256
from kb.index.choose import storage_of
from kb.index.embed import Embedding, Progress, dense_arm
from kb.index.layout import (
    FORMAT,
    Fingerprint,
    Indexed,
    Manifest,
)
from kb.index.means import MEANS_RULES
from kb.index.plain import practice_to_json
from kb.index.storage import Contents, Writer
from kb.index.store import Record, Store
from kb.index.terms import LANGUAGE_RULES
from kb.passages import KINDS, RULES_VERSION, passages
from kb.practice import parse_practice
from kb.repository import Stamp, Unreadable, ids_of, read_source, scan
from kb.vocabulary import PLACES_FILE, VOCABULARY_FILE, Vocabulary, load_vocabulary

_NO_STAMP = Stamp(0, 0)
"""Of what is no file."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of the indexer did."""

    practices: int
    passages: int
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    embedded: int = 0
    unreadable: tuple[Unreadable, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why everything was done again, if it was."""
    generation: str = ""
    wrote: bool = False
    warning: str = ""
    """What is missing, such as the model, in a sentence."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The folder as it is now, next to what was indexed before."""

    records: dict[str, Record]
    files: dict[str, Indexed]
    unreadable: tuple[Unreadable, ...]
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What this run works from."""

    config: Config
    index: Writer
    previous: Manifest | None
    expected: Fingerprint
    encoder: Encoder | None
    """Loaded only where its fingerprint was not known yet."""
    warning: str
    tell: Progress


def build(config: Config, *, rebuild: bool = False, progress: Progress | None = None) -> Report:
    """Bring the index up to date with the folder of practices.

    Raises:
        ConfigError: the folder of practices is not there.
        UnreadableFile: it cannot be listed.
        IndexBusy: another process is writing the index.
        VocabularyError: vocabulary.yaml or places.yaml is broken.
    """
    if not config.practices.is_dir():
        raise ConfigError(f"There is no folder {config.practices}.", hint="Give --practices, or make the folder.")
    with storage_of(config).writing() as index:
        plan = _plan(config, index, rebuild=rebuild, tell=progress or (lambda _step, _done, _total: None))
        missed: list[Unreadable] = []
        stamps = scan(config.practices, missed)
        same = plan.previous and plan.previous.fingerprint == plan.expected and _same_stamps(plan.previous, stamps)
        if plan.previous and same and not missed:
            return _unchanged(plan, plan.previous)
        return _build(plan, stamps, missed)


def write_records(
    config: Config, records: Sequence[Record], vocabulary: Vocabulary, progress: Progress | None = None
) -> Report:
    """Make records that stand in no Markdown files, such as a judged collection, the whole of the index.

    Raises:
        IndexBusy: another process is writing the index.
    """
    with storage_of(config).writing() as index:
        plan = _plan(config, index, rebuild=False, tell=progress or (lambda _step, _done, _total: None))
        previous = plan.previous
        read = _given(records, previous.files if previous else {})
        same = previous and previous.fingerprint == plan.expected and previous.files == read.files
        return _unchanged(plan, previous) if previous and same else _publish(plan, read, vocabulary)


def _given(records: Sequence[Record], known: Mapping[str, Indexed]) -> _Read:
    """Records as if they had been read: their content stands in for a file's."""
    files = {
        str(record.practice.path): Indexed(record.practice.id, sha256(practice_to_json(record.practice)), _NO_STAMP)
        for record in records
    }
    unchanged = sum(known.get(name) == item for name, item in files.items())
    return _Read(
        records={record.practice.id: record for record in records},
        files=files,
        unreadable=(),
        added=len(files.keys() - known.keys()),
        changed=len(files.keys() & known.keys()) - unchanged,
        unchanged=unchanged,
    )


def _plan(config: Config, index: Writer, *, rebuild: bool, tell: Progress) -> _Plan:
    encoder, fingerprint, warning = None, "", ""
    try:
        card = known_card(config.model, adapter_of(config))
        if card is None:
            if config.model != NO_MODEL:
                tell("model", 0, 1)
            encoder = load_encoder(config, many=True)
            tell("model", 1, 1)
            fingerprint = encoder.fingerprint
        else:
            fingerprint = card.fingerprint
    except EncoderError as error:
        warning = f"{error} {error.hint} Until then only keyword search works."
    expected = Fingerprint(
        format=FORMAT,
        encoder=fingerprint,
        model=config.model,
        passages=RULES_VERSION,
        language=f"{LANGUAGE_RULES}.{MEANS_RULES}" + ("" if config.search.centring else ".as-is"),
        vocabulary=_vocabulary_digest(config.practices),
    )
    return _Plan(config, index, None if rebuild else index.previous(), expected, encoder, warning, tell)


def _build(plan: _Plan, stamps: Mapping[PurePosixPath, Stamp], missed: Sequence[Unreadable]) -> Report:
    previous = plan.previous
    vocabulary = load_vocabulary(plan.config.practices)
    try:
        read = _read(plan, stamps, missed, vocabulary)
    except IndexFault:
        # The last generation is damaged inside: nothing of it is taken over.
        return _build(replace(plan, previous=None), stamps, missed)
    stays = previous and previous.fingerprint == plan.expected and not set(previous.files) - set(read.files)
    if previous and stays and not (read.added or read.changed):
        touched = replace(previous, files=read.files, unreadable=read.unreadable)
        plan.index.touch(touched)
        return _unchanged(plan, touched)
    return _publish(plan, read, vocabulary)


def _publish(plan: _Plan, read: _Read, vocabulary: Vocabulary) -> Report:
    """Write the next generation, make it current, and tell what was done."""
    previous = plan.previous
    manifest, embedded, warning = _write(plan, read, vocabulary)
    return Report(
        practices=len(read.records),
        passages=sum(manifest.passages.values()),
        added=read.added,
        changed=read.changed,
        removed=len(set(previous.files) - set(read.files)) if previous else 0,
        unchanged=read.unchanged,
        embedded=embedded,
        unreadable=read.unreadable,
        reasons=previous.fingerprint.differences(plan.expected) if previous else (),
        generation=manifest.generation,
        wrote=True,
        warning=warning,
    )


def _read(
    plan: _Plan, stamps: Mapping[PurePosixPath, Stamp], missed: Sequence[Unreadable], vocabulary: Vocabulary
) -> _Read:
    """Take unchanged practices from the last generation and read the rest."""
    previous = plan.previous
    known = previous.files if previous else {}
    store = _reusable_store(plan)
    records: dict[str, Record] = {}
    files: dict[str, Indexed] = {}
    unreadable = list(missed)
    reused: list[str] = []
    added = changed = unchanged = 0
    for number, (path, practice_id) in enumerate(ids_of(list(stamps)).items(), 1):
        plan.tell("read", number, len(stamps))
        before = known.get(str(path))
        if store and before and before.stamp == stamps[path] and before.id == practice_id:
            reused.append(practice_id)
            files[str(path)] = before
            unchanged += 1
            continue
        try:
            source = read_source(plan.config.practices, path)
        except UnreadableFile as error:
            unreadable.append(Unreadable(path, error.reason, error.hint, error.line))
            continue
        files[str(path)] = Indexed(practice_id, source.digest, stamps[path])
        same = before is not None and before.digest == source.digest and before.id == practice_id
        if store and same:
            reused.append(practice_id)
        else:
            practice = parse_practice(source.text, path, vocabulary, cards=source.cards, practice_id=practice_id)
            records[practice_id] = Record(practice, tuple(passages(practice)))
        added += before is None
        changed += before is not None and not same
        unchanged += same
    if store:
        records |= {record.practice.id: record for record in store.records(reused)}
    return _Read(records, files, tuple(unreadable), added, changed, unchanged)


def _write(plan: _Plan, read: _Read, vocabulary: Vocabulary) -> tuple[Manifest, int, str]:
    records = [read.records[name] for name in sorted(read.records)]
    arm, fingerprint, warning = None, plan.expected, plan.warning
    if plan.expected.encoder:
        try:
            cached = partial(plan.index.vectors, plan.expected.encoder)
            arm = dense_arm(records, Embedding(plan.config, plan.encoder, cached, plan.tell))
        except EncoderError as error:
            warning = f"{error} {error.hint} Until then only keyword search works."
            fingerprint = replace(fingerprint, encoder="")
    plan.tell("write", 0, 1)
    counts = {kind: sum(p.kind == kind for record in records for p in record.passages) for kind in KINDS}
    manifest = Manifest(
        generation="",
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        fingerprint=fingerprint,
        practices_folder=str(plan.config.practices),
        files=read.files,
        unreadable=read.unreadable,
        passages=counts,
        sizes={},
    )
    manifest = plan.index.publish(Contents(records, vocabulary, arm, manifest))
    plan.tell("write", 1, 1)
    return manifest, arm.embedded if arm else 0, warning


def _reusable_store(plan: _Plan) -> Store | None:
    """The last generation's store, where its passages were cut by the same rules."""
    if plan.previous is None:
        return None
    old, new = plan.previous.fingerprint, plan.expected
    if (old.format, old.passages, old.vocabulary) != (new.format, new.passages, new.vocabulary):
        return None
    try:
        return plan.index.store(plan.previous.generation)
    except IndexFault:
        return None


def _same_stamps(previous: Manifest, stamps: Mapping[PurePosixPath, Stamp]) -> bool:
    return not previous.unreadable and {name: item.stamp for name, item in previous.files.items()} == {
        str(path): stamp for path, stamp in stamps.items()
    }


def _unchanged(plan: _Plan, manifest: Manifest) -> Report:
    return Report(
        practices=len(manifest.files),
        passages=sum(manifest.passages.values()),
        unchanged=len(manifest.files),
        unreadable=manifest.unreadable,
        generation=manifest.generation,
        warning=plan.warning,
    )


def _vocabulary_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (VOCABULARY_FILE, PLACES_FILE):
        path = folder / name
        digest.update(path.read_bytes() if path.is_file() else b"-")
    return digest.hexdigest()[:24]
