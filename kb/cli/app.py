"""The door of the command line: its commands, and errors as sentences."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from kb.errors import KbError, UnknownPractice
from kb.index.idle import is_plain
from kb.secret import public

if TYPE_CHECKING:
    import typer

DONE, NOTHING, MISUSE = 0, 1, 2
"""Exit codes: done; findings, or nothing found; misuse or something that cannot be done."""

COMMANDS = tuple(
    "search index check show similar preview compare new borrow import propose words spread "
    "review format schema status doctor eval tune model log serve".split()
)
"""Every command in the order of the help; its module among these is called the same."""


def app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with some of its commands; no other module of theirs is read."""
    import typer

    made = typer.Typer(
        name="kb",
        help="Find, compare and borrow documented practices across municipalities and districts.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # Without this, a command that is alone would be no command but the whole.
    made.callback()(lambda: None)
    for name in names:
        module = _command(name)
        if hasattr(module, "app"):
            made.add_typer(module.app, name=name)
        else:
            made.command(name)(module.command)
    return made


def _command(name: str) -> ModuleType:
    # A module cannot be called import.
    return import_module(f"kb.cli.{name}{'_' * iskeyword(name)}")


def asked(arguments: Sequence[str]) -> Callable[[], object]:
    """The command that the arguments name, or all of them where they name none."""
    if is_plain(arguments):
        # What reads options takes as long to load as the rest of a run, and this is run after every pull.
        return partial(_command("indexing").plainly, *map(Path, arguments[2:]))
    commands: Callable[[], object] = app([name for name in arguments[:1] if name in COMMANDS] or COMMANDS)
    return commands


def run(commands: Callable[[], object]) -> None:
    """Run `kb`; every error ends in a sentence and an exit code."""
    if sys.getfilesystemencoding() != "utf-8":
        # In an ASCII locale Python cannot even name a file with æ in it: begin again in UTF-8.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  itself again, with no shell
    for stream in (sys.stdout, sys.stderr):
        # A stream that somebody put in its place may have no such method.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        try:
            commands()
        finally:
            # What is still to be written fails here, where it can be told, and not after the end.
            sys.stdout.flush()
    except KbError as error:
        _say(str(error), error.hint)
        sys.exit(NOTHING if isinstance(error, UnknownPractice) else MISUSE)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe left; there is nobody to tell.
        _drop_output()
        sys.exit(DONE)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        _say(f"{error.strerror or error}{where}.", "Check the path, its permissions and the free space.")
        _drop_output()
        sys.exit(MISUSE)
    except Exception as error:
        if os.environ.get("KB_DEBUG"):
            raise
        _say(f"Something unexpected went wrong: {type(error).__name__}: {error}", "Set KB_DEBUG=1 to see where.")
        sys.exit(MISUSE)


def _drop_output() -> None:
    """What cannot be written now would raise once more at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str, hint: str) -> None:
    sys.stderr.write(f"kb: {public(message)}\n" + (f"    {hint}\n" if hint else ""))
