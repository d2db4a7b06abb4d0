"""A practice cut into the passages that are searched.

Three kinds, because they answer differently: `text` is what the practice says, `card` its title
and summary in each language, `question` what a colleague with the problem would type. Only text
is ever shown as evidence; cards and questions help to find it.

Template headings are left out of what is embedded: they are the same in every practice and would
drown the text. The title, and headings that are the writer's own, stand in front (measured in
docs/search-quality.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kb.markdown import Block
from kb.practice import Practice, Section

Kind = Literal["text", "card", "question"]
KINDS: tuple[Kind, ...] = ("text", "card", "question")

RULES_VERSION = "4"
"""Part of the index's fingerprint: raise it when the passages of an unchanged file change."""

MAX_WORDS = 160
"""Longer passages blur: a vector is an average over its words."""

MAX_CONTEXT = 1000
"""Characters; a title as long as a book would else be read again with every passage."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a practice that can be found."""

    kind: Kind
    section: str
    heading: str
    line: int
    """One-based line in the practice's file."""
    language: str
    text: str
    """As the practice has it; what is shown and highlighted."""
    context: str = ""
    """What the encoder reads in front of the text: the title and the writer's own headings."""

    @property
    def embedded(self) -> str:
        """What the encoder reads."""
        return f"{self.context}\n{self.text}" if self.context else self.text


def passages(practice: Practice) -> Iterator[Passage]:
    """Every passage of a practice: its text in order, then its cards, then its questions."""
    yield from _text(practice)
    yield from _cards(practice)
    yield from _questions(practice)


def _text(practice: Practice) -> Iterator[Passage]:
    found = False
    for section, headings in _own_headings(practice):
        context = ". ".join((practice.title, *headings))[:MAX_CONTEXT]
        for piece in _pieces(section.blocks):
            found = True
            yield Passage(
                kind="text",
                section=section.key,
                heading=section.heading,
                line=piece[0].line,
                language=practice.language,
                text="\n".join(block.text for block in piece),
                context=context,
            )
    if not found:
        text = practice.summary or practice.title
        yield Passage("text", "other", "", practice.body_line, practice.language, text, practice.title)


def _own_headings(practice: Practice) -> Iterator[tuple[Section, list[str]]]:
    """Each section with the headings on the way to it that say something the template does not."""
    trail: list[tuple[Section, str]] = []
    for section in practice.sections:
        while trail and trail[-1][0].level >= section.level:
            trail.pop()
        inherited = trail[-1][0].key if trail else "other"
        is_template = section.key not in {"other", inherited}
        trail.append((section, "" if is_template or section.heading == practice.title else section.heading))
        yield section, [own for _, own in trail if own]


def _pieces(blocks: tuple[Block, ...]) -> Iterator[list[Block]]:
    """Blocks gathered to passages of at most MAX_WORDS; a longer block is cut between words."""
    piece: list[Block] = []
    size = 0
    for block in _short(blocks):
        count = len(block.text.split())
        if piece and size + count > MAX_WORDS:
            yield piece
            piece, size = [], 0
        piece.append(block)
        size += count
    if piece:
        yield piece


def _short(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        parts = block.text.split()
        if len(parts) <= MAX_WORDS:
            yield block
            continue
        for start in range(0, len(parts), MAX_WORDS):
            yield Block(" ".join(parts[start : start + MAX_WORDS]), block.line)


def _cards(practice: Practice) -> Iterator[Passage]:
    """Title and summary in every language; the own title alone already stands in front of each text."""
    seen: set[str] = set()
    own = practice.card(practice.language)
    for card in (own, *practice.cards.values()):
        text = f"{card.title}. {card.summary}" if card.summary else card.title
        if text not in seen and text != practice.title:
            seen.add(text)
            yield Passage("card", "card", "", 1, card.language, text)


def _questions(practice: Practice) -> Iterator[Passage]:
    """The questions in every language."""
    seen: set[str] = set()
    for card in (practice.card(practice.language), *practice.cards.values()):
        for question in card.questions:
            if question not in seen:
                seen.add(question)
                yield Passage("question", "question", "", 1, card.language, question)
