"""`kb serve`: start the app."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.access.setup import setup
from kb.cli.options import Root, configured
from kb.errors import ConfigError


def command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for the whole network.")] = "localhost",
    root: Root = None,
) -> None:
    """Start the app and print its address.

    Told to stop, it finishes the answers it is making, for at most a quarter of a minute.

    \b
    Example: kb serve
    Example: kb serve --port 8080 --host 0.0.0.0
    """
    config = configured(root)
    if not config.practices.is_dir():
        raise ConfigError(
            f"There is no folder {config.practices}.", hint="Run kb serve where practices/ lies, or give --root."
        )
    door = next((path for path in (config.root / "app.py", _beside_package()) if path.is_file()), None)
    if door is None:
        raise ConfigError("There is no app.py here.", hint="Run kb serve in the folder that holds it.")
    # What cannot work is said here, before anybody meets it.
    setup(config)
    os.environ["KB_ROOT"] = str(config.root)
    from kb.web import server

    with server.listening(host, port) as found:
        shown = "localhost" if host in {"0.0.0.0", "::"} else host  # noqa: S104  only compared
        shown = f"[{shown}]" if ":" in shown else shown
        sys.stdout.write(f"Praksis is at http://{shown}:{port} – stop with Ctrl-C.\n")
        sys.stdout.flush()
        server.run(door, found)


def _beside_package() -> Path:
    return Path(__file__).resolve().parents[2] / "app.py"
