"""`kb new`: a practice of one's own as a valid file, by questions at a terminal or by options."""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Practices, Root, configured, harmless, language_of, print_json
from kb.errors import ConfigError, KbError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.add.answers import Answers
    from kb.config import Config
    from kb.practice import Practice
    from kb.propose.draft import Draft
    from kb.vocabulary import Vocabulary

_LONG = "A long text, or @FILE, or - for standard input."
_ROW = "STATEMENT | INDICATOR | VALUE | UNIT | PERIOD; the last four can be left out."


def command(
    place: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Where: a key, or a name.")] = None,
    country: Annotated[str, typer.Option(metavar="NAME", help="Where a place lies that is new here.")] = "",
    title: Annotated[str, typer.Option(metavar="TEXT", help="What you call it.")] = "",
    problem: Annotated[str, typer.Option(metavar="TEXT", help=f"What you struggled with. {_LONG}")] = "",
    practice: Annotated[str, typer.Option(metavar="TEXT", help=f"What you do. {_LONG}")] = "",
    summary: Annotated[str, typer.Option(metavar="TEXT", help="In short, in one or two sentences.")] = "",
    area: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A service area; may be repeated.")] = None,
    theme: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A theme; may be repeated.")] = None,
    status: Annotated[str, typer.Option(metavar="NAME", help="idea, pilot, in-use, scaled or stopped.")] = "",
    as_of: Annotated[str, typer.Option(metavar="DATE", help="When the status was last known to be true.")] = "",
    started: Annotated[str, typer.Option(metavar="DATE", help="Year or month.")] = "",
    ended: Annotated[str, typer.Option(metavar="DATE", help="Year or month.")] = "",
    evidence: Annotated[
        str, typer.Option(metavar="NAME", help="How well it is known to work: none, experience …")
    ] = "",
    evidence_note: Annotated[str, typer.Option(metavar="TEXT", help="Who looked, and what is not known.")] = "",
    realised: Annotated[list[str] | None, typer.Option(metavar="RESULT", help=f"Reached: {_ROW}")] = None,
    expected: Annotated[list[str] | None, typer.Option(metavar="RESULT", help=f"Hoped for: {_ROW}")] = None,
    results: Annotated[str, typer.Option(metavar="TEXT", help=f"The results in words. {_LONG}")] = "",
    lessons: Annotated[str, typer.Option(metavar="TEXT", help=f"What you learned. {_LONG}")] = "",
    conditions: Annotated[str, typer.Option(metavar="TEXT", help=f"What it took. {_LONG}")] = "",
    involved: Annotated[str, typer.Option(metavar="TEXT", help=f"Who took part: roles. {_LONG}")] = "",
    own_words: Annotated[str, typer.Option(metavar="TEXT", help=f"Words used in your own way. {_LONG}")] = "",
    borrowed_from: Annotated[
        list[str] | None, typer.Option(metavar="WHERE", help="ID | NOTE, or WHERE | TITLE | URL | NOTE.")
    ] = None,
    adaptation: Annotated[str, typer.Option(metavar="TEXT", help=f"How you made it your own. {_LONG}")] = "",
    source: Annotated[list[str] | None, typer.Option(metavar="SOURCE", help="TITLE | URL | PUBLISHER | YEAR.")] = None,
    contact: Annotated[str, typer.Option(metavar="TEXT", help="A role's address or a web page; no person's.")] = "",
    question: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A question it answers.")] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="The language to write in; the app's by default.")] = "",
    template: Annotated[bool, typer.Option("--template", help="Ask nothing; explain every key and section.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write it here, not among the practices.")] = None,
    as_json: Json = False,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
) -> None:
    """Write a practice of your own: answer questions at a terminal, or give options. The file passes kb check.

    Only what the format requires is asked for; everything else has an option, and can be written in the file later.
    Without a terminal nothing is asked. Nothing is written before all of it will do, and never over another file.

    \b
    Example: kb new
    Example: kb new --place Nordstrand --title "Faste team" --template
    """
    from kb.add import template as blank
    from kb.add.draft import draft
    from kb.cli.given import Given
    from kb.listing import listing
    from kb.vocabulary import load_vocabulary

    config = configured(root, practices, index)
    words = load_vocabulary(config.practices)
    writes = language_of(language or config.language, words)
    texts = {"title": title, "summary": summary, "status": status, "status_as_of": as_of, "started": started}
    texts |= {"ended": ended, "evidence": evidence, "evidence_note": evidence_note}
    texts |= {"contact": contact, "country": country}
    lists = {"place": place, "areas": area, "themes": theme, "realised": realised, "expected": expected}
    lists |= {"borrowed_from": borrowed_from, "sources": source, "questions": question}
    sections = {"problem": problem, "practice": practice, "results": results, "lessons": lessons}
    sections |= {"conditions": conditions, "involved": involved, "adaptation": adaptation, "own_words": own_words}
    given = Given(texts, {name: values or () for name, values in lists.items()}, sections)
    answers = given.answers(words, writes, listing(config.practices).by_id)
    near: list[Practice] = []
    if template:
        make = partial(
            blank.template, vocabulary=words, folder=config.practices, about=partial(_about, language=writes)
        )
    else:
        make = partial(draft, vocabulary=words, folder=config.practices)
        is_read = "-" in sections.values()
        answers = _complete(answers, make, words, lambda told: near.extend(_look(config, told)), is_read=is_read)
    _write(make, answers, config, out, as_json=as_json, near=near)


def _complete(
    answers: Answers,
    make: Callable[[Answers], Draft],
    words: Vocabulary,
    look: Callable[[Answers], None],
    *,
    is_read: bool,
) -> Answers:
    """The answers with what the format requires: asked for at a terminal.

    Raises:
        ConfigError: an option is wrong, or something is missing and nobody can be asked.
    """
    from kb.add.asked import lacking
    from kb.cli.asking import WORDS, Interview, Stopped
    from kb.cli.given import OPTIONS, is_given, told
    from kb.said import said

    faults = lacking(make(answers), answers, words)
    wrong = {at: found for at, found in faults.items() if is_given(at, answers)}
    if wrong:
        raise ConfigError(told(wrong), hint="Nothing was written; mend the options.")
    asking = sys.stdin.isatty() and not is_read
    if not faults or not asking:
        if faults:
            names = ", ".join(OPTIONS[at] for at in faults)
            hint = "Give them as options; at a terminal kb new asks. --contact will do where there is no --source yet."
            raise ConfigError(f"Nothing was written; this is missing: {names}.", hint=hint)
        look(answers)
        return answers
    try:
        return Interview(words, answers.language, make, look).ask(answers)
    except (Stopped, KeyboardInterrupt):
        sys.stderr.write(f"\n{said(WORDS, 'stopped', answers.language)}\n")
        raise typer.Exit(130) from None


def _look(config: Config, answers: Answers) -> Sequence[Practice]:
    """Tell of practices that look the same, where there is an index to look in."""
    from kb.base import KnowledgeBase
    from kb.web.texts import t

    try:
        base = KnowledgeBase(config)
        found = base.alike(answers.title, answers.gist, answers.language) if answers.gist else ()
    except KbError:
        return ()
    named = {item.practice for item in answers.borrowed_from}
    alike = [one for one in found if one.id not in named]
    if alike:
        sys.stderr.write(f"\n{t('add.near.some', answers.language)}\n")
    for one in alike:
        where = ", ".join(base.vocabulary.place_name(key) for key in one.places)
        sys.stderr.write(f"  {harmless(f'{one.id}  {one.card(answers.language).title} ({where})')}\n")
    return alike


def _about(key: str, language: str) -> str:
    """What a section is for, as the app says it."""
    from kb.typed import ended
    from kb.web.texts import t

    name = "results_text" if key == "results" else key
    return f"{ended(t(f'add.field.{name}', language))} {t(f'add.hint.{key}', language)}"


def _write(
    make: Callable[[Answers], Draft],
    answers: Answers,
    config: Config,
    out: Path | None,
    *,
    as_json: bool,
    near: Sequence[Practice] = (),
) -> None:
    """Write the file, and say where it is, what the checker says and what to do next."""
    from kb.check import Report, render
    from kb.files import write_new

    while True:
        drafted = make(answers)
        folder, below = (config.practices, drafted.path) if out is None else (out, PurePosixPath(drafted.path.name))
        path = folder / below
        try:
            write_new(path, drafted.text)
        except FileExistsError:
            if out is not None:
                raise ConfigError(f"There is already a file {path}.", hint="Give another --out.") from None
            # Somebody wrote one of that name a moment ago: this one gets another.
            continue
        break
    shown = Path(os.path.relpath(path))
    findings = tuple(replace(finding, path=below) for finding in drafted.findings)
    report, prefix = Report(findings, 1), os.path.relpath(folder)
    if as_json:
        checked = json.loads(render(report, "json", prefix=Path(prefix).as_posix()))
        told = {"id": drafted.id, "path": shown.as_posix(), "place_entry": drafted.place_entry}
        print_json({**told, "near": [one.id for one in near], **checked})
        return
    sys.stdout.write(f"{harmless(shown.as_posix())}\n{render(report, prefix=Path(prefix).as_posix())}")
    if drafted.place_entry:
        sys.stdout.write(f"The place is new. Put this in places.yaml before you propose it:\n{drafted.place_entry}")
    if out is not None:
        sys.stdout.write(f"Next: move it to {config.practices_from_root}/{drafted.path}, and run kb propose there.\n")
        return
    name = shlex.quote(shown.as_posix())
    is_unfilled = any(finding.at[:1] != ("place",) for finding in drafted.errors)
    mend = f"fill it in, run kb check {name}, and then " if is_unfilled else ""
    sys.stdout.write(f"Next: {mend}kb propose {name}\n")
