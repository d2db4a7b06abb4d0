"""What must hold of any text at all, for each thing that reads one; raising anything else than a sentence is a fault.

Each takes what a fuzzer made and returns nothing. `FILES` take bytes that are written to a file first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from kb import check, schema
from kb.cli.search import read_batch
from kb.errors import EditError, EvaluationError, SearchError, VocabularyError
from kb.evaluate import read_queries
from kb.foreign import split as split_toml
from kb.format import formatted
from kb.frontmatter import parse_mapping, split, text_lines
from kb.language.hidden import any_hidden, hidden_in, without
from kb.passages import MAX_CONTEXT, MAX_WORDS, passages
from kb.practice import parse_cards, parse_practice, write_practice
from kb.typed import clean
from kb.vocabulary import Vocabulary, load_vocabulary

SHIPPED = Path(__file__).parents[1] / "practices"
PATH = PurePosixPath("no/oslo/en-praksis.md")


class Fault(AssertionError):
    """Something that must hold does not."""


def require(holds: bool, what: str) -> None:
    """Raise a fault where something does not hold."""
    if not holds:
        raise Fault(what)


def front_matter(text: str) -> None:
    """It is taken apart, its problems stand on lines that there are, and the body is the end of the file."""
    front = split(text)
    lines = len(text_lines(text)) + 1
    require(all(1 <= problem.line <= lines for problem in front.problems), "a problem stands on no line of the file")
    require(all(1 <= mark.line <= lines for mark in front.yaml.marks.values()), "a key stands on no line of the file")
    require(text.endswith(front.body), "the body is not the end of the file")
    parse_cards(text)
    parse_mapping(text)
    if (hugo := split_toml(text)) is not None:
        require(text.endswith(hugo.body), "the body is not the end of the file")


def passage_splitter(text: str) -> None:
    """The practice has a title, and passages that are short, say something, and stand on lines that there are."""
    practice = parse_practice(text, PATH, words())
    lines = len(text_lines(text)) + 2
    require(bool(practice.title), "there is no title")
    found = list(passages(practice))
    require(any(passage.kind == "text" for passage in found), "there is no passage")
    for passage in found:
        require(1 <= passage.line <= lines, "a passage stands on no line of the file")
        require(bool(passage.text.strip()), "a passage says nothing")
        require(len(passage.context) <= max(MAX_CONTEXT, len(practice.title)), "a passage has too much around it")
        if passage.kind == "text" and any(section.blocks for section in practice.sections):
            require(len(passage.text.split()) <= MAX_WORDS, "a passage is too long")


def writer(text: str, changes: Mapping[str, str | list[str] | None]) -> None:
    """What is changed reads back, what is not changed does too, and the text stays; or it is refused."""
    before = split(text)
    try:
        written = write_practice(text, dict(changes))  # type: ignore[arg-type]
    except EditError:
        return
    after = split(written)
    due = {key: value for key, value in {**before.data, **changes}.items() if value is not None}
    require(after.data == due, "another key changed")
    require(after.body.lstrip("\r\n") == before.body.lstrip("\r\n") or not before.present, "the text changed")
    require(before.body in written, "something of the text is gone")


def order(text: str) -> None:
    """`kb format` keeps every line, and has nothing to do a second time."""
    once = formatted(text)
    twice = formatted(once.text)
    require(sorted(_bare(text)) == sorted(_bare(once.text)), "a line was lost")
    require(twice.text == once.text, "a second time changes more")


def signs(text: str) -> None:
    """What cannot be seen is found where it is taken away, once and for all, and no letter with it."""
    shown = without(text, "widthless", "turning", "steering")
    require(without(shown, "widthless", "turning", "steering") == shown, "a second time takes more away")
    lines = text.split("\n")
    counted = sum(sign.times for line in lines for sign in hidden_in(line))
    require(counted == len(text) - len(shown), "what is found is not what is taken away")
    require(not counted or any_hidden(text), "the quick look overlooks what the slow one finds")
    require(clean(clean(text)) == clean(text), "what was cleaned can be cleaned again")


def mend(data: bytes) -> None:
    """A file that is mended is whole, and has nothing more to mend."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, PATH.name)
        path.write_bytes(data)
        check.fix(Path(folder), vocabulary=words())
        once = path.read_bytes()
        require(not check.fix(Path(folder), vocabulary=words()), "a second time mends more")
        require(path.read_bytes() == once, "a second time changes more")
        report = check.check(Path(folder), vocabulary=words())
        lines = once.count(b"\n") + once.count(b"\r") + 2
        require(all(0 <= finding.line <= lines for finding in report.findings), "a finding stands on no line")
        require(bool(report.findings) or data == b"", "nothing is said of a file that is no practice")


def batch(data: bytes) -> None:
    """A batch of questions is read, or refused in a sentence."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        try:
            for name, _ in read_batch(file.name):
                name.encode()
        except SearchError as error:
            require(bool(error.hint), "the refusal has no advice")


def judgments(data: bytes) -> None:
    """Judged questions are read, as a list and as a folder, or refused in a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "q.yaml")
        listed.write_bytes(data)
        beir = Path(folder, "beir")
        beir.mkdir()
        (beir / "queries.jsonl").write_bytes(data)
        (beir / "qrels.tsv").write_bytes(b"query-id\tcorpus-id\tscore\n" + data)
        for path in (listed, beir):
            try:
                for query in read_queries(path):
                    require(query.id.isprintable() and bool(query.text.strip()), "a question says nothing")
            except EvaluationError as error:
                require(bool(error.hint), "the refusal has no advice")


def vocabulary(data: bytes) -> None:
    """A vocabulary and places are read, or refused in a sentence with their file."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("vocabulary.yaml", "places.yaml"):
            Path(folder, name).write_bytes(data)
            try:
                load_vocabulary(Path(folder))
            except VocabularyError as error:
                require(bool(error.hint) and error.path.name.endswith(".yaml"), "the refusal has no advice")
            require(bool(check.check(Path(folder)).findings), "nothing is said of a broken vocabulary")
            Path(folder, name).unlink()


@cache
def words() -> Vocabulary:
    """The vocabulary that comes with Praksis."""
    return load_vocabulary(SHIPPED)


def _bare(text: str) -> list[str]:
    return [line.lstrip(" -") for line in text_lines(text)]


KEYS = tuple(field.name for field in schema.FRONT_MATTER)
TEXTS: Mapping[str, Callable[[str], None]] = {
    "front-matter reader": front_matter,
    "passage splitter": passage_splitter,
    "order of keys": order,
    "signs that cannot be seen": signs,
}
FILES: Mapping[str, Callable[[bytes], None]] = {
    "mends of kb check --fix": mend,
    "batch reader": batch,
    "judgment reader": judgments,
    "vocabulary reader": vocabulary,
}
