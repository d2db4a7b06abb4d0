"""`kb schema`: JSON Schema of the format, for editors."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.options import Practices, Root, configured, harmless, print_json


class What(StrEnum):
    """What there is a schema of."""

    FRONT_MATTER = "front-matter"
    VOCABULARY = "vocabulary"
    PLACES = "places"
    CARDS = "cards"
    ALL = "all"


def command(
    what: Annotated[What, typer.Argument(help="front-matter, vocabulary, places, cards or all.")] = What.ALL,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write files there; else print.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where a file is stale.")] = False,
    language: Annotated[str, typer.Option(metavar="CODE", help="Of the descriptions; the app's by default.")] = "",
    root: Root = None,
    practices: Practices = None,
) -> None:
    """Print or write JSON Schema of the format, with the areas, themes and places of the folder of practices.

    Editors use it to complete, explain and judge what is typed; see docs/editor.md.

    \b
    Example: kb schema front-matter
    Example: kb schema --out schemas
    Example: kb schema all --out schemas --check
    """
    from kb.config import LANGUAGES
    from kb.errors import ConfigError
    from kb.files import write_whole
    from kb.schema_json import SCHEMAS
    from kb.vocabulary import load_vocabulary

    config = configured(root, practices)
    if language and language not in LANGUAGES:
        raise ConfigError(f"There is no language {language}.", hint=f"Use one of {', '.join(LANGUAGES)}.")
    if check and out is None:
        raise ConfigError("--check compares files, and --out does not say where they are.", hint="Add --out schemas.")
    vocabulary = load_vocabulary(config.practices)
    chosen = [made for name, made in SCHEMAS.items() if what in {What.ALL, name}]
    schemas = {file: make(vocabulary, language or config.language) for file, make in chosen}
    if out is None:
        print_json(schemas if what is What.ALL else next(iter(schemas.values())))
        return
    stale = False
    for file, found in schemas.items():
        path, text = out / file, json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        stale = True
        if not check:
            write_whole(path, text)
        sys.stdout.write(f"{'stale: ' if check else ''}{harmless(path.as_posix())}\n")
    if check and stale:
        raise typer.Exit(1)
