"""`kb borrow`: a practice as a draft of one's own."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from kb.cli.options import Index, Practices, Root, configured, harmless, language_of, place_of
from kb.errors import ConfigError


class Begun(StrEnum):
    """How far a loan is when it begins."""

    IDEA = "idea"
    PILOT = "pilot"


def command(
    practice_id: Annotated[str, typer.Argument(metavar="ID", help="The practice to borrow, as search shows its id.")],
    place: Annotated[str, typer.Option(metavar="KEY", help="Who borrows: a key such as no/oslo, or a name.")],
    title: Annotated[str, typer.Option(metavar="TEXT", help="What it is called with us.")] = "",
    status: Annotated[Begun, typer.Option(help="idea, or pilot where it is to be tried.")] = Begun.IDEA,
    language: Annotated[str, typer.Option(metavar="CODE", help="The language to write in; the app's by default.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write it here, not among the practices.")] = None,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
) -> None:
    """Write a draft that borrows a practice: what it takes and what they learnt, with room for your own answers.

    \b
    Example: kb borrow grong-bygdemodre --place no/oslo/nordstrand --title "Bydelsmødre på Nordstrand"
    Example: kb borrow grong-bygdemodre --place Bergen --status pilot --out drafts
    """
    from kb.base import KnowledgeBase
    from kb.borrow.draft import conditions_of, draft, lessons_of, version_of
    from kb.borrow.loan import Condition, Lesson, Loan
    from kb.check import Report, render
    from kb.files import write_new

    base = KnowledgeBase(configured(root, practices, index))
    source, words, folder = base.get(practice_id), base.vocabulary, base.config.practices
    loan = Loan(
        source=source.id,
        version=version_of(folder, source),
        place=place_of(place, words),
        title=title,
        conditions=tuple(map(Condition, conditions_of(source))),
        lessons=tuple(map(Lesson, lessons_of(source))),
        status=status.value,
        language=language_of(language or base.config.language, words),
    )
    drafted = draft(loan, source, words, folder)
    inside, below = (folder, drafted.path) if out is None else (out, PurePosixPath(drafted.path.name))
    path = inside / below
    try:
        write_new(path, drafted.text)
    except FileExistsError:
        raise ConfigError(f"There is already a file {path}.", hint="Give another --title or another --out.") from None
    sys.stdout.write(f"{harmless(path.as_posix())}\n")
    findings = tuple(replace(finding, path=below) for finding in drafted.findings)
    sys.stdout.write(render(Report(findings, 1), prefix=inside.as_posix()))
