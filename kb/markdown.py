"""Markdown by its tokens: sections with source lines, plain text, and safe HTML."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or code block as plain text, and where it stands."""

    text: str
    line: int
    """One-based line in the file."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What stands under one heading."""

    heading: str
    level: int
    """1–6; 0 for what stands before the first heading."""
    parents: tuple[str, ...]
    """The headings above this one, outermost first."""
    line: int
    """One-based line of the heading in the file."""
    end: int
    """One past its last line, sub-headings not included."""
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image: where it points, and where it stands."""

    target: str
    line: int


WHOLE = 256 * 1024
"""Characters that are parsed as one text: more than a practice has."""
MARKS = 20_000
"""Signs that begin something inside a line: a text with more is parsed in pieces too."""
PIECE = 8 * 1024
"""Characters of such a text that are parsed at a time: some of Markdown takes time by the square of its length."""
NESTED = 100
"""Lists, quotes and their items inside each other: what comes after deeper ones is not read."""
SHALLOW = 20
"""The same of a text that is parsed in pieces: each bracket that is never closed takes time by how deep it may go."""
LINKED = 100_000
"""Characters that links by name may grow to beyond the text itself, as in cmark: `[a] [a] [a]` can be a bomb."""


def parse(body: str) -> list[Token]:
    """The tokens of a text in the one Markdown dialect of Praksis: CommonMark with tables, raw HTML as text."""
    return _tokens(body)


def render(tokens: Sequence[Token]) -> str:
    """Tokens of `parse` as HTML."""
    return str(_parser().renderer.render(tokens, _parser().options, {}))


@cache
def _parser(*, html: bool = False, nested: int = NESTED) -> MarkdownIt:
    """The dialect; to read its words, raw HTML is seen as HTML, so that its tags are no words."""
    return MarkdownIt("commonmark", {"html": html, "maxNesting": nested}).enable("table")


def _tokens(body: str, *, html: bool = False) -> list[Token]:
    env: dict[str, Any] = {}
    if len(body) <= WHOLE and sum(map(body.count, "[<*_`")) <= MARKS:
        return _limited(_parser(html=html).parse(body, env), len(body))
    parser = _parser(html=html, nested=SHALLOW)
    tokens: list[Token] = []
    line = 0
    for piece in _in_pieces(body):
        for token in parser.parse(piece, env):
            token.map = [token.map[0] + line, token.map[1] + line] if token.map else None
            tokens.append(token)
        # A piece may end inside a line, which goes on in the next.
        line += sum(part.endswith(("\n", "\r")) for part in io.StringIO(piece, newline=""))
    return _limited(tokens, len(body))


def _in_pieces(body: str) -> Iterator[str]:
    """A long text cut after blank lines, or else at the end of a line or of a word."""
    start = 0
    while start < len(body):
        end = start + PIECE
        if end < len(body):
            lines = (body.rfind(mark, start, end) + len(mark) for mark in ("\n\n", "\n"))
            breaks = (*lines, _word(body, start, end), body.rfind(" ", start, end) + 1)
            end = next((found for found in breaks if found > start + 2), end)
        yield body[start:end]
        start = end


def _word(body: str, start: int, end: int) -> int:
    """Where the last word begins that a line may begin with and be no heading, list or tag; 0 where there is none."""
    while (end := body.rfind(" ", start, end)) >= 0:
        if body[end + 1 : end + 2].isalpha():
            return end + 1
    return 0


def _limited(tokens: list[Token], length: int) -> list[Token]:
    """Tokens in which links by name do not grow without end: beyond the limit they lead nowhere."""
    left = max(length, LINKED)
    for token in tokens:
        for child in token.children or ():
            if child.type in {"link_open", "image"}:
                key = "href" if child.type == "link_open" else "src"
                left -= len(str(child.attrs.get(key, "")))
                if left < 0:
                    child.attrs.pop(key, None)
    return tokens


def chapters(body: str, first_line: int = 1) -> tuple[Chapter, ...]:
    """The body cut at its headings, in order, with one-based lines counted from `first_line`."""
    tokens = _tokens(body, html=True)
    total = len(io.StringIO(body, newline="").readlines())
    found: list[Chapter] = []
    trail: list[tuple[int, str]] = []
    heading, level, line = "", 0, first_line
    parents: tuple[str, ...] = ()
    blocks: list[Block] = []

    def close(end: int) -> None:
        if level or blocks:
            found.append(Chapter(heading, level, parents, line, end, tuple(blocks)))

    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            close(token.map[0] + first_line)
            level = int(token.tag[1])
            heading = _ATTRIBUTES.sub("", _inline_text(tokens[position + 1]))
            while trail and trail[-1][0] >= level:
                trail.pop()
            parents = tuple(name for _, name in trail)
            trail.append((level, heading))
            line, blocks = token.map[0] + first_line, []
        else:
            blocks += _blocks(token, tokens, position, first_line)
    close(total + first_line)
    return tuple(found)


def links(body: str, first_line: int = 1) -> Iterator[Link]:
    """Every link and image of the body."""
    for token in _tokens(body, html=True):
        line = (token.map[0] if token.map else 0) + first_line
        current = line
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                current += 1
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                yield Link(str(target), current)


def html(text: str) -> str:
    """Safe HTML: raw HTML in the source is shown, never run."""
    return render(parse(text))


def slug(heading: str) -> str:
    """The anchor a forge gives a heading: lower case, spaces to hyphens, no punctuation."""
    kept = "".join(char for char in heading.strip().lower() if char in " -" or unicodedata.category(char) in _IN_SLUG)
    return kept.replace(" ", "-")


_IN_SLUG = frozenset("Ll Lm Lo Lt Lu Mc Me Mn Nd Nl Pc".split())
"""Letters, their accents, digits and the underscore: what Ruby, and so GitHub, calls a word."""

_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}]*\}$")
"""What MkDocs, Hugo and kramdown take for the name or class of a heading, such as `{ #start .wide }`."""

_TAGS = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^>]*>", re.DOTALL | re.IGNORECASE)
"""What is not text in a block of raw HTML."""


def _blocks(token: Token, tokens: list[Token], position: int, first_line: int) -> Iterator[Block]:
    if (token.type == "inline" and tokens[position - 1].type != "heading_open") or (
        token.type == "inline" and token.level > 1 and tokens[position - 1].type == "heading_open"
    ):
        text = _inline_text(token)
    elif token.type in {"fence", "code_block"}:
        text = " ".join(token.content.split())
    elif token.type == "html_block":
        text = " ".join(unescape(_TAGS.sub(" ", token.content)).split())
    else:
        return
    if text:
        line = (token.map[0] if token.map else 0) + first_line
        yield Block(text, line)


def _inline_text(token: Token) -> str:
    parts: list[str] = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"} or child.content.lower().startswith("<br"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
    return " ".join("".join(parts).split())
