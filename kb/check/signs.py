"""Signs that a reader does not see, in the text or written as escapes in the front matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from kb.check.findings import Finding, found
from kb.frontmatter import Mark, Path, Value, YamlDocument
from kb.language.hidden import Hidden, Kind, any_hidden, hidden_in

_ADVICE: Mapping[Kind, str] = {
    "widthless": "Run `kb check --fix`, or write the word again; no search finds it as it stands.",
    "turning": "Delete it, and see that the text still reads as it should: others may see it turned around.",
    "steering": "Delete it, and write a space or a line break where one is meant.",
}


def check_signs(path: PurePosixPath, text: str, document: YamlDocument) -> Iterator[Finding]:
    """One finding for each such sign on a line, and for each that a value has by an escape."""
    if any_hidden(text):
        for number, line in enumerate(text.split("\n"), 1):
            for sign in hidden_in(line):
                yield _finding(path, sign, Mark(number, sign.start + 1))
    for at, value in _texts(document.data, ()):
        for sign in hidden_in(value) if any_hidden(value) else ():
            if sign.sign not in text:
                yield _finding(path, sign, document.marks.get(at, Mark(1, 1)))


def _finding(path: PurePosixPath, sign: Hidden, mark: Mark) -> Finding:
    often = f", {sign.times} times" if sign.times > 1 else ""
    message = f"A sign that cannot be seen stands here{often}: {sign.name}."
    return found(path, "hidden-sign", message, _ADVICE[sign.kind], mark.line, mark.column)


def _texts(value: Value, at: Path) -> Iterator[tuple[Path, str]]:
    """Every text of a record, and where it stands."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*at, number))
    else:
        for key, item in value.items():
            yield from _texts(item, (*at, key))
