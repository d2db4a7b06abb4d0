"""`kb tune`: teach the encoder the field, and use what it learnt if that searches better."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Practices, Root, configured
from kb.cli.progress import progress
from kb.config import NO_MODEL, Config

if TYPE_CHECKING:
    from kb.evaluate import Query
    from kb.tune.run import Outcome


def command(
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What the adapter is called, under models/; made up if not given.")
    ] = "",
    steps: Annotated[int, typer.Option(min=1, metavar="N", help="Batches to learn from.")] = 160,
    strength: Annotated[
        float, typer.Option(min=0.05, max=1.0, metavar="S", help="How much of what was learnt is used.")
    ] = 0.5,
    rank: Annotated[int, typer.Option(min=1, max=64, metavar="R", help="Size of the adapter.")] = 16,
    rate: Annotated[float, typer.Option(min=1e-6, max=0.1, metavar="X", help="Learning rate.")] = 5e-4,
    max_tokens: Annotated[
        int, typer.Option(min=16, max=512, metavar="N", help="Texts are cut here for training.")
    ] = 96,
    general: Annotated[
        float, typer.Option(min=0.0, max=0.9, metavar="S", help="Share of common knowledge, where training/ has some.")
    ] = 0.25,
    foreign: Annotated[
        float, typer.Option(min=0.0, max=1.0, metavar="S", help="Share of answers in another language.")
    ] = 0.65,
    questions: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, metavar="S", help="Share of batches that hold questions against questions."),
    ] = 0.15,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same adapter.")] = 1,
    texts: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Texts written for training; training/ if it is there.")
    ] = None,
    judged: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Judged questions that decide; all of tests/relevance/ by default."),
    ] = None,
    keep_aside: Annotated[
        bool, typer.Option("--keep-aside", help="Leave a fixed fifth of the practices out, and measure on them.")
    ] = False,
    report: Annotated[bool, typer.Option("--report", help="Write a page with plots beside the adapter.")] = False,
    root: Root = None,
    practices: Practices = None,
) -> None:
    """Teach the encoder from the practices' own questions. It is used if judged questions find more with it.

    A run that is broken off goes on where it was when it is started again. The same texts, recipe and seed are not
    taught twice: the adapter is only measured anew.

    \b
    Example: kb tune
    Example: kb tune --name second --seed 2 --report
    Example: kb tune --name honest --keep-aside --report
    Example: kb tune --judged our-questions.yaml
    """
    from kb.errors import TuningError
    from kb.repository import load
    from kb.tune.pairs import Recipe
    from kb.tune.report import write_report
    from kb.tune.run import Wanted, new_name, tune

    config = configured(root, practices)
    if config.model == NO_MODEL:
        raise TuningError("There is no model to teach.", hint='Set encoder.model = "packaged" in kb.toml.')
    here = config.root / "training"
    wanted = Wanted(
        name=new_name(config, name) if name else "",
        recipe=Recipe(
            steps=steps,
            rank=rank,
            rate=rate,
            max_tokens=max_tokens,
            general=general,
            foreign=foreign,
            questions=questions,
            strength=strength,
            seed=seed,
        ),
        texts=texts or (here if here.is_dir() else None),
        keep_aside=keep_aside,
        judged=_judged(config, judged),
    )
    with progress() as tell:
        outcome = tune(config, load(config.practices).practices, wanted, tell)
    _say(outcome)
    if report:
        sys.stdout.write(f"The report is {write_report(outcome.layout)}\n")


def _judged(config: Config, given: list[Path] | None) -> dict[str, tuple[Query, ...]]:
    from kb.evaluate import read_queries

    files = given or sorted((config.root / "tests" / "relevance").glob("*.yaml"))
    return {path.stem: tuple(read_queries(path)) for path in files}


def _say(outcome: Outcome) -> None:
    taught = f"Taught in {outcome.seconds / 60:.0f} min." if outcome.seconds else "It was taught before."
    sys.stdout.write(f"{taught} The adapter is in {outcome.layout.folder}\n")
    if outcome.trial is None or outcome.trial.comparison is None:
        sys.stdout.write(
            "It was not measured, and is not used: there are no judged questions. Give some with --judged FILE, "
            f"or use it as it is: kb model use {outcome.layout.folder.name}\n"
        )
        return
    found = outcome.trial.comparison
    for name, after in outcome.trial.after.items():
        before = outcome.trial.before[name]
        sys.stdout.write(
            f"{name}: nDCG@10 {_number(before.search.every)} → {_number(after.search.every)}, other languages "
            f"{_number(before.search.elsewhere)} → {_number(after.search.elsewhere)}\n"
        )
    sys.stdout.write(
        f"{found.wins} questions better, {found.ties} the same, {found.losses} worse; "
        f"mean {found.mean_difference:+.3f} ({found.low:+.3f} to {found.high:+.3f}).\n"
    )
    if outcome.is_used:
        sys.stdout.write("It is used from now on. Run kb index.\n")
    elif outcome.is_better:
        sys.stdout.write(
            "It finds more, but kb.toml says what is used. To use it, write under [encoder] there:\n"
            f'adapter = "{outcome.layout.folder}"\n'
        )
    else:
        sys.stdout.write("It is kept aside: what is in use finds as much or more, or it was made for an experiment.\n")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")
