"""Files from elsewhere into drafts: each file by its kind, each row by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import reduce
from pathlib import Path, PurePosixPath

from kb.errors import CannotImport, KbError
from kb.importing.correction import correction
from kb.importing.decoded import decoded
from kb.importing.draft import Imported, Wanted, new_draft
from kb.importing.forms import from_markdown
from kb.importing.mapped import mapped
from kb.importing.told import Told
from kb.listing import Listing, listing
from kb.vocabulary import Vocabulary

MAX_BYTES = 32 * 1024 * 1024
"""A case description is a few pages; far more is something else."""
KINDS = ".docx .html .htm .pdf .csv .tsv .json .md .txt"
_OTHERWISE = {
    ".doc": "Open it in a word processor, and save it as .docx.",
    ".odt": "Open it in a word processor, and save it as .docx.",
    ".rtf": "Open it in a word processor, and save it as .docx.",
    ".xlsx": "Save the sheet as CSV.",
    ".xls": "Save the sheet as CSV.",
    ".ods": "Save the sheet as CSV.",
}


def drafts(
    tolds: Iterable[Told | CannotImport],
    vocabulary: Vocabulary,
    folder: Path,
    wanted: Wanted | None = None,
    *,
    today: date | None = None,
    taken: Iterable[PurePosixPath] = (),
) -> Iterator[Imported | CannotImport]:
    """A draft for each practice that is told, with a path that no other has; what cannot be one is told in its place.

    Args:
        tolds: What `read` gives.
        vocabulary: The folder's own.
        folder: The folder of practices.
        wanted: What holds for every draft.
        today: The day that dates are judged by.
        taken: Files whose names are taken besides those in the folder.
    """
    there = listing(folder)
    listed = reduce(Listing.with_one, taken, there)
    day = today or datetime.now(tz=UTC).date()
    for told in tolds:
        if isinstance(told, CannotImport):
            yield told
            continue
        try:
            found = mapped(told.pieces, vocabulary, there.by_id)
            if "about" in found.about:
                yield correction(told, found, vocabulary, folder, today=day, listed=there)
                continue
            made = new_draft(told, found, wanted or Wanted(), vocabulary, folder, today=day, listed=listed)
        except CannotImport as error:
            yield error
        except KbError as error:
            yield CannotImport(f"{told.where}: {error}", hint=error.hint)
        else:
            listed = listed.with_one(made.draft.path)
            yield made


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Told | CannotImport]:
    """What a file tells, by its kind."""
    try:
        if path.stat().st_size > MAX_BYTES:
            yield CannotImport(f"{path.name}: the file is over 32 MB.", hint="Import the text alone.")
            return
        data = path.read_bytes()
    except OSError as error:
        yield CannotImport(f"{path}: the file cannot be opened: {error.strerror}.", hint="Check its name.")
        return
    yield from of_kind(path.suffix.lower(), data, path.name, path.stem, vocabulary)


def of_kind(suffix: str, data: bytes, where: str, name: str, vocabulary: Vocabulary) -> Iterator[Told | CannotImport]:
    """What the bytes of one kind of file tell; `name` is what to call a draft that has no title."""
    from kb.importing import documents, tables

    try:
        if suffix in {".csv", ".tsv"}:
            yield from tables.from_csv(data, where)
        elif suffix == ".json":
            yield from tables.from_json(data, where)
        elif suffix == ".docx":
            yield documents.from_word(data, where, name, vocabulary)
        elif suffix in {".html", ".htm"}:
            yield documents.from_html(data, where, name, vocabulary)
        elif suffix == ".pdf":
            yield documents.from_pdf(data, where, name, vocabulary)
        elif suffix in {".md", ".markdown", ".txt", ""}:
            yield from _markdown(data, where, name, vocabulary)
        else:
            hint = _OTHERWISE.get(suffix, f"It reads {KINDS}.")
            yield CannotImport(f"{where}: files of this kind cannot be read.", hint=hint)
    except CannotImport as error:
        yield error


def _markdown(data: bytes, where: str, name: str, vocabulary: Vocabulary) -> Iterator[Told | CannotImport]:
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield CannotImport(f"{where}: the file is binary, not text.", hint=f"It reads {KINDS}.")
        return
    told = from_markdown(decoded(data), where, vocabulary, name=name)
    if not any(str(piece.value).strip() for piece in told.pieces):
        yield CannotImport(f"{where}: there is nothing in it.", hint="Paste the whole text of the form.")
        return
    yield told
