"""`kb similar`: practices like one, or like those that a change adds."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Practices, Root, configured, harmless, print_json
from kb.errors import ConfigError
from kb.language.hidden import printable

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.practice import Practice


class Format(StrEnum):
    """How near practices of a change are written."""

    TEXT = "text"
    MARKDOWN = "markdown"


def command(
    practice_id: Annotated[str, typer.Argument(metavar="[ID]", help="The practice's id.")] = "",
    changed: Annotated[str, typer.Option("--changed", metavar="REV", help="Of every file changed since REV.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 5,
    output: Annotated[Format, typer.Option("--format", help="With --changed: text, or markdown.")] = Format.TEXT,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Find practices like one, in any language; or near-duplicates of those that a change adds or rewrites.

    With --changed the files are read as they stand in the folder: they need not be in the index yet.

    \b
    Example: kb similar kiruna-sextimmarsdag-hemtjanst
    Example: kb similar --changed origin/main --format markdown
    """
    from kb.base import KnowledgeBase

    if bool(practice_id) == bool(changed):
        raise ConfigError("Say what to compare with.", hint="Give the id of a practice, or --changed with a revision.")
    base = KnowledgeBase(configured(root, practices, index))
    if changed:
        _changed(base, changed, output, as_json=as_json)
        return
    results = base.similar(practice_id, limit=limit)
    if as_json:
        from kb.search.hits import results_json

        print_json(results_json(results, base.config.practices_from_root))
        return
    for hit in results:
        sys.stdout.write(_entry(base, hit.practice))
    if not results.hits:
        raise typer.Exit(1)


def _changed(base: KnowledgeBase, revision: str, output: Format, *, as_json: bool) -> None:
    """What every changed practice is like."""
    from kb.propose.near import near, read_changed
    from kb.propose.text import near_section

    found = [(practice, near(base, practice)) for practice in read_changed(base, revision)]
    if as_json:
        told = (
            {
                "practice": practice.id,
                "path": practice.path.as_posix(),
                "near": [
                    {"practice": one.practice.id, "title": one.practice.title, "same": one.is_same, "text": one.passage}
                    for one in others
                ],
            }
            for practice, others in found
        )
        print_json(list(told))
        return
    for practice, others in found:
        if output is Format.MARKDOWN:
            sys.stdout.write(harmless(near_section(practice, others, base.config.language)))
            continue
        sys.stdout.write(f"{printable(str(practice.path))}: {harmless(practice.title)}\n")
        for one in others:
            sys.stdout.write(f"  {'looks like' if one.is_same else 'related to'} {_entry(base, one.practice)}")
            sys.stdout.write(f"    “{harmless(one.passage)}”\n" if one.passage else "")


def _entry(base: KnowledgeBase, practice: Practice) -> str:
    """A practice by id, title and place."""
    language = base.config.language
    place = "; ".join(base.vocabulary.place_name(p, with_country=True, language=language) for p in practice.places[:2])
    return f"{practice.id}\n    {harmless(practice.card(language).title)} – {place}\n"
