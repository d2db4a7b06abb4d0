"""A BEIR corpus as a knowledge base of its own: indexed aside, searched like any other.

Each document becomes a practice with a title and a text and goes through the same cutting, model
and index as every practice, under the settings of this installation. Its vocabulary counts too,
since its synonyms are part of the search that is measured. Documents that are parts of a page
(`handbook#3`) become the sections of one practice, and are ranked as passages are.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.base import KnowledgeBase
from kb.config import Config
from kb.evaluate.collection import Collection, page_of
from kb.evaluate.lines import language_of, read_objects, shown, text_of
from kb.files import sha256
from kb.index.build import write_records
from kb.index.embed import Progress
from kb.index.store import Record
from kb.language.detect import guess_language
from kb.markdown import Block
from kb.passages import passages
from kb.practice import Practice, Section
from kb.vocabulary import load_vocabulary

_FORM = '{"_id": "d1", "title": "…", "text": "…", "lang": "nb"}'


@dataclass(frozen=True, slots=True)
class Document:
    """One line of corpus.jsonl."""

    id: str
    title: str
    text: str
    language: str


def read_corpus(path: Path) -> tuple[Document, ...]:
    """The documents of a corpus.jsonl.

    Raises:
        EvaluationError: the file is missing, empty or malformed, with its line.
    """
    found: dict[str, Document] = {}
    for line, item in read_objects(path, _FORM):
        name = shown(line, text_of(line, item, "_id", _FORM), "document id")
        if name in found:
            raise line.fault(f"The document {name} stands on an earlier line as well.", "Give each an id of its own.")
        title, text = item.get("title") or "", item.get("text") or ""
        if not isinstance(title, str) or not isinstance(text, str):
            raise line.fault("title or text is not a text.", f"Write one {_FORM} a line.")
        found[name] = Document(name, title, text, language_of(line, item) or guess_language(f"{title}\n{text}"))
    return tuple(found.values())


@contextlib.contextmanager
def opened(
    folder: Path, config: Config, *, keep: Path | None = None, progress: Progress | None = None
) -> Iterator[Collection]:
    """The corpus of a BEIR folder, indexed and open while the block runs.

    Args:
        folder: holds corpus.jsonl.
        config: the model and settings to search with; its index is not touched.
        keep: where to leave the index for the next time; a temporary place where not given.
        progress: is told of each step.

    Raises:
        EvaluationError: the corpus is missing, empty or malformed, with its line.
    """
    documents = read_corpus(folder / "corpus.jsonl")
    with contextlib.ExitStack() as stack:
        place = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kb-eval-")))
        whole = folder.resolve()
        # A folder of the corpus's own: one place keeps several, and an index that lies there stays as it is.
        vocabulary = load_vocabulary(config.practices)
        aside = config.aside(place.resolve() / f"{whole.name}-{sha256(str(whole))[:8]}")
        pages = _pages(documents)
        records = [_record(name, parts) for name, parts in pages.items()]
        # What says nothing cannot be found, and has no passage to show or to rerank.
        write_records(aside, [record for record in records if record.passages], vocabulary, progress)
        yield Collection(
            base=KnowledgeBase(aside),
            languages={document.id: document.language for document in documents},
            names=_names(pages),
            parts=any(len(parts) > 1 for parts in pages.values()),
        )


def _pages(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Documents by page, under ids that are safe for any practice; parts of a page share a language and a title."""
    found: dict[tuple[str, ...], list[Document]] = {}
    for document in documents:
        found.setdefault((page_of(document.id), document.title, document.language), []).append(document)
    return {f"d{number:07}": parts for number, parts in enumerate(found.values())}


def _names(pages: Mapping[str, Sequence[Document]]) -> dict[str, str]:
    """The ids of documents by what a ranking calls them: a practice, or a practice and a line."""
    return {
        name: document.id
        for page, parts in pages.items()
        for number, document in enumerate(parts)
        for name in ((page, _named(page, number)) if number == 0 else (_named(page, number),))
    }


def _named(page: str, number: int) -> str:
    return f"{page}:{number + 1}"


def _record(name: str, parts: Sequence[Document]) -> Record:
    practice = practice_of(name, parts)
    # Without a title there is no card and no question, rather than an empty one.
    return Record(practice, tuple(cut for cut in passages(practice) if cut.text.strip()))


def practice_of(name: str, parts: Sequence[Document]) -> Practice:
    """Documents as a practice under a safe id: each is a section, and its number stands for its line."""
    sections = tuple(
        Section("", 0, (), number, number, tuple(Block(line, number) for line in _lines(part)), "other")
        for number, part in enumerate(parts, 1)
    )
    return Practice(
        id=name,
        path=PurePosixPath(f"{name}.md"),
        title=parts[0].title.strip(),
        language=parts[0].language,
        sections=sections,
        body="\n".join(part.text for part in parts),
    )


def _lines(document: Document) -> list[str]:
    return [line.strip() for line in document.text.splitlines() if line.strip()]
