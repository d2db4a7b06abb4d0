"""`kb status`: what is indexed, from when, and what could not be read."""

from __future__ import annotations

import sys
from dataclasses import asdict

import typer

from kb.cli.options import Index, Json, Practices, Root, Store, configured, print_json
from kb.language.hidden import printable


def command(
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Say how the knowledge base stands; exit 1 where the index is damaged and an earlier one answers.

    \b
    Example: kb status
    Example: kb status --json
    """
    from kb.base import KnowledgeBase
    from kb.encoder.adapter import adapter_of

    config = configured(root, practices, index, store=store)
    status = KnowledgeBase(config).status()
    adapter = adapter_of(config)
    if as_json:
        data = asdict(status) | {"adapter": adapter.name if adapter else ""}
        data |= {name: str(data[name]) for name in ("root", "practices_folder", "index_folder")}
        data["unreadable"] = [{**asdict(item), "path": str(item.path)} for item in status.unreadable]
        print_json(data)
        raise typer.Exit(bool(status.damage))
    taught = f", taught by the adapter {adapter.name}" if adapter else ""
    model = "none: only keyword search works" if status.keyword_only else f"{status.model}{taught}"
    lines = [
        f"Practices    {status.practices} in {status.practices_folder}",
        f"Passages     {status.passages}",
        f"Index        {status.store or status.index_folder}, generation {status.generation} of {status.created}, "
        f"{status.bytes_on_disk / 1e6:.1f} MB",
        f"Model        {model}",
        f"Unreadable   {len(status.unreadable)}",
        *(f"             {printable(item.where)}: {item.reason}" for item in status.unreadable),
        *([f"Damaged      {status.damage}"] if status.damage else []),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    raise typer.Exit(bool(status.damage))
