"""`kb eval`: how well search finds what judges say it should."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Model, Practices, Root, configured, print_json, terminal
from kb.cli.progress import progress
from kb.config import NO_MODEL, Config
from kb.errors import EvaluationError

if TYPE_CHECKING:
    from kb.evaluate import Answer, Collection, Query
    from kb.evaluate.report import Report
    from kb.index.embed import Progress

NAMED = 20
"""How many unknown ids a warning names."""


def command(
    queries: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[QUERIES]", show_default=False, help="YAML files of judged queries, or a folder in BEIR's form."
        ),
    ] = None,
    from_log: Annotated[
        bool, typer.Option("--from-log", help="Propose queries from the log of questions, for a person to review.")
    ] = False,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="Write what was found, as JSON lines.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="RUN", help="Compare with an earlier run, ours or TREC's.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=10, metavar="N", help="How many hits a query the run holds; 10 are measured.")
    ] = 100,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="FOLDER", help="Keep the index of a BEIR folder here for the next time."),
    ] = None,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Measure how well search finds what judges say answers each query.

    \b
    Example: kb eval tests/relevance/practices-dev.yaml
    Example: kb eval tests/relevance/practices-dev.yaml --run before.jsonl
    Example: kb eval tests/relevance/practices-dev.yaml --against before.jsonl --json
    Example: kb eval tests/relevance/practices-dev.yaml tests/relevance/practices-own.yaml
    Example: kb eval ~/beir/nq --keep ~/beir/index
    Example: kb eval --from-log
    """
    from kb.evaluate import compare, evaluate, ndcg_by_query, read_queries, read_run, run_of, write_run
    from kb.evaluate.report import Report
    from kb.evaluate.report import as_json as plain

    config = configured(root, practices, index, model)
    if from_log:
        if queries or run or against or keep or as_json:
            raise EvaluationError("--from-log only proposes queries.", hint="Leave out the other options and QUERIES.")
        _propose(config)
        return
    if not queries:
        raise EvaluationError(
            "QUERIES is missing.", hint="Give a file of judged queries, or --from-log to have some proposed."
        )
    _refuse_misuse(queries, index, keep)
    judged = read_queries(*queries)
    # Read before the search, which takes a while, so that a wrong file is told at once.
    earlier = ndcg_by_query(judged, read_run(against)) if against else None
    with progress() as tell, _opened(queries[0], config, keep, tell) as collection:
        found = _answers(collection, judged, limit, tell)
        used = NO_MODEL if _words_alone(found) else collection.model
    _warn(collection, judged, found)
    if run:
        write_run(run, run_of(found))
    evaluation = evaluate(judged, found, collection.languages)
    report = Report(
        source=", ".join(map(str, queries)),
        queries=len(judged),
        documents=len(collection.languages),
        model=used,
        settings=asdict(config.search),
        depth=limit,
        unknown=collection.unknown(judged),
        evaluation=evaluation,
        against=str(against or ""),
        comparison=None if earlier is None else compare(evaluation.per_query, earlier),
    )
    if as_json:
        print_json(plain(report))
    else:
        _print(report)


def _propose(config: Config) -> None:
    from kb.usage import candidates_yaml, log_path

    sys.stdout.write(candidates_yaml(log_path(config)))


def _refuse_misuse(queries: Sequence[Path], index: Path | None, keep: Path | None) -> None:
    folders = [path for path in queries if path.is_dir()]
    if folders and len(queries) > 1:
        raise EvaluationError("A folder in BEIR's form is a collection of its own.", hint="Give one folder at a time.")
    if keep and not folders:
        raise EvaluationError("--keep is for a folder in BEIR's form.", hint="Leave it out: kb index keeps the index.")
    if index and folders:
        raise EvaluationError("A folder in BEIR's form is indexed by itself.", hint="Use --keep instead of --index.")


@contextlib.contextmanager
def _opened(queries: Path, config: Config, keep: Path | None, tell: Progress) -> Iterator[Collection]:
    """What the queries are about: a BEIR corpus, or the practices of this installation."""
    from kb.base import KnowledgeBase
    from kb.evaluate import beir, practices_of

    if queries.is_dir():
        with beir.opened(queries, config, keep=keep, progress=tell) as collection:
            yield collection
    else:
        yield practices_of(KnowledgeBase(config))


def _answers(collection: Collection, judged: Sequence[Query], limit: int, tell: Progress) -> dict[str, Answer]:
    from kb.evaluate import answers

    found = {}
    tell("rank", 0, len(judged))
    for number, (name, answer) in enumerate(answers(collection, judged, limit=limit), 1):
        found[name] = answer
        tell("rank", number, len(judged))
    return found


def _warn(collection: Collection, judged: Sequence[Query], found: Mapping[str, Answer]) -> None:
    """What a reader of the figures must know, on standard error."""
    if unknown := collection.unknown(judged):
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        sys.stderr.write(
            f"Warning: {len(unknown)} judged ids are not here and count as not found: "
            f"{', '.join(unknown[:NAMED])}{more}\n"
        )
    if _words_alone(found):
        sys.stderr.write("Note: Only keyword search was measured: there is no model, or the index was made without.\n")


def _words_alone(found: Mapping[str, Answer]) -> bool:
    """Whether no model had a say, be it that none is wanted or that it cannot be had."""
    return all(set(answer.arms) == {"words"} for answer in found.values())


def _print(report: Report) -> None:
    from rich.text import Text

    from kb.evaluate.report import heading, lines, table

    console = terminal()
    console.print(Text(heading(report)))
    console.print()
    console.print(table(report))
    console.print()
    for line in lines(report):
        console.print(Text(line))
