"""`kb format`: front matter in the order of the format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.check import folder_of, prefix_of
from kb.cli.options import Practices, Root, configured, harmless


def command(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files or folders; all practices by default.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name the files and exit 1.")] = False,
    root: Root = None,
    practices: Practices = None,
) -> None:
    """Put the keys of front matter in the order of the format; texts, comments and the body stay as they are.

    A file that it cannot be sure of is left as it is, and it says why.

    \b
    Example: kb format practices/no/oslo
    Example: kb format --check
    """
    from kb.format import format_files

    config = configured(root, practices)
    folder, chosen = folder_of(config.practices, paths or [], given=practices is not None)
    changed = False
    for path, done in format_files(folder, chosen, write=not check):
        where = harmless(f"{prefix_of(folder)}/{path.as_posix()}")
        if done.left:
            line = f":{done.line}" if done.line else ""
            sys.stderr.write(f"left as it is: {where}{line}: {harmless(done.left)}\n")
        else:
            changed = True
            sys.stdout.write(f"{'not in order' if check else 'put in order'}: {where}\n")
    if check and changed:
        raise typer.Exit(1)
