"""Bringing the index up to date, and telling what was done; apart from how its options are read."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kb.cli.progress import progress
from kb.config import CONFIG_FILE, NO_MODEL, Config, load_config
from kb.errors import ConfigError, KbError
from kb.index.workers import THIS_MACHINE, Workers
from kb.language.hidden import printable

if TYPE_CHECKING:
    from kb.index.build import Report

WATCH_PULSE_MS = 200


def plainly(root: Path | None = None) -> None:
    """`kb index` without options, or with its root alone."""
    run(load_config(root))


def run(config: Config, by: Workers = THIS_MACHINE, *, rebuild: bool = False, as_json: bool = False) -> None:
    """Bring the index up to date, once."""
    from kb.index import idle
    from kb.index.ahead import look_ahead

    ahead = look_ahead(config, by)
    from kb.index.build import build

    with progress(quiet=as_json) as tell:
        report = build(config, rebuild=rebuild, progress=tell, workers=by, ahead=ahead)
    if as_json:
        from kb.cli.options import print_json

        print_json(_plain(report))
    else:
        told = describe(report)
        sys.stdout.write(told)
        sys.stdout.flush()
        settled = not report.wrote and not report.unreadable and (config.model == NO_MODEL or not report.warning)
        # What comes of options alone is asked for again each time, and so is what another machine keeps.
        if settled and not config.store and config == load_config(config.root):
            # Without the note, the next run merely looks again.
            with contextlib.suppress(OSError):
                idle.keep(config.index, config.practices, ahead.seen, told, _said_by(config))


def _said_by(config: Config) -> tuple[Path, ...]:
    """The files besides practices and code that decide what an index is made of."""
    from kb.encoder.adapter import AdapterLayout, adapter_of, shelf
    from kb.encoder.layout import prepared

    adapter = adapter_of(config)
    layout = AdapterLayout(adapter or shelf(config).folder)
    packages = Path(sysconfig.get_path("purelib"))
    card = prepared(config.model, adapter).card
    return (config.root / CONFIG_FILE, shelf(config).current, layout.config, layout.weights, packages, card)


def watch(config: Config, by: Workers, *, rebuild: bool, as_json: bool) -> None:
    """Bring the index up to date, and go on whenever a file changes."""
    from watchfiles import DefaultFilter
    from watchfiles import watch as watched

    if not config.practices.is_dir():
        raise ConfigError(f"There is no folder {config.practices}.", hint="Give --practices, or make the folder.")
    # The first run comes after the watch has begun, so that no change falls between the two.
    changes = watched(
        config.practices,
        # Where the index lies among the practices, writing it is no change to them.
        watch_filter=DefaultFilter(ignore_paths=[f"{config.index}{os.sep}"]),
        raise_interrupt=True,
        yield_on_timeout=True,
        rust_timeout=WATCH_PULSE_MS,
    )
    next(changes)
    run(config, by, rebuild=rebuild, as_json=as_json)
    if not as_json:
        sys.stdout.write(f"Watching {config.practices}; stop with Ctrl-C.\n")
        sys.stdout.flush()
    for changed in changes:
        if not changed:
            continue
        try:
            run(config, by, rebuild=False, as_json=as_json)
        except KbError as error:
            # One bad moment, such as a half-written vocabulary, must not end the watch.
            sys.stderr.write(f"kb: {error}\n    {error.hint}\n")


def describe(report: Report) -> str:
    """The run in a few lines, ending with the counts."""
    lines = [f"  unreadable: {printable(item.where)}: {item.reason} {item.hint}".rstrip() for item in report.unreadable]
    if report.reasons:
        lines.append(f"Done again because {', '.join(report.reasons)} changed.")
    if report.anew:
        lines.append(report.anew)
    if report.warning:
        lines.append(f"Note: {report.warning}")
    state = f"Generation {report.generation} is current" if report.wrote else "Nothing has changed"
    lines += [
        f"{state}: {report.practices} practices, {report.passages} passages.",
        f"{report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged, "
        f"{len(report.unreadable)} unreadable; {report.embedded} passages embedded.",
    ]
    return "\n".join(lines) + "\n"


def _plain(report: Report) -> dict[str, object]:
    data = asdict(report)
    data["unreadable"] = [{**asdict(item), "path": str(item.path)} for item in report.unreadable]
    return data
