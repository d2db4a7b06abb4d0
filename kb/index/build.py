"""Make the next generation: read what changed, embed what is new, write, swap.

Unchanged files are told by their stat, or by their hash where the stat changed; nothing is
embedded twice. Until the pointer is swapped the old generation answers, whatever happens here.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kb.config import Config
from kb.errors import ConfigError, EncoderError, IndexFault, StoreUnavailable
from kb.index.ahead import NOTHING, Ahead
from kb.index.choose import storage_of
from kb.index.embed import DenseArm, Embedding, Progress, dense_arm, layer_arm
from kb.index.gather import Gathered, all_records, gather, given
from kb.index.layers.plan import LIMITS, Limits, Wanted, next_layer, thin
from kb.index.layout import Fingerprint, Indexed, Manifest
from kb.index.plan import Plan, all_anew, plan
from kb.index.since import is_as_indexed, stamps_now
from kb.index.storage import Contents, Over
from kb.index.store import Record
from kb.index.vocabulary import vocabulary_of
from kb.index.workers import THIS_MACHINE, Workers
from kb.passages import KINDS
from kb.repository import Stamp, Unreadable
from kb.vocabulary import Vocabulary


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


def build(
    config: Config,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    workers: Workers = THIS_MACHINE,
    layers: Limits = LIMITS,
    ahead: Ahead = NOTHING,
) -> Report:
    """Bring the index up to date with the folder of practices.

    Args:
        config: what is to be indexed, and where the index lies.
        rebuild: take nothing over from the last generation.
        progress: is told how far it has come.
        workers: who embeds.
        layers: how much may have changed for a layer over the last generation.
        ahead: what was seen and begun already.

    Raises:
        ConfigError: the folder of practices is not there.
        UnreadableFile: it cannot be listed.
        IndexBusy: another process is writing the index.
        VocabularyError: vocabulary.yaml or places.yaml is broken.
        StoreUnavailable: the database that holds the index does not answer; nothing acknowledged is lost.
        ClusterError: the cluster that should embed cannot be had or was lost; what came back is kept.
    """
    if not config.practices.is_dir():
        raise ConfigError(f"There is no folder {config.practices}.", hint="Give --practices, or make the folder.")
    with storage_of(config).writing() as index:
        run = plan(config, index, rebuild=rebuild, tell=progress, workers=workers, layers=layers, ahead=ahead)
        missed: list[Unreadable] = []
        stamps = stamps_now(config.practices, missed, ahead.seen)
        same = run.previous and run.previous.fingerprint == run.expected and not missed
        if run.previous and same and (manifest := _same_files(run, run.previous, stamps)):
            return _unchanged(run, manifest)
        return _build(run, stamps, missed)


def write_records(
    config: Config, records: Sequence[Record], vocabulary: Vocabulary, progress: Progress | None = None
) -> Report:
    """Make records that stand in no Markdown files, such as a judged collection, the whole of the index.

    Raises:
        IndexBusy: another process is writing the index.
    """
    with storage_of(config).writing() as index:
        run = plan(config, index, rebuild=False, tell=progress)
        previous = run.previous
        read = given(records, previous.files if previous else {})
        same = previous and previous.fingerprint == run.expected and previous.files == read.files
        return _unchanged(run, previous) if previous and same else _publish(run, read, _whole(run, read), vocabulary)


def _build(run: Plan, stamps: Mapping[str, Stamp], missed: Sequence[Unreadable]) -> Report:
    previous = run.previous
    vocabulary = vocabulary_of(run.config)
    try:
        read = gather(run, stamps, missed, vocabulary)
        stays = previous and previous.fingerprint == run.expected and not set(previous.files) - set(read.files)
        if previous and stays and not (read.added or read.changed):
            touched = replace(previous, files=read.files, unreadable=read.unreadable)
            run.index.touch(touched)
            return _unchanged(run, touched)
        wanted = _layer(run, read) or _whole(run, read)
    except StoreUnavailable:
        raise
    except IndexFault as fault:
        # The last generation is damaged inside: nothing of it is taken over.
        return _build(replace(run, previous=None, anew=all_anew(fault)), stamps, missed)
    return _publish(run, read, wanted, vocabulary)


def _layer(run: Plan, read: Gathered) -> Wanted | None:
    """The next generation as a layer over the last one, where little has changed and the rules are the same."""
    previous = run.previous
    if previous is None or previous.fingerprint != run.expected or (under := run.index.under(previous)) is None:
        return None
    layer = next_layer(previous, {item.id for item in read.files.values()}, read.fresh)
    if not run.layers.allow(layer, len(previous.files)):
        return None
    return thin(layer, under, read.fresh)


def _whole(run: Plan, read: Gathered) -> Wanted:
    records = all_records(run, read)
    counts = {kind: sum(p.kind == kind for record in records for p in record.passages) for kind in KINDS}
    return Wanted(records, counts)


def _publish(run: Plan, read: Gathered, wanted: Wanted, vocabulary: Vocabulary) -> Report:
    """Write the next generation, make it current, and tell what was done."""
    previous = run.previous
    manifest, embedded, warning = _write(run, read, wanted, vocabulary)
    return Report(
        practices=len(read.files),
        passages=sum(manifest.passages.values()),
        added=read.added,
        changed=read.changed,
        removed=len(set(previous.files) - set(read.files)) if previous else 0,
        unchanged=read.unchanged,
        embedded=embedded,
        unreadable=read.unreadable,
        reasons=previous.fingerprint.differences(run.expected) if previous else (),
        generation=manifest.generation,
        wrote=True,
        warning=warning,
        anew=run.anew,
    )


def _write(run: Plan, read: Gathered, wanted: Wanted, vocabulary: Vocabulary) -> tuple[Manifest, int, str]:
    """Write the next generation: its manifest, how many texts were embedded for it, and what is missing."""
    arm, rules, warning = _arm(run, wanted)
    if wanted.layer and rules != run.expected:
        # The model cannot be had: what the base has of it would be no answer to the rest.
        wanted = _whole(run, read)
    run.tell("write", 0, 1)
    manifest = Manifest(
        generation="",
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        fingerprint=rules,
        practices_folder=str(run.config.practices),
        files=read.files,
        unreadable=read.unreadable,
        passages=wanted.passages,
        layer=wanted.layer,
    )
    over = Over(run.previous, wanted.layer) if run.previous and wanted.layer else None
    manifest = run.index.publish(Contents(wanted.records, vocabulary, arm, manifest, over))
    run.tell("write", 1, 1)
    return manifest, arm.embedded if arm else 0, warning


def _arm(run: Plan, wanted: Wanted) -> tuple[DenseArm | None, Fingerprint, str]:
    """The vectors, the rules that the generation is then made by, and what is missing."""
    if not run.expected.encoder:
        return None, run.expected, run.warning
    using = Embedding(run.config, run.expected.encoder, run.encoder, run.index, run.tell, run.workers, run.ahead)
    try:
        if wanted.means:
            return layer_arm(wanted.records, wanted.means, using), run.expected, run.warning
        return dense_arm(wanted.records, using), run.expected, run.warning
    except EncoderError as error:
        warning = f"{error} {error.hint} Until then only keyword search works."
        return None, replace(run.expected, encoder=""), warning


def _same_files(run: Plan, previous: Manifest, stamps: Mapping[str, Stamp]) -> Manifest | None:
    """The last manifest, where no file has changed; with the new stamps of those that were merely touched."""
    if previous.unreadable or len(stamps) != len(previous.files):
        return None
    touched: dict[str, Indexed] = {}
    for name, stamp in stamps.items():
        before = previous.files.get(name)
        if before is None or not is_as_indexed(run.config.practices, name, stamp, before):
            return None
        if before.stamp != stamp:
            touched[name] = before._replace(stamp=stamp)
    if touched:
        previous = replace(previous, files={**previous.files, **touched})
        run.index.touch(previous)
    return previous


def _unchanged(run: Plan, manifest: Manifest) -> Report:
    return Report(
        practices=len(manifest.files),
        passages=sum(manifest.passages.values()),
        unchanged=len(manifest.files),
        unreadable=manifest.unreadable,
        generation=manifest.generation,
        warning=run.warning,
    )
