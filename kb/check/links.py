"""Links between practices: ids, relative files, headings, and rings of borrowing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from kb.check.fields import Sheet, url_fault
from kb.check.files import Document, Tree
from kb.check.findings import Finding, found, shown
from kb.frontmatter import Path
from kb.repository import SUFFIXES
from kb.vocabulary import nearest

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_WEB = re.compile(r"https?:", re.IGNORECASE)
_LOOKS_LIKE_HOST = re.compile(
    r"www\.|[\w-]+(?:\.[\w-]+)*\.(?:no|dk|se|fi|is|com|org|net|eu|nl|uk)(?:/|$)", re.IGNORECASE
)


def check_references(sheet: Sheet, tree: Tree) -> Iterator[Finding]:
    """`borrowed_from` and `related` name practices that exist, and not the practice itself."""
    for at, practice_id in _references(sheet.document.data):
        if practice_id == sheet.path.stem:
            yield sheet.found(
                "self-reference", at, "The practice names itself.", "Remove it, or name another practice."
            )
        elif practice_id not in tree.by_id:
            near = nearest(practice_id, tree.by_id)
            hint = f"Did you mean `{near}`?" if near else "Use the file name of a practice here, without .md."
            yield sheet.found("unknown-practice", at, f"There is no practice with id `{shown(practice_id)}`.", hint)


def check_ring(sheet: Sheet, tree: Tree, reported: frozenset[PurePosixPath]) -> Iterator[Finding]:
    """Borrowing that leads back to this practice; told once for each ring."""
    ring = _ring(tree, sheet.path.stem)
    members = [practice_id for practice_id in ring if tree.by_id[practice_id] in reported]
    if ring and sheet.path.stem == min(members):
        message = f"Borrowing goes in a ring: {' → '.join([*ring, ring[0]])}."
        hint = "Keep `borrowed_from` where it was taken over, and use `related` for the others."
        yield sheet.found("borrowed-cycle", ("borrowed_from",), message, hint)


def check_links(document: Document, tree: Tree) -> Iterator[Finding]:
    """Links in the text: files that exist, letter for letter, and headings that exist."""
    for link in document.links:
        target = unquote(link.target)
        if _WEB.match(target):
            if fault := url_fault(link.target):
                hint = "Copy the whole address from the browser."
                yield found(document.path, "bad-url", f"A link {fault}: {shown(target)}.", hint, link.line)
        elif not _SCHEME.match(target):
            yield from _relative(document, tree, target, link.line)


def _relative(document: Document, tree: Tree, target: str, line: int) -> Iterator[Finding]:
    name, _, anchor = target.partition("#")
    name = name.partition("?")[0]
    if not name:
        yield from _anchor(document, document, anchor, line)
        return
    path = PurePosixPath(posixpath.normpath((document.path.parent / name).as_posix()))
    if name.startswith("/") or "\0" in name or not tree.exists(path):
        message = f"The link points to `{shown(name)}`, which does not exist."
        yield found(document.path, "broken-link", message, _mend(document, tree, name), line)
    elif anchor and path.suffix.lower() in SUFFIXES and path.parts[0] != "..":
        other = tree.document(path)
        if other is not None:
            yield from _anchor(document, other, anchor, line)


def _mend(document: Document, tree: Tree, name: str) -> str:
    if _LOOKS_LIKE_HOST.match(name):
        return f"Write https:// before it: `https://{shown(name)}`."
    stem = PurePosixPath(name).stem
    near = nearest(stem, tree.by_id)
    if near:
        right = posixpath.relpath(tree.by_id[near].as_posix(), document.path.parent.as_posix())
        return f"Did you mean `{right}`?"
    return "Write the path from this file's own folder, with small and capital letters as they are."


def _anchor(document: Document, target: Document, anchor: str, line: int) -> Iterator[Finding]:
    if not anchor or anchor in target.anchors:
        return
    near = nearest(anchor, target.anchors)
    hint = f"Did you mean `#{near}`?" if near else "Use a heading in small letters, with hyphens for spaces."
    where = "this file" if target is document else target.path.name
    message = f"There is no heading `#{shown(anchor)}` in {shown(where)}."
    yield found(document.path, "broken-anchor", message, hint, line)


def _references(data: object) -> Iterator[tuple[Path, str]]:
    """Every id that the front matter names, and where."""
    record = data if isinstance(data, dict) else {}
    borrowings, related = record.get("borrowed_from"), record.get("related")
    for number, item in enumerate(borrowings if isinstance(borrowings, list) else []):
        practice_id = item.get("practice") if isinstance(item, dict) else None
        if isinstance(practice_id, str) and practice_id.strip():
            yield ("borrowed_from", number, "practice"), practice_id.strip()
    for number, item in enumerate(related if isinstance(related, list) else []):
        if isinstance(item, str) and item.strip():
            yield ("related", number), item.strip()


def _ring(tree: Tree, start: str) -> list[str]:
    """The shortest way from a practice over its borrowings back to itself; empty if there is none."""
    trail: dict[str, str] = {}
    pending = [start]
    for current in pending:
        for source in _sources(tree, current):
            if source == start and current != start:
                way = [current]
                while way[-1] != start:
                    way.append(trail[way[-1]])
                return way[::-1]
            if source != start and source not in trail:
                trail[source] = current
                pending.append(source)
    return []


def _sources(tree: Tree, practice_id: str) -> list[str]:
    path = tree.by_id.get(practice_id)
    document = tree.document(path) if path is not None else None
    if document is None:
        return []
    return [key for at, key in _references(document.front.data) if at[0] == "borrowed_from" and key in tree.by_id]
