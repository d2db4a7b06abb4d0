"""`kb search`: a question in plain words, answered in the terminal or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.explain import advice, explained, overview, reason
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
from kb.errors import SearchError
from kb.language.hidden import printable

if TYPE_CHECKING:
    from kb.base import FilterOptions, KnowledgeBase
    from kb.search.hits import Hit, Results

STRENGTHS = {"strong": "strong hits", "possible": "possible hits", "none": "no sure hits; these lie nearest"}
ORDERS = {"relevance": "", "newest": ", the newest first", "borrowed": ", the most borrowed first"}


def command(
    text: Annotated[
        str,
        typer.Argument(
            metavar="[TEXT]", show_default=False, help="The question, in any of the languages; empty to browse."
        ),
    ] = "",
    lens: Annotated[str, typer.Option("--lens", metavar="NAME", help="problem, practice, results or lessons.")] = "",
    sort: Annotated[
        str,
        typer.Option("--sort", metavar="ORDER", help="relevance, newest or borrowed; newest where nothing is asked."),
    ] = "",
    country: Country = None,
    place: Place = None,
    area: Area = None,
    theme: Theme = None,
    status: State = None,
    evidence: Evidence = None,
    language: Language = None,
    has_lessons: Annotated[bool | None, typer.Option(help="Only with (or without) lessons.")] = None,
    has_realised_results: Annotated[bool | None, typer.Option(help="Only with (or without) benefits reached.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, max=1000, metavar="N", help="How many hits; 10, or 100 in a batch.")
    ] = None,
    offset: Annotated[int, typer.Option(min=0, metavar="N", help="How many hits to skip.")] = 0,
    explain: Annotated[bool, typer.Option("--explain", help="Say what brought each hit up, and how much.")] = False,
    batch: Annotated[
        str | None,
        typer.Option(help="A file of JSON lines {id, text}, or - for standard input; answers as JSON lines."),
    ] = None,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Find practices that answer a question.

    \b
    Example: kb search "Vi finner ikke vikarer til nattevaktene"
    Example: kb search "ungdom som faller ut av skolen" --country dk --has-lessons
    Example: kb search "hva gikk galt med ny fagapp" --lens lessons --explain
    Example: kb search "ensomme eldre" --sort borrowed
    Example: kb search "velferdsteknologi for eldre" --json
    """
    from kb.base import KnowledgeBase
    from kb.usage import record_shown

    base = KnowledgeBase(configured(root, practices, index, model))
    filters: FilterOptions = {
        "country": country,
        "place": place,
        "area": area,
        "theme": theme,
        "status": status,
        "evidence": evidence,
        "language": language,
        "has_lessons": has_lessons,
        "has_realised_results": has_realised_results,
    }
    if batch is not None:
        if text or lens or sort or offset or any(value is not None for value in filters.values()):
            hint = "Leave out the text, lens, order, offset and filters."
            raise SearchError("A batch ranks every practice.", hint=hint)
        _answer_batch(base, batch, limit or 100)
        return
    results = base.search(text, lens=lens, sort=sort, limit=limit or 10, offset=offset, **filters)
    if as_json:
        from kb.search.hits import results_json

        print_json(results_json(results, base.config.practices_from_root))
    else:
        said = overview(results, lens) if explain and results.query else ()
        narrowed = [name for name, value in filters.items() if value is not None]
        tries = advice(results.query, lens, narrowed) if results.strength == "none" else ()
        _print(base, results, offset, explain=explain, said=said, tries=tries)
    if not offset:
        # More of the same answers is not another question.
        record_shown(base.config, results.query, (hit.practice.id for hit in results), results.strength)
    if not results.hits:
        raise typer.Exit(1)


def _answer_batch(base: KnowledgeBase, name: str, limit: int) -> None:
    queries = list(read_batch(name))
    for (query_id, _), ranking in zip(queries, base.rank((text for _, text in queries), limit), strict=True):
        line = {
            "query_id": query_id,
            "hits": [key for key, _ in ranking.order],
            "scores": [round(score, 6) for _, score in ranking.order],
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_batch(name: str) -> Iterator[tuple[str, str]]:
    """Id and text of each query of a file, or of standard input.

    Raises:
        SearchError: a line is not of the form {"id": …, "text": …}, with its number.
    """
    from kb.search.facets import well_formed

    for number, line in enumerate(_lines(name), 1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            yield well_formed(str(query["id"])), str(query["text"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise SearchError(
                f"{name}:{number}: this is not a query.", hint='Write one {"id": "q1", "text": "…"} a line.'
            ) from error


def _lines(name: str) -> list[str]:
    """The lines of a file or of standard input; only a line feed ends one, since JSON may hold the other signs."""
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    try:
        return data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise SearchError(f"{name} is not UTF-8 text.", hint="Save it again as UTF-8.") from error


def _print(
    base: KnowledgeBase, results: Results, offset: int, *, explain: bool, said: Iterable[str], tries: Iterable[str]
) -> None:
    """The hits with what is said of them above, and what to try below."""
    from rich.padding import Padding
    from rich.text import Text

    console = terminal()
    if results.notice:
        console.print(Text(f"Note: {results.notice}", style="yellow"))
    console.print(_headline(results))
    for sentence in said:
        console.print(Text(harmless(sentence), style="dim"))
    for number, hit in enumerate(results, offset + 1):
        console.print()
        for line in _hit_lines(base, number, hit, results, explain=explain):
            console.print(line, soft_wrap=False)
    for number, sentence in enumerate(tries):
        if not number:
            console.print("\nWhat to try:")
        console.print(Padding(Text(f"- {sentence}"), (0, 0, 0, 2)))


def _headline(results: Results) -> str:
    if not results.hits:
        return "Nothing found."
    number = f"{results.total} practice{'' if results.total == 1 else 's'}"
    order = ORDERS[results.sort]
    if not results.query:
        return f"{number}{order}"
    count = "" if results.strength == "none" else f"{number}, "
    return f"{count}{STRENGTHS[results.strength]}{order}"


def _hit_lines(base: KnowledgeBase, number: int, hit: Hit, results: Results, *, explain: bool) -> Iterator[object]:
    from rich.padding import Padding
    from rich.text import Text

    words, language, practice = base.vocabulary, base.config.language, hit.practice
    card = practice.card(language)
    yield Text.assemble((f"{number}. ", "bold"), (harmless(card.title), "bold"))
    facts = [
        *(words.place_name(place, with_country=True, language=language) for place in practice.places[:3]),
        words.label("statuses", practice.status, language),
        words.label("evidence", practice.evidence, language),
        f"began {practice.started}" if results.sort == "newest" and practice.started else "",
        f"borrowed by {hit.borrowers}" if hit.borrowers else "",
    ]
    yield Padding(Text(harmless(" · ".join(fact for fact in facts if fact)), style="cyan"), (0, 0, 0, 3))
    if card.summary:
        yield Padding(Text(harmless(card.summary)), (0, 0, 0, 3))
    if results.query:
        passage = Text(f"{harmless(hit.passage.heading)}: " if hit.passage.heading else "", style="dim italic")
        start = len(passage)
        passage.append(_shortened(harmless(hit.passage.text)))
        for begin, end in hit.passage.highlights:
            passage.stylize("bold underline", start + begin, min(start + end, len(passage)))
        yield Padding(passage, (0, 0, 0, 3))
        for line in explained(hit) if explain else (Text(reason(hit), style="dim"),):
            yield Padding(line, (0, 0, 0, 3))
    where = f"{base.config.practices_from_root}/{printable(str(practice.path))}:{hit.passage.line}"
    yield Padding(Text(f"{where}  (kb show {practice.id})", style="dim"), (0, 0, 0, 3))


def _shortened(text: str, length: int = 400) -> str:
    flat = text.replace("\n", " ")
    return flat if len(flat) <= length else flat[: length - 1].rsplit(" ", 1)[0] + " …"
