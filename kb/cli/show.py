"""`kb show`: one practice, whole."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Practices, Root, configured, harmless, print_json

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.practice import Practice


def command(
    practice_id: Annotated[str, typer.Argument(metavar="ID", help="The practice's id, as search shows it.")],
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Show one practice: its card, its text, where it came from and who borrowed it.

    \b
    Example: kb show grong-bygdemodre
    Example: kb show grong-bygdemodre --json
    """
    from kb.base import KnowledgeBase

    base = KnowledgeBase(configured(root, practices, index))
    practice = base.get(practice_id)
    if as_json:
        from kb.index.plain import shown_json

        print_json(shown_json(practice, base.borrowers(practice_id)))
    else:
        _print(base, practice)


def _print(base: KnowledgeBase, practice: Practice) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    text = harmless(as_markdown(base, practice))
    if sys.stdout.isatty():
        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)


def as_markdown(base: KnowledgeBase, practice: Practice) -> str:
    """A practice to read: what the front matter says in words, then its own text."""
    words, language = base.vocabulary, base.config.language
    lines = [f"# {practice.title}", "", practice.summary, ""]
    lines += [f"- {words.place_name(place, with_country=True, language=language)}" for place in practice.places]
    if practice.status:
        since = f" ({practice.status_as_of})" if practice.status_as_of else ""
        lines.append(f"- {words.label('statuses', practice.status, language)}{since}")
    if practice.evidence:
        note = f": {practice.evidence_note}" if practice.evidence_note else ""
        lines.append(f"- {words.label('evidence', practice.evidence, language)}{note}")
    lines += [
        f"- ← {_origin(item.practice, item.place, item.where, item.title, base)}" for item in practice.borrowed_from
    ]
    lines += [f"- → {borrower.title} ({borrower.id})" for borrower in base.borrowers(practice.id)]
    lines += ["", practice.body.strip(), ""]
    if practice.sources:
        lines += ["---", "", *(f"- {source.title} <{source.url}>" for source in practice.sources), ""]
    return "\n".join(lines)


def _origin(practice_id: str, place: str, where: str, title: str, base: KnowledgeBase) -> str:
    source = practice_id or (base.vocabulary.place_name(place) if place else where)
    return f"{title}, {source}" if title else source
