"""`kb review`: what somebody should look at again."""

from __future__ import annotations

import datetime
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.check import prefix_of
from kb.cli.options import Json, Practices, Root, configured, harmless, print_json

if TYPE_CHECKING:
    from kb.practice import Practice
    from kb.repository import Repository


class Format(StrEnum):
    """How it is written."""

    TEXT = "text"
    MARKDOWN = "markdown"


_LONGEST = 3660
"""Days ahead; what is due in more than ten years is due now to nobody."""


def command(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Practices; all by default.")] = None,
    place: Annotated[str, typer.Option(metavar="KEY", help="Only what this place and those in it have.")] = "",
    within: Annotated[
        int, typer.Option("--due-within", metavar="DAYS", min=0, max=_LONGEST, help="Also what will be due by then.")
    ] = 0,
    links: Annotated[bool, typer.Option("--links", help="Ask whether the sources are still on the web.")] = False,
    private: Annotated[
        bool, typer.Option("--private", help="With --links: ask addresses in private networks too.")
    ] = False,
    today: Annotated[
        datetime.datetime | None,
        typer.Option("--today", metavar="DATE", formats=["%Y-%m-%d"], help="The day to judge by, such as 2026-03-15."),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text, or markdown for an issue.")] = Format.TEXT,
    as_json: Json = False,
    root: Root = None,
    practices: Practices = None,
) -> None:
    """List what is due: old reviews and statuses, pilots without results, undecided ideas, stopped and dead sources.

    Exit 0 where nothing is due, 1 where something is, and 2 where --links was given and nobody could be reached.

    \b
    Example: kb review
    Example: kb review --place no/oslo --due-within 90
    Example: kb review --links --format markdown
    Example: kb review grong-bygdemodre --json
    """
    from kb.repository import load
    from kb.review.due import due, due_within
    from kb.review.links import ask, is_public
    from kb.review.report import Review, as_markdown, as_text, source_links, with_links
    from kb.review.report import as_json as plain

    config = configured(root, practices)
    repository = load(config.practices)
    chosen = _chosen(repository, ids or [], place)
    day = (today or datetime.datetime.now(tz=datetime.UTC)).date()
    found = due_within(repository.practices, day, within) if within else due(repository.practices, day)
    kept = {practice.id for practice in chosen}
    review = Review(config, repository.vocabulary, day, tuple(item for item in found if item.practice.id in kept))
    if links:
        addresses = source_links(chosen)
        answers = ask(addresses, allowed=(lambda _: True) if private else is_public)
        review = with_links(review, addresses, answers)
    if as_json:
        print_json(plain(review, prefix_of(config.practices)))
    elif output is Format.MARKDOWN:
        sys.stdout.write(harmless(as_markdown(review)))
    else:
        sys.stdout.writelines(f"{harmless(line)}\n" for line in as_text(review, prefix_of(config.practices)))
    if repository.unreadable:
        sys.stderr.write(f"{len(repository.unreadable)} files could not be read; kb check tells why.\n")
    if review.links and review.links.offline:
        sys.stderr.write(f"kb: {review.asked()}\n")
        raise typer.Exit(2)
    if review.due:
        raise typer.Exit(1)


def _chosen(repository: Repository, ids: list[str], place: str) -> tuple[Practice, ...]:
    """The practices that are named, or that a place has.

    Raises:
        UnknownPractice: no practice has one of the ids.
        UnknownFilter: no practice lies in the place.
    """
    from kb.errors import UnknownFilter, UnknownPractice
    from kb.overview import by_place
    from kb.vocabulary import nearest

    for name in ids:
        if name not in repository.by_id:
            near = nearest(name, repository.by_id)
            hint = f"Did you mean {near}?" if near else "kb search finds practices."
            raise UnknownPractice(f"There is no practice {name}.", hint=hint)
    within = repository.practices
    if place:
        around = by_place(repository.practices, repository.vocabulary)
        if place not in around and place not in repository.vocabulary.places:
            near = nearest(place, {*around, *repository.vocabulary.places})
            raise UnknownFilter(
                f"There is no place {place}.", hint=f"Did you mean {near}?" if near else "See places.yaml."
            )
        within = around.get(place, ())
    return tuple(practice for practice in within if not ids or practice.id in ids)
