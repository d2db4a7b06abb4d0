"""The shipped practices taken apart: what synthetic ones are put together from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.markdown import Block, chapters
from kb.practice import Practice, Section
from kb.repository import load
from kb.vocabulary import Vocabulary

_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
"""A link to another practice, which is not where the text will stand."""
_ITEM = re.compile(r"(?:[-*+]|\d+[.)]) ")


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph or list item: its Markdown, and the text it is read as."""

    markdown: str
    blocks: tuple[Block, ...]

    @property
    def is_listed(self) -> bool:
        return _ITEM.match(self.markdown) is not None


@dataclass(frozen=True, slots=True)
class Piece:
    """A section of a shipped practice."""

    section: Section
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Practices by language, and their sections by language and heading."""

    vocabulary: Vocabulary
    practices: Mapping[str, Sequence[Practice]]
    pieces: Mapping[tuple[str, str], Sequence[Piece]]


def material(folder: Path) -> Material:
    """Take the practices of a folder apart."""
    repository = load(folder)
    practices: dict[str, list[Practice]] = defaultdict(list)
    pieces: dict[tuple[str, str], list[Piece]] = defaultdict(list)
    for practice in repository.practices:
        practices[practice.language].append(practice)
        lines = practice.body.split("\n")
        for section in practice.sections:
            raw = "\n".join(lines[section.line - practice.body_line + 1 : section.end - practice.body_line])
            if section.blocks:
                pieces[practice.language, section.heading].append(Piece(section, _items(raw.strip(), section)))
    return Material(repository.vocabulary, practices, pieces)


def _items(raw: str, section: Section) -> tuple[Item, ...]:
    """The section cut where it can be cut without being read as something else."""
    text = _LINK.sub(r"\1", raw)
    found = tuple(_item(part) for part in _parts(text))
    read = [block.text for item in found for block in item.blocks]
    return found if read == [block.text for block in section.blocks] else (_item(text),)


def _parts(text: str) -> list[str]:
    """Paragraphs, and each item of a list by itself."""
    parts: list[list[str]] = [[]]
    for line in text.split("\n"):
        if not line.strip() or _ITEM.match(line):
            parts.append([])
        if line.strip():
            parts[-1].append(line)
    return ["\n".join(part) for part in parts if part]


def _item(markdown: str) -> Item:
    return Item(markdown, tuple(block for chapter in chapters(markdown) for block in chapter.blocks))
