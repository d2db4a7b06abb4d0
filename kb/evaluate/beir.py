"""A BEIR corpus as a knowledge base of its own: indexed aside, searched like any other.

Each document becomes a practice with a title and a text and goes through the same cutting, model
and index as every practice, under the settings of this installation. Its vocabulary counts too,
since its synonyms are part of the search that is measured.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kb.base import KnowledgeBase
from kb.config import Config
from kb.evaluate.collection import Collection
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
        aside = replace(config, index=place.resolve() / f"{whole.name}-{sha256(str(whole))[:8]}")
        names = [f"d{number:07}" for number in range(len(documents))]
        write_records(aside, _records(names, documents), load_vocabulary(config.practices), progress)
        yield Collection(
            base=KnowledgeBase(aside),
            languages={document.id: document.language for document in documents},
            names={name: document.id for name, document in zip(names, documents, strict=True)},
        )


def _records(names: Sequence[str], documents: Sequence[Document]) -> list[Record]:
    practices = [practice_of(document, name) for name, document in zip(names, documents, strict=True)]
    # Without a title there is no card and no question, rather than an empty one.
    return [Record(one, tuple(cut for cut in passages(one) if cut.text.strip())) for one in practices]


def practice_of(document: Document, name: str) -> Practice:
    """A document as a practice under a safe id: its lines are the blocks of one section without a heading."""
    lines = document.text.splitlines()
    blocks = tuple(Block(line.strip(), number) for number, line in enumerate(lines, 1) if line.strip())
    section = Section("", 0, (), 1, len(lines) + 1, blocks, "other")
    return Practice(
        id=name,
        path=PurePosixPath(f"{name}.md"),
        title=document.title.strip(),
        language=document.language,
        sections=(section,),
        body=document.text,
    )
