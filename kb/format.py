"""Front matter in the order of the format: keys move with their comments, and nothing else changes.

Every line is carried over as it stands. What cannot be moved for sure is left where it is, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from kb import frontmatter
from kb.check.files import Tree
from kb.check.run import reported
from kb.errors import UnreadableFile
from kb.files import write_whole
from kb.frontmatter import FrontMatter, Value
from kb.frontmatter import Path as At
from kb.practice import read_file
from kb.repository import SUFFIXES
from kb.schema import FRONT_MATTER, Field


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text in order, or as it was."""

    text: str
    left: str = ""
    """Why it was left as it was; empty where it is in order."""
    line: int = 0
    """Where the reason stands; 0 where it is about the whole."""


_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
"""YAML counts other lines than the file where these stand."""


def formatted(text: str) -> Formatted:
    """A practice with the keys of its front matter in the order of the format."""
    front = frontmatter.split(text)
    if front.problems:
        problem = front.problems[0]
        return Formatted(text, problem.message, problem.line)
    if not front.present:
        return Formatted(text, "The file has no front matter.")
    lines = frontmatter.text_lines(text)
    end = front.body_line - 2
    if left := _unsure("".join(lines[:end])):
        return Formatted(text, left, 1)
    ordered = "".join((*lines[:1], *_Order(front, lines).mapping(front.data, FRONT_MATTER, (), 1, end), *lines[end:]))
    if ordered == text:
        return Formatted(text)
    after = frontmatter.split(ordered)
    if after.problems or after.data != front.data or after.body != front.body or not _same_lines(text, ordered):
        return Formatted(text, "The keys are written so that they cannot be moved one by one.")
    return Formatted(ordered)


def format_files(
    folder: Path, paths: Iterable[Path | str] = (), *, write: bool = True
) -> Iterator[tuple[PurePosixPath, Formatted]]:
    """Put the practices of a folder in order; those that were not, and those that had to be left, come out.

    Raises:
        ConfigError: the folder or a path does not exist.
    """
    for path in reported(Tree(folder), paths, None):
        if path.suffix.lower() not in SUFFIXES:
            continue
        file = folder / path
        try:
            text = read_file(file)
        except UnreadableFile as error:
            yield path, Formatted("", error.reason, error.line)
            continue
        done = formatted(text)
        # A link is left alone: replacing it would cut it from what it points to.
        if done.text != text and file.is_symlink():
            done = Formatted(text, "The file is a link.")
        if done.text != text and write:
            write_whole(file, done.text)
        if done.left or done.text != text:
            yield path, done


def _unsure(head: str) -> str:
    """Why the lines of a front matter are not those that YAML counts; empty where they are."""
    if head.startswith("\ufeff"):
        return "The file starts with a byte-order mark (BOM)."
    found = _OTHER_BREAKS.search(head)
    return "The front matter has line breaks that only YAML takes for such." if found else ""


class _Order:
    """The lines of a front matter, and where its keys begin."""

    def __init__(self, front: FrontMatter, lines: Sequence[str]) -> None:
        self.lines = lines
        self.marks = front.yaml.marks

    def mapping(self, data: dict[str, Value], fields: Sequence[Field], at: At, start: int, end: int) -> Iterator[str]:
        """The lines of one mapping that stands on the lines from `start` to `end`, its keys in order."""
        known = {field.name: (number, field) for number, field in enumerate(fields)}
        begins = [self.marks[*at, key].line - 1 for key in data]
        if not self._plain(data, at, begins):
            yield from self.lines[start:end]
            return
        column = self.marks[*at, next(iter(data))].column
        head = self._head(start, begins[0])
        stops = [self._stop(first, later, column) for first, later in zip(begins, [*begins[1:], end], strict=True)]
        pieces = {}
        for key, first, stop, before in zip(data, begins, stops, [head, *stops], strict=False):
            field = known[key][1] if key in known else None
            inside = self._inside(data[key], field, (*at, key), first, stop)
            pieces[key] = (list(self.lines[before:first]), list(inside))
        keys = sorted(data, key=lambda key: known[key][0] if key in known else len(known))
        yield from self.lines[start:head]
        yield from self._joined(pieces, keys, at)
        yield from self.lines[stops[-1] : end]

    def _plain(self, data: dict[str, Value], at: At, begins: Sequence[int]) -> bool:
        """Whether each key has lines of its own, all of them at the same column."""
        columns = {self.marks[*at, key].column for key in data}
        return bool(data) and len(columns) == 1 and all(a < b for a, b in pairwise(begins))

    def _head(self, start: int, first: int) -> int:
        """Where what is said of the whole ends: at the last blank line above the first key."""
        blank = [number for number in range(start, first) if not self.lines[number].strip()]
        return blank[-1] + 1 if blank else start

    def _stop(self, first: int, later: int, column: int) -> int:
        """Where a key's own lines end: comments after them belong to the next key, unless they are indented."""
        while later > first + 1:
            line = self.lines[later - 1]
            told = line.lstrip()
            if told and not (told.startswith("#") and len(line) - len(told) < column):
                break
            later -= 1
        return later

    def _inside(self, value: Value, field: Field | None, at: At, start: int, end: int) -> Iterator[str]:
        """The lines of one key, with the records in it in order too."""
        if field is None or not field.fields:
            yield from self.lines[start:end]
        elif isinstance(value, dict) and value and self._below(value, at) > start:
            yield self.lines[start]
            yield from self.mapping(value, field.fields, at, start + 1, end)
        elif isinstance(value, list):
            yield from self._records(value, field, at, start, end)
        else:
            yield from self.lines[start:end]

    def _records(self, value: list[Value], field: Field, at: At, start: int, end: int) -> Iterator[str]:
        begins = [self.marks[*at, number].line - 1 for number in range(len(value))]
        if not begins or begins[0] <= start or any(a >= b for a, b in pairwise(begins)):
            yield from self.lines[start:end]
            return
        yield from self.lines[start : begins[0]]
        for number, (first, stop) in enumerate(zip(begins, [*begins[1:], end], strict=True)):
            item = value[number]
            if isinstance(item, dict) and item and self._below(item, (*at, number)) == first:
                yield from self.mapping(item, field.fields, (*at, number), first, stop)
            else:
                yield from self.lines[first:stop]

    def _below(self, value: dict[str, Value], at: At) -> int:
        """The line of a mapping's first key."""
        return self.marks[*at, next(iter(value))].line - 1

    def _joined(self, pieces: dict[str, tuple[list[str], list[str]]], keys: Sequence[str], at: At) -> Iterator[str]:
        """The pieces in the order of `keys`; in a list, the dash stays at the front of the first."""
        was = next(iter(pieces))
        if was != keys[0] and at and isinstance(at[-1], int):
            column = self.marks[*at, was].column - 1
            before = pieces[was][1][0][:column]
            if pieces[keys[0]][0] or before.strip() != "-":
                keys = list(pieces)
            else:
                pieces[was][1][0] = " " * column + pieces[was][1][0][column:]
                pieces[keys[0]][1][0] = before + pieces[keys[0]][1][0][column:]
        for key in keys:
            comments, own = pieces[key]
            yield from comments
            yield from own


def _same_lines(before: str, after: str) -> bool:
    """Whether two texts have the same lines, apart from where the dash of a list stands."""

    def told(text: str) -> list[str]:
        return sorted(line.lstrip(" -") for line in frontmatter.text_lines(text))

    return told(before) == told(after)
