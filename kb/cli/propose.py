"""`kb propose`: files become a branch and a pull request."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Json, Practices, Root, configured, harmless, print_json
from kb.errors import ConfigError, KbError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.config import Config
    from kb.practice import Practice
    from kb.propose.branch import Person
    from kb.propose.proposal import Proposal
    from kb.propose.text import Near, Report

_PERSON = re.compile(r"(?P<name>[^<>\n]+?)\s*<(?P<email>[^<>\s@]+@[^<>\s@]+)>")


def command(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Practices, or other files beside them.")],
    message: Annotated[str, typer.Option("--message", "-m", help="What the commit says beneath its first line.")] = "",
    contributor: Annotated[str, typer.Option("--by", metavar="'NAME <MAIL>'", help="Who wrote it: co-author.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be proposed; send nothing.")] = False,
    as_json: Json = False,
    root: Root = None,
    practices: Practices = None,
) -> None:
    """Propose files: a branch of their own at the remote with one commit, and the page where it is asked in.

    The branch begins from the remote's newest commit. Your own checkout is not touched, and nothing is forced.
    With a token in PRAKSIS_FORGE_TOKEN the pull request is opened at once.

    \b
    Example: kb propose practices/no/oslo/min-praksis.md --dry-run
    Example: kb propose practices/no/oslo/min-praksis.md -m "Prøvd i to år" --by "Kari Vik <kari@oslo.example>"
    """
    from kb.propose.gather import gather
    from kb.propose.proposal import propose
    from kb.propose.text import body, title
    from kb.vocabulary import load_vocabulary

    config = configured(root, practices)
    person = _person(contributor)
    found = gather(config, paths, load_vocabulary(config.practices), _looking(config))
    if dry_run:
        names = tuple(found.files)
        sys.stdout.write(f"{harmless(title(found.report, names, config.language, is_new=True))}\n\n")
        sys.stdout.write(harmless(body(found.report, names, person, config.language)))
        return
    proposal = propose(
        config,
        found.files,
        report=found.report,
        place_entries=found.place_entries,
        note=message,
        contributor=person,
    )
    if as_json:
        print_json(asdict(proposal) | {"files": [path.as_posix() for path in proposal.files]})
        return
    _tell(proposal, found.report)


def _tell(proposal: Proposal, report: Report) -> None:
    """What was proposed, and what to do next."""
    write = sys.stdout.write
    write(f"Branch {proposal.branch}, to be merged into {proposal.into}: {len(proposal.files)} file(s).\n")
    if report.findings:
        write(f"{len(report.findings)} finding(s) of the check are told in it.\n")
    for near in report.near or ():
        write(f"Like {near.practice.id}: {harmless(near.practice.title)}\n")
    if proposal.refused:
        sys.stderr.write(f"kb: the pull request could not be opened: {harmless(proposal.refused)}\n")
    if proposal.request:
        write(f"Pull request {proposal.request.number} is open:\n{proposal.page}\n")
    elif proposal.page:
        write(f"Open the pull request here:\n{proposal.page}\n")
    else:
        write("Ask whoever looks after the repository to merge it; [forge] url in kb.toml would give a link.\n")


def _person(given: str) -> Person | None:
    """A name and an address.

    Raises:
        ConfigError: it is not written as git writes people.
    """
    from kb.propose.branch import Person

    if not given.strip():
        return None
    found = _PERSON.fullmatch(given.strip())
    if not found:
        raise ConfigError(f"{given!r} is no name with an address.", hint="Write it as 'Kari Vik <kari@oslo.example>'.")
    return Person(found["name"], found["email"])


def _looking(config: Config) -> Callable[[Practice], Sequence[Near]] | None:
    """A search for practices that say the same, where there is an index that can be read."""
    from kb.base import KnowledgeBase
    from kb.errors import IndexFault
    from kb.propose.near import near

    try:
        base = KnowledgeBase(config)
    except IndexFault:
        return None

    def look(practice: Practice) -> Sequence[Near]:
        try:
            return near(base, practice)
        except KbError:
            return ()

    return look
