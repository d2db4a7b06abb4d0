"""The door of the command line: its commands, and errors as sentences."""

from __future__ import annotations

import contextlib
import os
import sys

import typer

from kb.cli import (
    borrow,
    check,
    compare,
    doctor,
    index,
    log,
    model,
    new,
    preview,
    propose,
    review,
    schema,
    search,
    serve,
    show,
    similar,
    spread,
    status,
    tune,
    words,
)
from kb.cli import eval as evaluate
from kb.cli import format as formatting
from kb.cli import import_ as importing
from kb.errors import KbError, UnknownPractice
from kb.secret import public

DONE, NOTHING, MISUSE = 0, 1, 2
"""Exit codes: done; findings, or nothing found; misuse or something that cannot be done."""

app = typer.Typer(
    name="kb",
    help="Find, compare and borrow documented practices across municipalities and districts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("search")(search.command)
app.command("index")(index.command)
app.command("check")(check.command)
app.command("show")(show.command)
app.command("similar")(similar.command)
app.command("preview")(preview.command)
app.command("compare")(compare.command)
app.command("new")(new.command)
app.command("borrow")(borrow.command)
app.command("import")(importing.command)
app.command("propose")(propose.command)
app.command("words")(words.command)
app.command("spread")(spread.command)
app.command("review")(review.command)
app.command("format")(formatting.command)
app.command("schema")(schema.command)
app.command("status")(status.command)
app.command("doctor")(doctor.command)
app.command("eval")(evaluate.command)
app.command("tune")(tune.command)
app.add_typer(model.app, name="model")
app.command("log")(log.command)
app.command("serve")(serve.command)


def main() -> None:
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
            app()
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
