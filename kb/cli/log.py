"""`kb log`: whether questions are kept, where, and how to be rid of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.options import Index, Practices, Root, configured

ON = "on: questions are kept, without who asked"
OFF = "off: nothing is kept; to keep questions, write queries = true under [log] in kb.toml"


def command(
    delete: Annotated[bool, typer.Option("--delete", help="Delete everything that is kept.")] = False,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
) -> None:
    """Say whether the questions asked here are kept, and what is; or delete it.

    \b
    Example: kb log
    Example: kb log --delete
    """
    from kb.usage import forget_log, log_path

    config = configured(root, practices, index)
    path = log_path(config)
    logging = ON if config.query_log else OFF
    if delete:
        done = f"Deleted {path}." if forget_log(path) else f"There was nothing to delete: no {path}."
        sys.stdout.write(f"{done}\nLogging is {logging}.\n")
    else:
        sys.stdout.write(f"Logging      {logging}\nFile         {path}\nQuestions    {_kept(path)}\n")


def _kept(path: Path) -> str:
    """How much a log holds, and from when."""
    from kb.usage import Shown, read_log

    log = read_log(path)
    if not log:
        return "none"
    asked = [event.query.casefold() for event in log if isinstance(event, Shown)]
    days = [event.at for event in log]
    opened = len(log) - len(asked)
    return f"{len(set(asked))} different, {len(asked)} in all; practices opened: {opened}; {min(days)} to {max(days)}"
