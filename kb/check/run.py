"""A whole check: every rule over every file that is to be reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from kb.check.cards import check_cards, check_orphan, check_translated
from kb.check.changed import changed_since, named
from kb.check.fields import Sheet, check_record
from kb.check.files import CARDS, Document, Tree
from kb.check.findings import Finding, Report, found, shown
from kb.check.links import check_links, check_references, check_ring
from kb.check.persons import check_persons
from kb.check.places import check_places
from kb.check.places import usable as usable_places
from kb.check.practices import check_folder, check_identity, check_together
from kb.check.signs import check_signs
from kb.check.text import check_sections, check_template
from kb.check.words import check_vocabulary
from kb.check.words import usable as usable_words
from kb.errors import ConfigError, VocabularyError
from kb.frontmatter import Problem
from kb.schema import FRONT_MATTER
from kb.vocabulary import PLACES_FILE, VOCABULARY_FILE, Vocabulary, load_vocabulary

WORDS, PLACES = PurePosixPath(VOCABULARY_FILE), PurePosixPath(PLACES_FILE)
_UNREADABLE = frozenset({"yaml", "not-a-mapping", "front-matter-open"})
"""Problems after which nothing more can be said about the keys."""


def check(
    folder: Path,
    paths: Iterable[Path | str] = (),
    *,
    changed: str | None = None,
    vocabulary: Vocabulary | None = None,
    today: date | None = None,
) -> Report:
    """Check the practices of a folder; names and links are looked up in the whole of it.

    Args:
        folder: The folder of practices.
        paths: Files or folders inside it to report on; all when empty.
        changed: A git revision; only files changed since are reported.
        vocabulary: Used instead of the folder's own.
        today: The day that dates are judged by.

    Raises:
        ConfigError: the folder, a path or the revision does not exist.
    """
    tree = Tree(folder)
    paths = list(paths)
    files = reported(tree, paths, changed)
    words = vocabulary or usable_vocabulary(tree)
    day = today or datetime.now(tz=UTC).date()
    findings = [*_vocabulary_at_hand(tree, words), *_missed(tree, paths, changed)]
    for path in files:
        findings += check_file(tree, path, frozenset(files), words, day)
    findings.sort(key=lambda item: (item.path.as_posix(), item.line, item.column, item.code, item.message))
    return Report(tuple(dict.fromkeys(findings)), len(files))


def reported(tree: Tree, paths: Iterable[Path | str], changed: str | None) -> tuple[PurePosixPath, ...]:
    """The files to report on, in order: practices, cards, vocabulary and places.

    Raises:
        ConfigError: the folder, a path or the revision does not exist.
    """
    if not tree.folder.is_dir():
        raise ConfigError(
            f"There is no folder {shown(str(tree.folder))}.", hint="Name the folder that holds the practices."
        )
    own = [path for path in (WORDS, PLACES) if (tree.folder / path).is_file()]
    return tuple(_chosen(tree, sorted({*tree.practices, *tree.cards, *own}), list(paths), changed))


def usable_vocabulary(tree: Tree) -> Vocabulary:
    """The folder's vocabulary, or an empty one where it cannot be used."""
    for path, usable in ((WORDS, usable_words), (PLACES, usable_places)):
        if (tree.folder / path).is_file():
            document = tree.document(path)
            if document is None or document.mapping.problems or not usable(document.mapping.data):
                return Vocabulary()
    try:
        return load_vocabulary(tree.folder)
    except VocabularyError:
        return Vocabulary()


def _vocabulary_at_hand(tree: Tree, words: Vocabulary) -> Iterator[Finding]:
    """One warning where practices cannot be held against a vocabulary."""
    if words.headings or words.labels.get("areas"):
        return
    if (tree.folder / WORDS).is_file():
        message = f"Places, areas and sections were not checked: {VOCABULARY_FILE} or {PLACES_FILE} has errors."
        yield found(WORDS, "not-checked", message, "Mend those first, and check again.")
    else:
        message = f"There is no {VOCABULARY_FILE}, so places, areas and sections were not checked."
        yield found(WORDS, "no-vocabulary", message, f"Add {VOCABULARY_FILE} and {PLACES_FILE} to the folder.")


def _missed(tree: Tree, paths: Sequence[Path | str], changed: str | None) -> Iterator[Finding]:
    """Folders that cannot be listed, and what is called as a practice is and is no file."""
    missed = {item.path: item for item in tree.missed}
    for path in _chosen(tree, list(missed), paths, changed) if missed else ():
        yield found(path, "unreadable", missed[path].reason, missed[path].hint)


def _chosen(
    tree: Tree, every: list[PurePosixPath], paths: Sequence[Path | str], changed: str | None
) -> list[PurePosixPath]:
    """Those of `every` that are to be reported."""
    if paths:
        roots = named(tree.folder, paths)
        every = [path for path in every if any(path.is_relative_to(root) for root in roots)]
    if changed is not None:
        touched = changed_since(tree.folder, changed)
        every = [path for path in every if path in touched]
    return every


def check_file(
    tree: Tree, path: PurePosixPath, files: frozenset[PurePosixPath], words: Vocabulary, today: date
) -> Iterator[Finding]:
    """Every rule over one file; `files` are all that are reported on."""
    is_card = path.name.endswith(CARDS)
    if is_card:
        yield from check_orphan(tree, path)
    elif path not in {WORDS, PLACES}:
        yield from check_identity(tree, path, files)
    document, faults = tree.read(path)
    yield from faults
    if document is None:
        return
    if is_card or path in {WORDS, PLACES}:
        yield from _yaml(document, words, today)
    else:
        yield from _practice(tree, document, files, words, today)
    yaml = document.mapping if is_card or path in {WORDS, PLACES} else document.front.yaml
    yield from check_signs(path, document.text, yaml)
    if path not in {WORDS, PLACES}:
        yield from check_template(path, document.text)
        yield from check_persons(path, document.text)


def _yaml(document: Document, words: Vocabulary, today: date) -> Iterator[Finding]:
    sheet = Sheet(document.path, document.mapping, words, today)
    yield from _problems(document, document.mapping.problems)
    if document.path == WORDS:
        yield from check_vocabulary(sheet)
    elif document.path == PLACES:
        yield from check_places(sheet)
    else:
        yield from check_cards(sheet)


def _practice(
    tree: Tree, document: Document, files: frozenset[PurePosixPath], words: Vocabulary, today: date
) -> Iterator[Finding]:
    front = document.front
    sheet = Sheet(document.path, front.yaml, words, today)
    yield from _problems(document, front.problems)
    codes = {problem.code for problem in front.problems}
    if not front.present and not codes & _UNREADABLE:
        hint = "Start the file with a line of ---, then the keys, then another ---; copy another practice."
        yield found(document.path, "no-front-matter", "The file has no front matter.", hint, 1, 1)
    elif not codes & _UNREADABLE:
        yield from check_record(sheet, front.data, FRONT_MATTER)
        yield from check_folder(sheet)
        yield from check_together(sheet)
        yield from check_references(sheet, tree)
        yield from check_ring(sheet, tree, files)
        yield from check_translated(document, _cards(tree, document.path))
    yield from check_sections(sheet, document)
    yield from check_links(document, tree)


def _cards(tree: Tree, path: PurePosixPath) -> Document | None:
    cards = path.with_name(path.stem + CARDS[0])
    return tree.document(cards) if (tree.folder / cards).is_file() else None


def _problems(document: Document, problems: Iterable[Problem]) -> Iterator[Finding]:
    for item in problems:
        yield found(document.path, item.code, item.message, item.hint, item.line, item.column)
