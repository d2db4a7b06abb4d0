"""Make the next generation: read what changed, embed what is new, write, swap.

Unchanged files are told by their stat, or by their hash where the stat changed; nothing is
embedded twice. Until the pointer is swapped the old generation answers, whatever happens here.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kb.config import NO_MODEL, Config
from kb.encoder import load_encoder
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import known_card
from kb.encoder.protocol import Encoder
from kb.errors import ConfigError, EncoderError, IndexFault, UnreadableFile
from kb.files import sha256
from kb.index import generations
from kb.index.embed import Embedding, Progress, write_vectors
from kb.index.layout import (
    FORMAT,
    Fingerprint,
    GenerationLayout,
    Indexed,
    IndexLayout,
    Manifest,
)
from kb.index.lexical import LANGUAGE_RULES, write_lexical
from kb.index.means import MEANS_RULES
from kb.index.plain import practice_to_json
from kb.index.since import NO_STAMP, is_as_indexed, same_stamp, stamps_now
from kb.index.store import Record, Store, write_store
from kb.index.whole import sums, whole_manifest
from kb.index.workers import THIS_MACHINE, Workers
from kb.passages import KINDS, RULES_VERSION, passages
from kb.practice import parse_practice
from kb.repository import Stamp, Unreadable, ids_of, read_source
from kb.vocabulary import PLACES_FILE, VOCABULARY_FILE, Vocabulary, load_vocabulary


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
    anew: str = ""
    """Why nothing of the last generation was taken over, if nothing was, in a sentence."""


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
    index: IndexLayout
    previous: Manifest | None
    expected: Fingerprint
    encoder: Encoder | None
    """Loaded only where its fingerprint was not known yet."""
    warning: str
    tell: Progress
    workers: Workers
    anew: str = ""
    """Why there is nothing to take over, where there should be."""


def build(
    config: Config, *, rebuild: bool = False, progress: Progress | None = None, workers: Workers = THIS_MACHINE
) -> Report:
    """Bring the index up to date with the folder of practices.

    Raises:
        ConfigError: the folder of practices is not there.
        UnreadableFile: it cannot be listed.
        IndexBusy: another process is writing the index.
        VocabularyError: vocabulary.yaml or places.yaml is broken.
        ClusterError: the cluster that should embed cannot be had or was lost; what came back is kept.
    """
    if not config.practices.is_dir():
        raise ConfigError(f"There is no folder {config.practices}.", hint="Give --practices, or make the folder.")
    index = IndexLayout(config.index)
    with generations.writing(index):
        plan = _plan(config, index, rebuild=rebuild, tell=progress or _untold, workers=workers)
        missed: list[Unreadable] = []
        stamps = stamps_now(config.practices, missed)
        same = plan.previous and plan.previous.fingerprint == plan.expected and not missed
        if plan.previous and same and (manifest := _same_files(plan, plan.previous, stamps)):
            return _unchanged(plan, manifest)
        return _build(plan, {PurePosixPath(name): stamp for name, stamp in stamps.items()}, missed)


def write_records(
    config: Config, records: Sequence[Record], vocabulary: Vocabulary, progress: Progress | None = None
) -> Report:
    """Make records that stand in no Markdown files, such as a judged collection, the whole of the index.

    Raises:
        IndexBusy: another process is writing the index.
    """
    index = IndexLayout(config.index)
    with generations.writing(index):
        plan = _plan(config, index, rebuild=False, tell=progress or _untold, workers=THIS_MACHINE)
        previous = plan.previous
        read = _given(records, previous.files if previous else {})
        same = previous and previous.fingerprint == plan.expected and previous.files == read.files
        return _unchanged(plan, previous) if previous and same else _publish(plan, read, vocabulary)


def _given(records: Sequence[Record], known: Mapping[str, Indexed]) -> _Read:
    """Records as if they had been read: their content stands in for a file's."""
    files = {
        str(record.practice.path): Indexed(record.practice.id, sha256(practice_to_json(record.practice)), NO_STAMP)
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


def fingerprint(config: Config, encoder: str) -> Fingerprint:
    """The rules that an index is made by now, with an encoder that has this fingerprint."""
    return Fingerprint(
        format=FORMAT,
        encoder=encoder,
        model=config.model,
        passages=RULES_VERSION,
        language=f"{LANGUAGE_RULES}.{MEANS_RULES}" + ("" if config.search.centring else ".as-is"),
        vocabulary=_vocabulary_digest(config.practices),
    )


def _plan(config: Config, index: IndexLayout, *, rebuild: bool, tell: Progress, workers: Workers) -> _Plan:
    encoder, made_by, warning = None, "", ""
    try:
        card = known_card(config.model, adapter_of(config))
        if card is None:
            if config.model != NO_MODEL:
                tell("model", 0, 1)
            encoder = load_encoder(config, many=True, jobs=workers.jobs)
            tell("model", 1, 1)
            made_by = encoder.fingerprint
        else:
            made_by = card.fingerprint
    except EncoderError as error:
        warning = f"{error} {error.hint} Until then only keyword search works."
    previous, anew = None, ""
    try:
        previous = None if rebuild else _previous(index)
    except IndexFault as fault:
        anew = f"{fault} All of it was made anew."
    return _Plan(config, index, previous, fingerprint(config, made_by), encoder, warning, tell, workers, anew)


def _build(plan: _Plan, stamps: Mapping[PurePosixPath, Stamp], missed: Sequence[Unreadable]) -> Report:
    previous = plan.previous
    vocabulary = load_vocabulary(plan.config.practices)
    try:
        read = _read(plan, stamps, missed, vocabulary)
    except IndexFault as fault:
        # The last generation is damaged inside: nothing of it is taken over.
        return _build(replace(plan, previous=None, anew=f"{fault} All of it was made anew."), stamps, missed)
    stays = previous and previous.fingerprint == plan.expected and not set(previous.files) - set(read.files)
    if previous and stays and not (read.added or read.changed):
        touched = replace(previous, files=read.files, unreadable=read.unreadable)
        touched.write(plan.index.generation(previous.generation).manifest)
        return _unchanged(plan, touched)
    return _publish(plan, read, vocabulary)


def _publish(plan: _Plan, read: _Read, vocabulary: Vocabulary) -> Report:
    """Write the next generation, make it current, and tell what was done."""
    previous = plan.previous
    name, folder = generations.new_folder(plan.index)
    with generations.filling(folder):
        manifest, embedded, warning = _write(plan, read, vocabulary, name, folder)
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
        anew=plan.anew,
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
    added = changed = unchanged = 0
    for number, (path, practice_id) in enumerate(ids_of(list(stamps)).items(), 1):
        plan.tell("read", number, len(stamps))
        before = known.get(str(path))
        if store and before and same_stamp(before, stamps[path]) and before.id == practice_id:
            records[practice_id] = store.record(store.row(practice_id))
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
            records[practice_id] = store.record(store.row(practice_id))
        else:
            practice = parse_practice(source.text, path, vocabulary, cards=source.cards, practice_id=practice_id)
            records[practice_id] = Record(practice, tuple(passages(practice)))
        added += before is None
        changed += before is not None and not same
        unchanged += same
    return _Read(records, files, tuple(unreadable), added, changed, unchanged)


def _write(
    plan: _Plan, read: _Read, vocabulary: Vocabulary, name: str, folder: GenerationLayout
) -> tuple[Manifest, int, str]:
    records = [read.records[practice_id] for practice_id in sorted(read.records)]
    embedded, rules, warning = 0, plan.expected, plan.warning
    if plan.expected.encoder:
        try:
            using = Embedding(
                plan.config, plan.expected.encoder, plan.encoder, plan.index.vectors, plan.tell, plan.workers
            )
            embedded = write_vectors(folder, records, using)
        except EncoderError as error:
            warning = f"{error} {error.hint} Until then only keyword search works."
            rules = replace(rules, encoder="")
    plan.tell("write", 0, 1)
    write_store(folder.store, records, vocabulary)
    write_lexical(folder.lexical, records, vocabulary)
    counts = {kind: sum(p.kind == kind for record in records for p in record.passages) for kind in KINDS}
    manifest = Manifest(
        generation=name,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        fingerprint=rules,
        practices_folder=str(plan.config.practices),
        files=read.files,
        unreadable=read.unreadable,
        passages=counts,
        sizes=folder.sizes(),
        sums=sums(folder),
    )
    manifest.write(folder.manifest)
    generations.publish(plan.index, name, folder)
    generations.clear_old(plan.index)
    plan.tell("write", 1, 1)
    return manifest, embedded, warning


def _reusable_store(plan: _Plan) -> Store | None:
    """The last generation's store, where its passages were cut by the same rules."""
    if plan.previous is None:
        return None
    old, new = plan.previous.fingerprint, plan.expected
    if (old.format, old.passages, old.vocabulary) != (new.format, new.passages, new.vocabulary):
        return None
    try:
        return Store(plan.index.generation(plan.previous.generation).store)
    except IndexFault:
        return None


def _previous(index: IndexLayout) -> Manifest | None:
    """The current generation's manifest.

    Raises:
        IndexFault: it is damaged, or another version of Praksis made it.
    """
    name = generations.current(index)
    return whole_manifest(index.generation(name)) if name else None


def _same_files(plan: _Plan, previous: Manifest, stamps: Mapping[str, Stamp]) -> Manifest | None:
    """The last manifest, where no file has changed; with the new stamps of those that were merely touched."""
    if previous.unreadable or len(stamps) != len(previous.files):
        return None
    touched: dict[str, Indexed] = {}
    for name, stamp in stamps.items():
        before = previous.files.get(name)
        if before is None or not is_as_indexed(plan.config.practices, name, stamp, before):
            return None
        if before.stamp != stamp:
            touched[name] = replace(before, stamp=stamp)
    if touched:
        previous = replace(previous, files={**previous.files, **touched})
        previous.write(plan.index.generation(previous.generation).manifest)
    return previous


def _untold(_step: str, _done: int, _total: int) -> None:
    """Where nobody asks how far it has come."""


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
