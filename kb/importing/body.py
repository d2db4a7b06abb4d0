"""Markdown from elsewhere as part of a section: it can neither end the section nor swallow what comes after it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from kb import markdown
from kb.typed import clean, prose

SHALLOWEST = 3
"""The level of a heading inside a section; what is above it would begin another section."""
_SENTINEL = "sentinel"
_HASHES = re.compile(r"[ ]{0,3}#{1,6}")


def inside(text: str) -> str:
    """Markdown that fits under a heading; where it cannot be made to, its text as it was typed."""
    kept = demoted(clean(text))
    return kept if _is_contained(kept) else prose(text)


def demoted(text: str) -> str:
    """The same with its headings below those of sections."""
    lines = text.split("\n")
    for first, end, level in headings(text):
        if level < SHALLOWEST:
            _demote(lines, first, end)
    return "\n".join(lines).strip("\n")


def plain(text: str) -> str:
    """What a reader sees of Markdown: one line for each paragraph, item and row; addresses of links kept."""
    return "\n".join(filter(None, _plain(text)))


def cut(text: str, *, level: int) -> Iterator[tuple[str, str]]:
    """The text cut at its headings of `level` and above: each heading with what is under it, the first without any."""
    lines = text.split("\n")
    at, heading = 0, ""
    for first, end, found in headings(text):
        if found <= level:
            yield heading, "\n".join(lines[at:first]).strip("\n")
            heading = plain("\n".join(lines[first:end]))
            at = end
    yield heading, "\n".join(lines[at:]).strip("\n")


def levels(text: str) -> list[int]:
    """The levels of its headings, in order."""
    return [level for _, _, level in headings(text)]


def headings(text: str) -> Iterator[tuple[int, int, int]]:
    """First line (zero-based), one past the last, and level, of the headings that stand on their own."""
    for token in markdown.parse(text):
        if token.type == "heading_open" and token.level == 0 and token.map:
            yield token.map[0], token.map[1], int(token.tag[1])


def _demote(lines: list[str], first: int, end: int) -> None:
    """One heading, written as `#` or underlined."""
    if found := _HASHES.match(lines[first]):
        lines[first] = "#" * SHALLOWEST + lines[first][found.end() :]
        return
    lines[first] = f"{'#' * SHALLOWEST} {' '.join(line.strip() for line in lines[first : end - 1])}"
    for number in range(first + 1, end):
        lines[number] = ""


def _is_contained(text: str) -> bool:
    """Whether a heading after it is still one, for readers of Markdown with HTML and without."""
    whole = f"{text}\n\n## {_SENTINEL}\n"
    without = [level for _, _, level in headings(whole)]
    found = markdown.chapters(whole)
    return (
        without[-1:] == [2]
        and all(level >= SHALLOWEST for level in without[:-1])
        and bool(found)
        and found[-1].heading == _SENTINEL
        and all(chapter.level == 0 or chapter.level >= SHALLOWEST for chapter in found[:-1])
    )


def _plain(text: str) -> Iterator[str]:
    for token in markdown.parse(clean(text)):
        if token.type in {"fence", "code_block"}:
            yield from (line.strip() for line in io.StringIO(token.content))
        elif token.type == "inline":
            parts: list[str] = []
            for child in token.children or ():
                if child.type in {"softbreak", "hardbreak"}:
                    yield "".join(parts).strip()
                    parts = []
                elif child.type == "link_open":
                    parts.append("\0")
                    parts.append(str(child.attrGet("href") or ""))
                elif child.type == "link_close":
                    parts = _linked(parts)
                else:
                    parts.append(child.content)
            yield "".join(parts).replace("\0", "").strip()


def _linked(parts: list[str]) -> list[str]:
    """A link as its text with its address, or as the address where that is all it says."""
    at = len(parts) - 1 - parts[::-1].index("\0") if "\0" in parts else -1
    if at < 0:
        return parts
    url, said = parts[at + 1], "".join(parts[at + 2 :])
    return [*parts[:at], said if said.strip() in {url, ""} and said else f"{said} <{url}>".strip()]
