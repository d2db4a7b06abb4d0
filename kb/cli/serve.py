"""`kb serve`: start the app."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.options import Root, configured
from kb.errors import ConfigError


def command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for the whole network.")] = "localhost",
    root: Root = None,
) -> None:
    """Start the app and print its address.

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
    shown = "localhost" if host in {"0.0.0.0", "::"} else host  # noqa: S104  only compared
    sys.stdout.write(f"Praksis is at http://{shown}:{port} – stop with Ctrl-C.\n")
    sys.stdout.flush()
    options = ["--server.port", str(port), "--server.address", host, "--server.headless", "true"]
    options += ["--logger.hideWelcomeMessage", "true"]
    os.environ["KB_ROOT"] = str(config.root)
    # The app takes this process's place, so that stopping one stops the other.
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(door), *options])  # noqa: S606


def _beside_package() -> Path:
    return Path(__file__).resolve().parents[2] / "app.py"
