"""Options that several commands share, and what they mean."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.config import Config, load_config

Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="FOLDER", help="Folder with practices/ and index/; found from here by default."),
]
Practices = Annotated[Path | None, typer.Option("--practices", metavar="FOLDER", help="Another folder of practices.")]
Index = Annotated[Path | None, typer.Option("--index", metavar="FOLDER", help="Another folder for the index.")]
Model = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="packaged, a hub name, a folder, or none for keyword search alone."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def configured(
    root: Path | None, practices: Path | None = None, index: Path | None = None, model: str | None = None
) -> Config:
    """The configuration that the options ask for."""
    return load_config(root, practices=practices, index=index, model=model)


_CONTROL = {code: "\ufffd" for code in (*range(32), 127, *range(128, 160)) if chr(code) not in "\n\t"}


def harmless(text: str) -> str:
    """A text of a practice as a terminal may show it: signs that steer a terminal stand as �, lengths hold."""
    return text.translate(_CONTROL)


def print_json(value: Any) -> None:
    """One JSON document on standard output, letters as they are."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
