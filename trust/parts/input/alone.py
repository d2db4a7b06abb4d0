"""Each file by itself, through each thing that reads one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from kb import markdown
from kb.errors import EditError, UnreadableFile
from kb.format import formatted
from kb.frontmatter import split, text_lines
from kb.passages import MAX_WORDS, passages
from kb.practice import parse_practice, read_file, write_practice
from kb.vocabulary import Vocabulary, load_vocabulary
from trust import asgi
from trust.corpus import Case, cases
from trust.rows import Row, Tally

SECONDS = 20.0
"""How long one step may take of the processor over one file."""
FILLED = 0x10000 * len("<td></td>\n")
"""The cells that markdown-it adds to short rows of a table, however many they lack."""
SHIPPED = Path(__file__).parents[3] / "practices"

Step = Callable[[str, Vocabulary], str]
"""What is wrong with how a text was read; empty where nothing is. Raising is wrong too."""


def rows(folder: Path, corpus: Iterable[Case] | None = None) -> Iterator[Row]:
    """A row for each step."""
    words = load_vocabulary(SHIPPED)
    texts = dict(_texts(folder, cases() if corpus is None else corpus))
    for tried, step in STEPS.items():
        tally = Tally(f"{tried}, each of {len(texts)} files by itself")
        for what, text in texts.items():
            with tally.once(what, SECONDS):
                if wrong := step(text, words):
                    tally.bad("wrong", f"{what}: {wrong}")
        yield tally.row(f"the slowest took {tally.slowest:.1f} s, of {SECONDS:g} allowed")


def _texts(folder: Path, corpus: Iterable[Case]) -> Iterator[tuple[str, str]]:
    """The texts of those that are text."""
    path = folder / "one.md"
    for case in corpus:
        if case.kind == "file":
            path.write_bytes(case.data)
            try:
                yield case.what, read_file(path)
            except UnreadableFile:
                continue


def read_front(text: str, _words: Vocabulary) -> str:
    """Whether the front matter is taken apart without losing a line, each problem with a line that there is."""
    front = split(text)
    lines = len(text_lines(text)) + 1
    outside = [problem for problem in front.problems if not 1 <= problem.line <= lines]
    if outside:
        return f"{outside[0].code} stands on line {outside[0].line} of {lines}"
    return "" if text.endswith(front.body) else "the body is not the end of the file"


def read_practice(text: str, words: Vocabulary) -> str:
    """Whether the file becomes a practice whose passages have lines that there are, and are short."""
    practice = parse_practice(text, PurePosixPath("no/oslo/a.md"), words)
    lines = len(text_lines(text)) + 2
    for passage in passages(practice):
        if not 1 <= passage.line <= lines:
            return f"a passage stands on line {passage.line} of {lines}"
        if passage.kind == "text" and len(passage.text.split()) > 2 * MAX_WORDS and practice.sections:
            return f"a passage has {len(passage.text.split())} words"
    return "" if practice.title else "it has no title"


def read_html(text: str, _words: Vocabulary) -> str:
    """Whether the text becomes HTML in which nothing of the text is HTML."""
    shown = markdown.html(split(text).body)
    if len(shown) > 20 * len(text) + 2 * markdown.LINKED + FILLED:
        return f"{len(text)} characters became {len(shown)}"
    pictures = frozenset({"img"})
    return asgi.runs(shown, asgi.LOADS - pictures)


def put_in_order(text: str, _words: Vocabulary) -> str:
    """Whether `kb format` keeps every line."""
    done = formatted(text)
    before, after = (sorted(line.lstrip(" -") for line in text_lines(found)) for found in (text, done.text))
    return "" if before == after else "a line was lost"


def change(text: str, _words: Vocabulary) -> str:
    """Whether one key can be changed and nothing else, or is refused."""
    before = split(text)
    try:
        written = write_practice(text, {"title": "Ny"})
    except EditError:
        return ""
    after = split(written)
    if after.data != {**before.data, "title": "Ny"}:
        return "another key changed"
    return "" if after.body.strip() == before.body.strip() else "the text changed"


STEPS: Mapping[str, Step] = {
    "The front matter is read": read_front,
    "The practice is read and cut into passages": read_practice,
    "The text is made HTML": read_html,
    "`kb format` puts the keys in order": put_in_order,
    "One key is changed": change,
}
