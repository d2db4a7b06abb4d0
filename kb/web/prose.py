"""The body of a practice as HTML, one part per question of the template.

Rendered from the tokens of `kb.markdown`, where raw HTML is text. Headings are moved under the
page's own, and links to other practices' files lead to their pages.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from markdown_it.token import Token

from kb import markdown
from kb.practice import Practice
from kb.web.markup import Html, is_web, practice_url

ORDER = ("problem", "practice", "results", "lessons", "conditions", "adaptation", "involved", "own_words", "other")
"""Problem first; what a borrower needs next before who took part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the text, as HTML without its heading."""

    key: str
    heading: str
    html: Html


@dataclass(frozen=True, slots=True)
class Links:
    """Where links in a practice lead."""

    pages: Mapping[str, str]
    """Path of a practice's file to its id."""
    back: str = ""
    files: str = ""
    """The web address of the folder of practices, if there is one."""

    def target(self, url: str, path: PurePosixPath) -> str:
        """Where a link in the file at `path` leads; empty where nowhere a reader can follow."""
        if is_web(url):
            return url
        try:
            there = urlsplit(url)
        except ValueError:
            return ""
        if there.scheme or there.netloc or not there.path:
            return ""
        place = posixpath.normpath(posixpath.join(str(path.parent), unquote(there.path)))
        if place in self.pages:
            return practice_url(self.pages[place], self.back)
        return f"{self.files}/{quote(place)}" if self.files and not place.startswith("..") else ""


def parts(practice: Practice, links: Links) -> list[Part]:
    """The sections in the order that a reader wants them, sub-headings with the section above."""
    tokens = markdown.parse(practice.body)
    keys = {section.line: (section.key, section.heading) for section in practice.sections}
    found: list[Part] = []
    for head, inside in _split(tokens):
        line = (head.map[0] if head and head.map else -1) + practice.body_line
        key, heading = keys.get(line, ("other", ""))
        _mend(inside, links, practice.path, 2 - int(head.tag[1]) if head else 1)
        rendered = markdown.render(inside)
        if rendered.strip():
            found.append(Part(key, "" if heading == practice.title else heading, Html(rendered)))
    return sorted(found, key=lambda part: ORDER.index(part.key) if part.key in ORDER else len(ORDER))


def _split(tokens: Sequence[Token]) -> Iterable[tuple[Token | None, list[Token]]]:
    """The tokens cut at headings of the first two levels: the heading and what stands under it."""
    head: Token | None = None
    inside: list[Token] = []
    skip = 0
    for token in tokens:
        if token.type == "heading_open" and token.level == 0 and token.tag in {"h1", "h2"}:
            yield head, inside
            head, inside, skip = token, [], 3
        if skip:
            skip -= 1
        else:
            inside.append(token)
    yield head, inside


def _mend(tokens: Sequence[Token], links: Links, path: PurePosixPath, shift: int) -> None:
    """Move headings under the section's own, and send links where they should go."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]) + shift, 3), 6)}"
        for child in token.children or ():
            if child.type == "link_open":
                _mend_link(child, links, path)
            elif child.type == "image":
                _mend_image(child)


def _mend_link(token: Token, links: Links, path: PurePosixPath) -> None:
    target = links.target(str(token.attrGet("href") or ""), path)
    token.attrs = {"href": target} if target else {}
    if target and is_web(target):
        token.attrSet("rel", "noopener noreferrer")


def _mend_image(token: Token) -> None:
    """A picture is told by its text: the app loads nothing from other places on a reader's behalf."""
    token.type, token.tag = "text", ""
    token.content = f"[{token.content}]" if token.content else ""
    token.children = None
