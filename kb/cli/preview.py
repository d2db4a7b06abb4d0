"""`kb preview`: what a change will look like, as pages that open from disk."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.options import Index, Practices, Root, configured, harmless, language_of
from kb.errors import ConfigError


def command(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Practices, or folders.")] = None,
    changed: Annotated[str, typer.Option("--changed", metavar="REV", help="What is changed since a revision.")] = "",
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder to write; an earlier preview is replaced.")
    ] = Path("preview"),
    language: Annotated[str, typer.Option(metavar="CODE", help="Of the pages; the app's by default.")] = "",
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
) -> None:
    """Write the pages of changed practices, and a list of them with what the check says and which others are near.

    The pages run no script and need no server: open index.html, or put the folder where reviewers can see it.

    \b
    Example: kb preview --changed origin/main --out preview
    Example: kb preview practices/no/oslo --out preview --language en
    """
    from kb import check
    from kb.preview.change import change, chosen
    from kb.vocabulary import load_vocabulary

    if bool(files) == bool(changed):
        raise ConfigError("Say what to show.", hint="Give files, or --changed with a revision.")
    config = configured(root, practices, index)
    spoken = language_of(language, load_vocabulary(config.practices)) if language else ""
    found = change(config.practices, changed) if changed else chosen(config.practices, files or [])
    report = check.check(config.practices, files or [], changed=changed or None)
    from kb.preview.folder import write_preview

    pages = write_preview(config, found, report, out, spoken)
    counts = f"{len(found.new)} new, {len(found.changed)} changed, {len(found.removed)} removed"
    sys.stdout.write(f"{counts if changed else f'{len(found.changed)} shown'}. {check.summary(report)}\n")
    sys.stdout.write(f"{harmless(Path(os.path.relpath(pages[0])).as_posix())}\n")
