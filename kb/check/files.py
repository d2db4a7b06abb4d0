"""The files of a folder: listed once, read once, and judged as bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from kb import frontmatter, markdown
from kb.check.findings import Finding, found
from kb.files import ordinary
from kb.frontmatter import FrontMatter, YamlDocument
from kb.listing import Listing, listed
from kb.markdown import Chapter, Link
from kb.repository import LEADS_OUT, Unreadable, leads_out, scan, walk
from kb.schema import MAX_FILE_BYTES

BOM = b"\xef\xbb\xbf"
BREAKS = re.compile(rb"\r+\n|\r")
"""Line breaks of Windows and of old Macs; a tool that mends line endings twice leaves more than one CR."""
CARDS = (".i18n.yaml", ".i18n.yml")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Document:
    """A file that could be read: its text with plain line endings, taken apart when asked for."""

    path: PurePosixPath
    text: str

    @cached_property
    def front(self) -> FrontMatter:
        """The file as a practice."""
        return frontmatter.split(self.text)

    @cached_property
    def mapping(self) -> YamlDocument:
        """The whole file as YAML, where it is a file of cards or of the vocabulary."""
        return frontmatter.parse_mapping(self.text)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The body at its headings."""
        return markdown.chapters(self.front.body, self.front.body_line)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link and image of the body."""
        # Parsing Markdown is most of the time a check takes, and most practices have no link.
        return tuple(markdown.links(self.front.body, self.front.body_line)) if _may_link(self.front.body) else ()

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The slugs of the headings as a forge makes them: repeats get -1, -2 and so on."""
        seen: dict[str, int] = {}
        slugs = set()
        for chapter in self.chapters:
            if chapter.level:
                slug = markdown.slug(chapter.heading)
                count = seen.get(slug, 0)
                seen[slug] = count + 1
                slugs.add(f"{slug}-{count}" if count else slug)
        return frozenset(slugs)


@dataclass(frozen=True)
class Tree:
    """A folder of practices; files are read when they are asked for, and only once."""

    folder: Path
    _read: dict[PurePosixPath, tuple[Document | None, tuple[Finding, ...]]] = field(default_factory=dict)
    _listed: dict[Path, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def listing(self) -> Listing:
        """Every practice file, by what it is called."""
        return listed(self._scanned[0])

    @property
    def practices(self) -> tuple[PurePosixPath, ...]:
        """Every practice file, sorted."""
        return self.listing.paths

    @property
    def missed(self) -> tuple[Unreadable, ...]:
        """Folders that cannot be listed, and what is called as a practice is and is no file."""
        return self._scanned[1]

    @cached_property
    def _scanned(self) -> tuple[tuple[PurePosixPath, ...], tuple[Unreadable, ...]]:
        missed: list[Unreadable] = []
        return tuple(scan(self.folder, missed)), tuple(missed)

    @cached_property
    def cards(self) -> tuple[PurePosixPath, ...]:
        """Every card file, with or without its practice."""
        paths = []
        for parent, entries in walk(self.folder, []):
            folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
            inside = f"{parent}/" if parent else ""
            paths += [
                PurePosixPath(inside + e.name) for e in entries if e.name.endswith(CARDS) and e.name not in folders
            ]
        return tuple(sorted(paths))

    @property
    def by_id(self) -> Mapping[str, PurePosixPath]:
        """Id to file; the first where several claim one."""
        return self.listing.by_id

    def document(self, path: PurePosixPath) -> Document | None:
        """The file, or None where it cannot be read as text."""
        return self.read(path)[0]

    def read(self, path: PurePosixPath) -> tuple[Document | None, tuple[Finding, ...]]:
        """The file, and what is wrong with it as a file."""
        if path not in self._read:
            text, findings = read_text(self.folder, path)
            self._read[path] = (None if text is None else Document(path, text), tuple(findings))
        return self._read[path]

    def has(self, path: PurePosixPath) -> bool:
        """Whether a practice stands at `path`."""
        return path in self.listing

    def exists(self, path: PurePosixPath) -> bool:
        """Whether `path`, relative to the folder, exists letter for letter on any disk."""
        current = self.folder
        for part in path.parts:
            if part not in {"..", "."} and part not in self._names(current):
                return False
            current /= part
        return current.exists()

    def _names(self, folder: Path) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._listed[folder] = frozenset()
        return self._listed[folder]


def read_text(folder: Path, path: PurePosixPath) -> tuple[str | None, list[Finding]]:
    """The text without BOM and with LF line endings, and what is wrong with the bytes."""
    if leads_out(folder, folder / path):
        return None, [found(path, "unreadable", LEADS_OUT, "Put the file itself here.")]
    try:
        size = ordinary(folder / path).st_size
        data = (folder / path).read_bytes() if size <= MAX_FILE_BYTES else b""
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return None, [found(path, "unreadable", f"The file cannot be opened: {reason}.", "Check that it can be read.")]
    if size > MAX_FILE_BYTES:
        return None, [_too_large(path, size)]
    if data.startswith(_UTF16) or b"\0" in data:
        hint = "Save it again as UTF-8 text; put pictures and office files somewhere else and link to them."
        return None, [found(path, "binary", "The file is not UTF-8 text but UTF-16 or something binary.", hint, 1)]
    findings = []
    if data.startswith(BOM):
        data = without_bom(data)
        hint = "Run `kb check --fix`, or save it as UTF-8 without BOM."
        findings.append(found(path, "bom", "The file starts with a byte-order mark (BOM).", hint, 1, 1))
    if b"\r" in data:
        line = data.count(b"\n", 0, data.index(b"\r")) + 1
        how = "CRLF, as on Windows" if b"\r\n" in data else "CR, as on old Macs"
        hint = "Run `kb check --fix`, or choose LF in your editor."
        findings.append(found(path, "crlf", f"Lines end with {how}, instead of LF.", hint, line))
        data = BREAKS.sub(b"\n", data)
    try:
        return data.decode("utf-8"), findings
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"The byte 0x{data[error.start]:02X} on this line is not UTF-8."
        return None, [*findings, found(path, "not-utf8", message, "Save the file again as UTF-8 in your editor.", line)]


def without_bom(data: bytes) -> bytes:
    """The bytes after the byte-order mark, or after several that tools have piled up."""
    while data.startswith(BOM):
        data = data.removeprefix(BOM)
    return data


def _too_large(path: PurePosixPath, size: int) -> Finding:
    message = f"The file is {size // 1024} KB; {MAX_FILE_BYTES // 1024} KB is the most."
    return found(path, "too-large", message, "Shorten the text, and move data and pictures out of it.")


def _may_link(body: str) -> bool:
    return "](" in body or "]:" in body or "<http" in body
