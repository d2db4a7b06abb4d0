"""`kb check`: what must be mended before a practice can be merged."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.options import Practices, Root, configured


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; all practices by default.")] = None,
    changed: Annotated[str, typer.Option("--changed", metavar="REV", help="Only files changed since a revision.")] = "",
    output: Annotated[Format, typer.Option("--format", help="text, json, or github annotations.")] = Format.TEXT,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend, then check.")] = False,
    root: Root = None,
    practices: Practices = None,
) -> None:
    """Check practices against the format; exit 1 where something must be mended.

    \b
    Example: kb check
    Example: kb check practices/no/oslo --fix
    Example: kb check --changed origin/main --format github
    """
    from kb import check
    from kb.language.hidden import printable

    config = configured(root, practices)
    folder, chosen = folder_of(config.practices, paths or [], given=practices is not None)
    if fix:
        for mended in check.fix(folder, chosen, changed=changed or None):
            sys.stderr.write(f"fixed: {printable(str(mended.path))}: {mended.message}\n")
    report = check.check(folder, chosen, changed=changed or None)
    sys.stdout.write(check.render(report, output.value, prefix=prefix_of(folder)))
    if report.errors:
        raise typer.Exit(1)


def folder_of(configured_folder: Path, paths: list[Path], *, given: bool) -> tuple[Path, list[Path]]:
    """The folder to check and what to report on in it; `kb check practices` names the folder itself."""
    resolved = [path.resolve() for path in paths]
    if (
        not given
        and len(resolved) == 1
        and resolved[0].is_dir()
        and configured_folder not in (resolved[0], *resolved[0].parents)
    ):
        return resolved[0], []
    return configured_folder, [path for path in resolved if path != configured_folder]


def prefix_of(folder: Path) -> str:
    """The folder as seen from here, so that a path in a finding can be opened."""
    return Path(os.path.relpath(folder)).as_posix()
