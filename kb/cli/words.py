"""`kb words`: a concept in each place's own words, to be read side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import (
    Area,
    Country,
    Evidence,
    Index,
    Json,
    Language,
    Model,
    Place,
    Practices,
    Root,
    State,
    Theme,
    configured,
    harmless,
    print_json,
    terminal,
)
from kb.language.hidden import printable

if TYPE_CHECKING:
    from rich.text import Text

    from kb.base import KnowledgeBase
    from kb.search.wordings import Wording, Wordings

NOTHING = "No place here speaks of it. Try another word for it or fewer filters, or look for practices with kb search."
NEAR = {"hybrid": "near in meaning", "keyword": "words in common"}
"""What is said of a passage that does not name the concept."""


def command(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The concept, in any of the languages.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many places.")] = 10,
    country: Country = None,
    place: Place = None,
    area: Area = None,
    theme: Theme = None,
    status: State = None,
    evidence: Evidence = None,
    language: Language = None,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Read how each place speaks of a concept, in its own words and language.

    The best passage of each municipality or district: first those that name the concept, by whatever word,
    then those that are near it in meaning.

    \b
    Example: kb words "tillitsledelse"
    Example: kb words "trust-based leadership" --country dk --country se
    Example: kb words "ensomhet" --limit 20 --json
    """
    from kb.base import KnowledgeBase

    base = KnowledgeBase(configured(root, practices, index, model))
    wordings = base.words(
        text,
        limit=limit,
        country=country,
        place=place,
        area=area,
        theme=theme,
        status=status,
        evidence=evidence,
        language=language,
    )
    if as_json:
        from kb.search.wordings import wordings_json

        print_json(wordings_json(wordings, base.config.practices_from_root))
    else:
        _print(base, wordings)
    if not wordings:
        raise typer.Exit(1)


def _print(base: KnowledgeBase, wordings: Wordings) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console = terminal()
    if wordings.notice:
        console.print(Text(f"Note: {wordings.notice}", style="yellow"))
    if not wordings:
        console.print(NOTHING)
        return
    places = "1 place" if wordings.total == 1 else f"{wordings.total} places"
    counted = places if wordings.total == len(wordings) else f"{len(wordings)} of {places}"
    console.print(Text(f"{counted}: {_used(wordings)}"))
    for word, others in wordings.also.items():
        console.print(Text(harmless(f"{word}: also {', '.join(others)}"), style="dim"))
    for wording in wordings:
        console.print()
        for number, line in enumerate(_lines(base, wording, NEAR[wordings.mode])):
            console.print(Padding(line, (0, 0, 0, 3 if number else 0)))


def _used(wordings: Wordings) -> str:
    """How many of all the places use the word, and how many only come near it."""
    named, near = wordings.named, wordings.total - wordings.named
    said = [f"{named} {'uses' if named == 1 else 'use'} the word"] if named else ["none uses the word"]
    if near:
        said.append(f"{near} {'comes' if near == 1 else 'come'} near it")
    return ", ".join(said)


def _lines(base: KnowledgeBase, wording: Wording, near: str) -> Iterator[Text]:
    from rich.text import Text

    words, own, practice, passage = base.vocabulary, base.config.language, wording.practice, wording.passage
    place = words.place_name(wording.place, with_country=True, language=own) if wording.place else practice.id
    facts = [words.label("languages", passage.language, own), "" if wording.named else near]
    yield Text.assemble((place, "bold"), ("".join(f" · {fact}" for fact in facts if fact), "cyan"))
    yield Text(harmless(practice.title), style="italic")
    text = Text(harmless(passage.text))
    for start, end in passage.highlights:
        text.stylize("bold underline", start, end)
    yield text
    path = f"{base.config.practices_from_root}/{printable(str(practice.path))}:{passage.line}"
    yield Text(f"{path}  (kb show {practice.id})", style="dim")
