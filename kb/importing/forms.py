"""Markdown as told: the text of a filled-in issue form, or a case description with headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kb import frontmatter
from kb.importing.body import cut, headings, levels, plain
from kb.importing.labels import key_of
from kb.importing.told import OTHER, Piece, Told
from kb.typed import clean
from kb.vocabulary import Vocabulary

ASKED = 3
"""The level of the headings that forges write over each answer of a form."""
TITLE = "title"
_QUESTION = re.compile(r"### (?P<label>.*\S.*)")
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_NO_ANSWER = re.compile(r"[_*]?(?:No response|None|Ingen svar|Intet svar|Inget svar)[_*]?\.?", re.IGNORECASE)


def from_markdown(
    text: str, where: str, vocabulary: Vocabulary, *, url: str = "", name: str = "", notes: tuple[str, ...] = ()
) -> Told:
    """One practice; each heading is a question or a section, and what a form leaves unanswered says nothing."""
    # A comment is the form's own word to the one who fills it in, and is not shown.
    told = _HIDDEN.sub("", clean(text))
    if told.startswith(frontmatter.FENCE):
        front = frontmatter.split(told)
        keys = tuple(Piece(key, value) for key, value in front.data.items())
        return Told(where, (*keys, *_pieces(front.body, vocabulary)), name, url, notes)
    return Told(where, tuple(_pieces(told, vocabulary)), name, url, notes)


def _pieces(text: str, vocabulary: Vocabulary) -> Iterator[Piece]:
    found = levels(text)
    if found[:1] == [ASKED]:
        yield from _answers(text, vocabulary)
        return
    if found.count(1) == 1:
        yield from _titled(text, [level for level in found if level > 1])
        return
    yield from _sections(text, min(found, default=ASKED))


def _answers(text: str, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Each question with its answer; a question that is known ends also an answer that would swallow it."""
    lines = text.split("\n")
    known = [number for number, line in enumerate(lines) if _is_known(line, vocabulary)]
    for start, end in pairwise((*sorted({0, *known}), len(lines))):
        yield from _asked(lines[start:end])


def _asked(lines: list[str]) -> Iterator[Piece]:
    """The questions in lines that no question before them reaches into."""
    starts = [first for first, _, level in headings("\n".join(lines)) if level == ASKED]
    yield Piece(OTHER, "\n".join(lines[: next(iter(starts), len(lines))]), is_markdown=True)
    for start, end in pairwise((*starts, len(lines))):
        answer = "\n".join(lines[start + 1 : end]).strip("\n")
        if not _NO_ANSWER.fullmatch(answer.strip()):
            yield Piece(plain(lines[start]), answer, is_markdown=True)


def _is_known(line: str, vocabulary: Vocabulary) -> bool:
    asked = _QUESTION.fullmatch(line)
    return asked is not None and bool(key_of(asked["label"], vocabulary))


def _titled(text: str, below: list[int]) -> Iterator[Piece]:
    """One heading over all the others is the title."""
    (_, before), (title, rest) = cut(text, level=1)
    yield Piece(TITLE, title)
    yield Piece(OTHER, before, is_markdown=True)
    yield from _sections(rest, min(below, default=ASKED))


def _sections(text: str, level: int) -> Iterator[Piece]:
    for heading, under in cut(text, level=level):
        yield Piece(heading or OTHER, under, is_markdown=True)
