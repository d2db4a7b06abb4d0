"""`kb import`: forms, tables and case descriptions from elsewhere as drafts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Json, Practices, Root, configured, harmless, language_of, place_of, print_json
from kb.errors import CannotImport

if TYPE_CHECKING:
    from kb.importing.draft import Imported
    from kb.importing.told import Told
    from kb.vocabulary import Vocabulary


def command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="docx, html, pdf, csv, json, md, txt; or - for a form's text."),
    ],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write them here, not among the practices.")] = None,
    place: Annotated[str, typer.Option(metavar="KEY", help="Where they are from, if the source does not say.")] = "",
    language: Annotated[str, typer.Option(metavar="CODE", help="The language they are in.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the drafts; write nothing.")] = False,
    as_json: Json = False,
    root: Root = None,
    practices: Practices = None,
) -> None:
    """Make drafts of a filled-in issue form, a table of practices (CSV, JSON) or a case description (Word, HTML, PDF).

    Every text of the source is kept, and nothing is added: what the format asks for and the source does not tell is
    marked as missing, and kb check stops at each mark. A form about a practice that is here adds to its file.

    \b
    Example: kb import innmelding.md --out drafts
    Example: kb import praksiser.csv --place no/oslo --dry-run
    """
    from kb.importing.draft import Wanted
    from kb.importing.run import drafts
    from kb.vocabulary import load_vocabulary

    config = configured(root, practices)
    words = load_vocabulary(config.practices)
    wanted = Wanted(place_of(place, words) if place else "", language_of(language, words) if language else "")
    taken = [PurePosixPath(path.name) for path in out.glob("*.md")] if out else ()
    told = (one for file in files for one in _told(file, words))
    done: list[tuple[Imported, Path]] = []
    failed, known = 0, dict[str, str]()
    for made in drafts(told, words, config.practices, wanted, taken=taken):
        if isinstance(made, CannotImport):
            failed += 1
            sys.stderr.write(f"kb: {harmless(str(made))}\n" + (f"    {harmless(made.hint)}\n" if made.hint else ""))
            continue
        path = _path(made, config.practices, out)
        if not dry_run:
            _write(made, path)
        done.append((made, path))
        if not as_json:
            _tell(made, path, known, dry_run=dry_run)
        known = dict(made.labels)
    if as_json:
        print_json([_json(made, path) for made, path in done])
    if failed or not done:
        raise typer.Exit(1)


def _told(file: Path, words: Vocabulary) -> Iterator[Told | CannotImport]:
    from kb.importing.run import of_kind, read

    if str(file) == "-":
        data = sys.stdin.buffer.read()
        suffix = ".json" if data.lstrip()[:1] in {b"[", b"{"} else ".md"
        return of_kind(suffix, data, "standard input", "", words)
    return read(file, words)


def _path(made: Imported, folder: Path, out: Path | None) -> Path:
    return folder / made.draft.path if out is None else out / made.draft.path.name


def _write(made: Imported, path: Path) -> None:
    from kb.files import write_new, write_whole

    try:
        (write_whole if made.replaces else write_new)(path, made.draft.text)
    except FileExistsError:
        raise CannotImport(f"There is already a file {path}.", hint="Give another --out.") from None


def _tell(made: Imported, path: Path, known: Mapping[str, str], *, dry_run: bool) -> None:
    """The file, what went where unless that is known, and what is to be mended."""
    from kb.check import Report, render

    write = sys.stdout.write
    where = Path(os.path.relpath(path))
    write(f"{harmless(where.as_posix())}  ({harmless(made.where)})\n")
    for label, key in made.labels.items():
        if label != key and known.get(label, label) != key:
            write(f"  {harmless(label)} → {key or 'a heading of its own'}\n")
    for note in made.notes:
        write(f"  {harmless(note)}\n")
    if dry_run:
        write(f"\n{harmless(made.draft.text)}\n")
    findings = tuple(replace(finding, path=PurePosixPath(path.name)) for finding in made.draft.findings)
    write(render(Report(findings, 1), prefix=where.parent.as_posix()) + "\n")


def _json(made: Imported, path: Path) -> dict[str, object]:
    return {
        "path": path.as_posix(),
        "from": made.where,
        "labels": dict(made.labels),
        "notes": list(made.notes),
        "errors": [
            {"line": error.line, "code": error.code, "message": error.message, "hint": error.hint}
            for error in made.draft.errors
        ],
        "text": made.draft.text,
    }
