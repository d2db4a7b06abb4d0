"""`kb index`: bring the index up to date, once or for as long as the folder changes."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Model, Practices, Root, Store, configured, print_json
from kb.cli.progress import progress
from kb.config import CONFIG_FILE, NO_MODEL, Config, load_config
from kb.errors import ConfigError, KbError
from kb.index.workers import Workers
from kb.language.hidden import printable

if TYPE_CHECKING:
    from kb.index.build import Report

WATCH_PULSE_MS = 200


def command(
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    model: Model = None,
    store: Store = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Read everything again; vectors are kept.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on: index again whenever a file changes.")] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=0, help="Processors to embed with; 0 for all of this machine.")
    ] = 0,
    cluster: Annotated[
        str,
        typer.Option("--cluster", metavar="URL", help="Embed on a Dask cluster: its scheduler, tcp://host:8786."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Bring the index up to date; unchanged practices are left alone.

    \b
    Example: kb index
    Example: kb index --practices ~/notes
    Example: kb index --watch
    Example: kb index --cluster tcp://localhost:8786
    Example: kb index --store postgresql://db.example.no/praksis
    """
    config = configured(root, practices, index, model, store)
    by = Workers(jobs, cluster)
    if watch:
        _watch(config, by, rebuild=rebuild, as_json=as_json)
    else:
        _run(config, by, rebuild=rebuild, as_json=as_json)


def _run(config: Config, by: Workers, *, rebuild: bool, as_json: bool) -> None:
    from kb.index import idle
    from kb.index.ahead import look_ahead

    ahead = look_ahead(config, by)
    from kb.index.build import build

    with progress(quiet=as_json) as tell:
        report = build(config, rebuild=rebuild, progress=tell, workers=by, ahead=ahead)
    if as_json:
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


def _watch(config: Config, by: Workers, *, rebuild: bool, as_json: bool) -> None:
    from watchfiles import DefaultFilter, watch

    if not config.practices.is_dir():
        raise ConfigError(f"There is no folder {config.practices}.", hint="Give --practices, or make the folder.")
    # The first run comes after the watch has begun, so that no change falls between the two.
    changes = watch(
        config.practices,
        # Where the index lies among the practices, writing it is no change to them.
        watch_filter=DefaultFilter(ignore_paths=[f"{config.index}{os.sep}"]),
        raise_interrupt=True,
        yield_on_timeout=True,
        rust_timeout=WATCH_PULSE_MS,
    )
    next(changes)
    _run(config, by, rebuild=rebuild, as_json=as_json)
    if not as_json:
        sys.stdout.write(f"Watching {config.practices}; stop with Ctrl-C.\n")
        sys.stdout.flush()
    for changed in changes:
        if not changed:
            continue
        try:
            _run(config, by, rebuild=False, as_json=as_json)
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
