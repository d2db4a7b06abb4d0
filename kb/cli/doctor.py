"""`kb doctor`: what is wrong here, why it matters and what mends it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kb.cli.options import Index, Json, Practices, Root, configured, harmless, print_json


def command(
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every byte of the index, and let the model read a sentence.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look at installation, configuration, model, index and practices: what is wrong, why it matters, what mends it.

    Nothing is changed. Exit 1 where something is to be mended.

    \b
    Example: kb doctor
    Example: kb doctor --thorough --json
    """
    from kb.doctor.findings import as_json as plain
    from kb.doctor.findings import as_text, is_sound
    from kb.doctor.run import examine

    if root is not None and not root.expanduser().is_dir():
        configured(root)
    areas = tuple(examine(root, practices, index, thorough=thorough))
    if as_json:
        print_json(plain(areas))
    else:
        sys.stdout.write(harmless(as_text(areas)))
    if not is_sound(areas):
        raise typer.Exit(1)
