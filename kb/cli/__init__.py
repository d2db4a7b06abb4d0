"""The command `kb`. Each command has a file of its own; nothing heavy is imported before it is used."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from pathlib import Path
from typing import NoReturn

__all__ = ["main", "perform"]

RINGS = 100_000
"""So many things are made before rings among them are looked for."""

FAILED = 2
"""What was said could not be written."""


def main() -> None:
    """Run `kb`, and end."""
    for name in ("stdout", "stderr"):
        # Where it was closed, nobody wants to hear.
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  while the process lasts
    # Most of what a command makes stays until it ends: to look for rings among it every 700 things finds none.
    gc.set_threshold(RINGS)
    code: str | int | None = 0
    try:
        perform()
    except SystemExit as left:
        code = left.code
    if threading.active_count() > 1 or not isinstance(code, int | None):
        sys.exit(code)
    _end(code or 0)


def perform() -> None:
    """Run the command, for whoever goes on afterwards.

    Where a package that every command needs is missing, it says so and what mends it.
    """
    if told := _nothing_to_do():
        sys.stdout.write(told)
        return
    try:
        from kb.cli.app import asked, run

        commands = asked(sys.argv[1:])
    except ImportError as error:
        from kb.doctor.bare import main as tell

        tell(error)
        return
    run(commands)


def _end(code: int) -> NoReturn:
    """End at once: to take apart all that was read of a large index takes longer than to write a change to it."""
    atexit._run_exitfuncs()  # noqa: SLF001  there is no other way to run them
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            pass  # The reader left; there is nobody to tell.
        except (OSError, ValueError):
            code = code or FAILED
    os._exit(code)


def _nothing_to_do() -> str:
    """What `kb index` says where nothing has changed; empty for any other command, and where something may have."""
    if sys.argv[1:2] != ["index"]:
        return ""
    from kb.index.idle import answer

    return answer(sys.argv[1:])
