"""`kb index`: bring the index up to date, once or for as long as the folder changes."""

from __future__ import annotations

from typing import Annotated

import typer

from kb.cli import indexing
from kb.cli.options import Index, Json, Model, Practices, Root, Store, configured
from kb.index.workers import Workers


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
        indexing.watch(config, by, rebuild=rebuild, as_json=as_json)
    else:
        indexing.run(config, by, rebuild=rebuild, as_json=as_json)
