"""The index: whether it is whole, of these practices and this model, and can be written."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kb.config import Config
from kb.doctor.behind import NO_SEARCH, behind
from kb.doctor.findings import Area, Finding
from kb.errors import IndexFault, OtherVersion
from kb.index import generations
from kb.index.layout import IndexLayout
from kb.index.whole import whole_manifest
from kb.locks import Locked, owner, share

ROOM = 3
"""How many times its own size an index needs free to be made anew beside the old one, with the vectors."""
LEAST = 100_000_000
"""Bytes that should be free in any case."""


def index(config: Config, *, thorough: bool = False) -> Area:
    """How the index stands; `thorough` reads every byte of one in a folder."""
    if config.store:
        from kb.doctor.store import store

        return store(config)
    layout = IndexLayout(config.index)
    if not config.index.is_dir() or not generations.current(layout):
        findings = [Finding(f"There is no index in {config.index}.", NO_SEARCH, "kb index"), *_disk(layout)]
        return Area("Index", str(config.index), tuple(findings))
    writer = _writer(layout)
    try:
        manifest = whole_manifest(layout.generation(generations.current(layout)), thorough=thorough, note=False)
        told = f"{config.index}, generation {manifest.generation}, {len(manifest.files)} practices"
        findings = [*behind(config, manifest), *_earlier(layout, manifest.generation, thorough=thorough)]
    except IndexFault as fault:
        told, findings = str(config.index), [_damaged(layout, fault)]
    findings += _cache(layout, thorough=thorough)
    if writer:
        told += f"; {writer} is writing the next one now"
    else:
        findings += _leftovers(layout)
    return Area("Index", told, (*findings, *_disk(layout)))


def _damaged(layout: IndexLayout, fault: IndexFault) -> Finding:
    """What is wrong with the current generation, and who answers meanwhile."""
    for name in reversed(generations.names(layout)):
        try:
            made = whole_manifest(layout.generation(name), note=False).created
        except IndexFault:
            continue
        return Finding(str(fault), f"An earlier one answers, of {made[:16].replace('T', ' ')} UTC.", "kb index")
    why = "It must be made anew; vectors of unchanged texts are kept." if isinstance(fault, OtherVersion) else NO_SEARCH
    return Finding(str(fault), why, "kb index")


def _earlier(layout: IndexLayout, current: str, *, thorough: bool) -> Iterator[Finding]:
    for name in generations.names(layout):
        try:
            if name != current:
                whole_manifest(layout.generation(name), thorough=thorough, note=False)
        except OtherVersion:
            continue
        except IndexFault as fault:
            why = "It is kept to fall back on. The current one is whole."
            yield Finding(str(fault), why, "kb index --rebuild", "warning")


def _cache(layout: IndexLayout, *, thorough: bool) -> Iterator[Finding]:
    """Whether the vectors that are kept between generations can be read."""
    if not layout.vectors.exists():
        return
    sql = "PRAGMA quick_check(1)" if thorough else "SELECT 'ok' FROM (SELECT count(*) FROM sqlite_master)"
    try:
        with closing(sqlite3.connect(f"{layout.vectors.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            said = db.execute(sql).fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        why = "Searches go on. The next kb index makes it anew, and embeds everything again: that takes minutes."
        away = f"rm {shlex.quote(str(layout.vectors))}* && kb index"
        yield Finding(f"{layout.vectors} cannot be read: {said}", why, away, "warning")


def _writer(layout: IndexLayout) -> str:
    """Who is writing the index now; empty for nobody."""
    try:
        os.close(share(layout.writer_lock))
    except Locked:
        return f"process {owner(layout.writer_lock)}".strip()
    except OSError:
        return ""
    return ""


def _leftovers(layout: IndexLayout) -> Iterator[Finding]:
    if left := generations.leftovers(layout):
        names = ", ".join(sorted(path.name for path in left))
        what = f"A writer that was stopped left {names}."
        yield Finding(what, "It takes room; the next run takes it away.", "kb index", "warning")


def _disk(layout: IndexLayout) -> Iterator[Finding]:
    """Whether the next generation can be written."""
    there = next(path for path in (layout.folder, *layout.folder.parents) if path.exists())
    cannot = [path for path in (there, layout.generations, layout.writer_lock) if not _may_write(path)]
    if cannot:
        away = f"sudo chown -R $(id -un) {shlex.quote(str(layout.folder))}"
        why = "kb index cannot make a new one, so that searches do not see what changes."
        yield Finding(f"{cannot[0]} cannot be written to.", why, away, "warning")
    free = shutil.disk_usage(there).free
    needed = max(LEAST, ROOM * generations.size(layout.folder))
    if free < needed:
        what = f"The disk has {free / 1e6:.0f} MB free; the next index may need {needed / 1e6:.0f} MB."
        yield Finding(
            what, "kb index stops where the disk is full; the index stays as it was.", "Make room on the disk."
        )


def _may_write(path: Path) -> bool:
    return not path.exists() or os.access(path, os.W_OK)
