"""Options that several commands share, and what they mean."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb.config import Config, load_config
from kb.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from kb.vocabulary import Vocabulary

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
Store = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="A PostgreSQL database for the index: postgresql://host/database."),
]
Country = Annotated[list[str] | None, typer.Option(metavar="NAME", help="no, dk, se … or a name; may be repeated.")]
Place = Annotated[list[str] | None, typer.Option(metavar="NAME", help="A key such as no/oslo/nordstrand, or a name.")]
Area = Annotated[list[str] | None, typer.Option(metavar="NAME", help="A service area.")]
Theme = Annotated[list[str] | None, typer.Option(metavar="NAME", help="A theme.")]
State = Annotated[list[str] | None, typer.Option(metavar="NAME", help="idea, pilot, in-use, scaled or stopped.")]
Evidence = Annotated[list[str] | None, typer.Option(metavar="NAME", help="How well it is known to work.")]
Language = Annotated[list[str] | None, typer.Option(metavar="NAME", help="The practice's own language.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def configured(
    root: Path | None,
    practices: Path | None = None,
    index: Path | None = None,
    model: str | None = None,
    store: str | None = None,
) -> Config:
    """The configuration that the options ask for."""
    return load_config(root, practices=practices, index=index, model=model, store=store)


_CONTROL = {
    code: "\ufffd" for code in (*range(32), 127, *range(128, 160), *range(0x202A, 0x202F)) if chr(code) not in "\n\t"
}


def harmless(text: str) -> str:
    """A text of a practice as a terminal may show it: signs that steer a terminal stand as �, lengths hold."""
    return text.translate(_CONTROL)


def terminal() -> Console:
    """Where text with colours is printed."""
    from rich.console import Console

    class Terminal(Console):
        """A reader who leaves a pipe early is no failure."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Terminal(highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on standard output, letters as they are."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def place_of(given: str, words: Vocabulary) -> str:
    """The key of a place that is named by its key or its name.

    Raises:
        ConfigError: there is no such place, or several.
    """
    from kb.add.where import called, nearly_called

    found = called(given, words)
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f"Several places are called {given}.", hint=f"Give one of {', '.join(found)}.")
    near = nearly_called(given, words)
    hint = f"Did you mean {' or '.join(near)}? New places are added to places.yaml first."
    raise ConfigError(f"There is no place {given}.", hint=hint if near else "Add it to places.yaml first.")


def language_of(given: str, words: Vocabulary) -> str:
    """The code of a language that the vocabulary has.

    Raises:
        ConfigError: there is no such language.
    """
    languages = words.values("languages")
    if languages and given not in languages:
        raise ConfigError(f"There is no language {given}.", hint=f"Use one of {', '.join(sorted(languages))}.")
    return given
