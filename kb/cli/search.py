"""`kb search`: a question in plain words, answered in the terminal or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Model, Practices, Root, configured, harmless, print_json
from kb.errors import SearchError

if TYPE_CHECKING:
    from kb.base import FilterOptions, KnowledgeBase
    from kb.hits import Hit, Results

STRENGTHS = {"strong": "strong hits", "possible": "possible hits", "none": "no sure hits; these lie nearest"}
ARMS = {
    "text": "what it says",
    "card": "its title and summary",
    "question": "the questions it answers",
    "words": "words in common",
}


def command(
    text: Annotated[
        str,
        typer.Argument(
            metavar="[TEXT]", show_default=False, help="The question, in any of the languages; empty to browse."
        ),
    ] = "",
    lens: Annotated[str, typer.Option("--lens", metavar="NAME", help="problem, practice, results or lessons.")] = "",
    country: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="no, dk, se … or a name; may be repeated.")
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A key such as no/oslo/nordstrand, or a name.")
    ] = None,
    area: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A service area.")] = None,
    theme: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A theme.")] = None,
    status: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="idea, pilot, in-use, scaled or stopped.")
    ] = None,
    evidence: Annotated[list[str] | None, typer.Option(metavar="NAME", help="How well it is known to work.")] = None,
    language: Annotated[list[str] | None, typer.Option(metavar="NAME", help="The practice's own language.")] = None,
    has_lessons: Annotated[bool | None, typer.Option(help="Only with (or without) lessons.")] = None,
    has_realised_results: Annotated[bool | None, typer.Option(help="Only with (or without) benefits reached.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, max=1000, metavar="N", help="How many hits; 10, or 100 in a batch.")
    ] = None,
    offset: Annotated[int, typer.Option(min=0, metavar="N", help="How many hits to skip.")] = 0,
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
    Example: kb search "hva gikk galt med ny fagapp" --lens lessons --json
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
        if text or lens or offset or any(value is not None for value in filters.values()):
            raise SearchError("A batch ranks every practice.", hint="Leave out the text, lens, offset and filters.")
        _answer_batch(base, batch, limit or 100)
        return
    results = base.search(text, lens=lens, limit=limit or 10, offset=offset, **filters)
    if as_json:
        from kb.hits import results_json

        print_json(results_json(results, base.config.practices_from_root))
    else:
        _print(base, results, offset)
    if not offset:
        # More of the same answers is not another question.
        record_shown(base.config, results.query, (hit.practice.id for hit in results), results.strength)
    if not results.hits:
        raise typer.Exit(1)


def _answer_batch(base: KnowledgeBase, name: str, limit: int) -> None:
    queries = list(_queries(name))
    for (query_id, _), ranking in zip(queries, base.rank((text for _, text in queries), limit), strict=True):
        line = {
            "query_id": query_id,
            "hits": [key for key, _ in ranking.order],
            "scores": [round(score, 6) for _, score in ranking.order],
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _queries(name: str) -> Iterator[tuple[str, str]]:
    """Id and text of each query.

    Raises:
        SearchError: a line is not of the form {"id": …, "text": …}, with its number.
    """
    for number, line in enumerate(_lines(name), 1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            yield str(query["id"]), str(query["text"])
        except (ValueError, KeyError, TypeError) as error:
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


def _print(base: KnowledgeBase, results: Results, offset: int) -> None:
    from rich.console import Console
    from rich.text import Text

    class Terminal(Console):
        """A reader who leaves a pipe early is no failure."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    console = Terminal(highlight=False)
    if results.notice:
        console.print(Text(f"Note: {results.notice}", style="yellow"))
    if not results.hits:
        console.print("Nothing found. Try other words or fewer filters.")
        return
    count = "" if results.strength == "none" else f"{results.total} practices, "
    console.print(Text(f"{count}{STRENGTHS[results.strength]}" if results.query else f"{results.total} practices"))
    for number, hit in enumerate(results, offset + 1):
        console.print()
        for line in _hit_lines(base, number, hit, asked=bool(results.query)):
            console.print(line, soft_wrap=False)


def _hit_lines(base: KnowledgeBase, number: int, hit: Hit, *, asked: bool) -> Iterator[object]:
    from rich.padding import Padding
    from rich.text import Text

    words, language, practice = base.vocabulary, base.config.language, hit.practice
    card = practice.card(language)
    yield Text.assemble((f"{number}. ", "bold"), (harmless(card.title), "bold"))
    facts = [
        *(words.place_name(place, with_country=True, language=language) for place in practice.places[:3]),
        words.label("statuses", practice.status, language),
        words.label("evidence", practice.evidence, language),
    ]
    yield Padding(Text(" · ".join(fact for fact in facts if fact), style="cyan"), (0, 0, 0, 3))
    if card.summary:
        yield Padding(Text(harmless(card.summary)), (0, 0, 0, 3))
    if asked:
        passage = Text(f"{harmless(hit.passage.heading)}: " if hit.passage.heading else "", style="dim italic")
        start = len(passage)
        passage.append(_shortened(harmless(hit.passage.text)))
        for begin, end in hit.passage.highlights:
            passage.stylize("bold underline", start + begin, min(start + end, len(passage)))
        yield Padding(passage, (0, 0, 0, 3))
        yield Padding(Text(harmless(_reason(hit)), style="dim"), (0, 0, 0, 3))
    yield Padding(
        Text(
            f"{base.config.practices_from_root}/{practice.path}:{hit.passage.line}  (kb show {practice.id})",
            style="dim",
        ),
        (0, 0, 0, 3),
    )


def _shortened(text: str, length: int = 400) -> str:
    flat = text.replace("\n", " ")
    return flat if len(flat) <= length else flat[: length - 1].rsplit(" ", 1)[0] + " …"


def _reason(hit: Hit) -> str:
    """Why this hit, in words: the arms that gave most, and the words that matched."""
    if hit.why.title:
        return "Why: this is its title."
    gave = {name: getattr(hit.why, name) for name in ARMS}
    most = sorted((name for name in gave if gave[name] > 1), key=lambda name: -gave[name])[:2]
    because = " and ".join(ARMS[name] for name in most) or "it lies nearest of what there is"
    matched = f" ({', '.join(hit.why.matched[:6])})" if hit.why.matched else ""
    return f"Why: {because}{matched}."
