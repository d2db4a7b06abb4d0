"""The body of a practice: its sections, and template text that was left in."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from kb.check.fields import Sheet, is_empty
from kb.check.files import Document
from kb.check.findings import Finding, found, shown
from kb.markdown import Chapter
from kb.schema import REQUIRED_SECTIONS
from kb.vocabulary import Vocabulary, plain_heading

_TYPO = 0.8
"""How alike two headings must be for one to be a misspelling of the other."""
_HTML = re.compile(
    r"(?:a|abbr|b|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|figure|h[1-6]|hr|i|img|ins|kbd|li|mark|"
    r"ol|p|pre|q|s|small|span|strong|su[bp]|summary|t(?:able|body|d|foot|h|head|r)|u|ul|var)\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"`[^`\n]+`")
_CONFLICT = re.compile(r"(?:<{7}|>{7}) \S")
_TEMPLATE = (
    re.compile(r"(?<!\w)(?:TODO|TKTK|FIXME|XXX+)(?!\w)"),
    re.compile(r"\blorem ipsum\b", re.IGNORECASE),
    # Only as an instruction: at the start of a line, a list item, a value or a bracket.
    re.compile(
        r"(?:^|[\[(<:\"*_-])\s*(?P<what>skriv (?:inn )?her|skriv här|fyll (?:inn|ut|i) her|fyll i här|udfyld her|"
        r"indsæt her|sett inn her|write here|fill in here|your text here|din tekst her|din text här)\b",
        re.IGNORECASE,
    ),
    re.compile(r"<(?P<name>[^\W\d_][^<>@:/=\"]{0,60})>"),
    re.compile(
        r"\[(?:fyll|skriv|sett inn|udfyld|indsæt|din|ditt|dit|navn|namn|tittel|titel|title|dato|datum|sted|kommune|"
        r"kommun|insert|your|fill|write|name|xxx*)\b[^\]\n]{0,60}\](?![(\[:])",
        re.IGNORECASE,
    ),
)


def check_sections(sheet: Sheet, document: Document) -> Iterator[Finding]:
    """Required sections are there with text, and headings are those of the template."""
    vocabulary, data = sheet.vocabulary, sheet.document.data
    chapters = document.chapters
    language = data.get("language")
    language = language if isinstance(language, str) else "nb"
    with_text = _with_text(chapters)
    if vocabulary.headings:
        filled = {vocabulary.section(chapter.heading): False for chapter in chapters}
        for chapter, has_text in zip(chapters, with_text, strict=True):
            filled[vocabulary.section(chapter.heading)] |= has_text
        yield from _required(sheet, document, filled, language)
        meant = _Meant(vocabulary, language)
        for chapter in chapters:
            yield from _heading(sheet, chapter, language, meant)
    yield from _empty(sheet, chapters, with_text)
    yield from _repeated(sheet, chapters)


def check_template(path: PurePosixPath, text: str) -> Iterator[Finding]:
    """What a template or an unfinished merge leaves behind; code is left alone."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        if match := _FENCE.match(line):
            mark = match[1]
            fence = mark if not fence else "" if mark.startswith(fence) else fence
        if _CONFLICT.match(line):
            hint = "Keep one of the two versions, and remove the lines with <<<<<<<, ======= and >>>>>>>."
            yield found(path, "merge-conflict", "An unfinished merge stands here.", hint, number, 1)
        elif not fence and (placeholder := _placeholder(_CODE.sub(lambda code: " " * len(code[0]), line))):
            column, what = placeholder
            message = f"Text of the template was left in: {shown(what)}."
            yield found(path, "template-text", message, "Write what belongs there, or remove it.", number, column)


def _required(sheet: Sheet, document: Document, filled: dict[str, bool], language: str) -> Iterator[Finding]:
    borrowed = not is_empty(sheet.document.data.get("borrowed_from", ""))
    line = document.front.body_line
    for key in (*REQUIRED_SECTIONS, *(["adaptation"] if borrowed else [])):
        heading = sheet.vocabulary.heading(key, language)
        if key not in filled:
            code = "missing-adaptation" if key == "adaptation" else "missing-section"
            why = " because `borrowed_from` is given" if key == "adaptation" else ""
            message = f"The section `{heading}` is missing; it is required{why}."
            yield found(sheet.path, code, message, f"Add a line `## {heading}` and text under it.", line)
        elif not filled[key]:
            at = next(c.line for c in document.chapters if sheet.vocabulary.section(c.heading) == key)
            message = f"The required section `{heading}` has no text."
            yield found(sheet.path, "required-section-empty", message, "Write a few sentences under it.", at)
    if sheet.document.data.get("status") == "stopped" and not filled.get("lessons"):
        heading = sheet.vocabulary.heading("lessons", language)
        hint = f"Add `## {heading}` with what others can learn from it; that is often the most useful part."
        message = "The practice is stopped, but nothing says what was learned."
        mark = sheet.mark(("status",))
        yield found(sheet.path, "stopped-without-lessons", message, hint, mark.line, mark.column)


class _Meant:
    """The template's heading that another was surely meant to be; one that stands there often is looked up once."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        every = [names for names in vocabulary.headings.values() if names]
        self._lists = (
            {name.casefold(): name for names in every if (name := names.get(language))},
            {name.casefold(): name for names in every for name in names.values()},
        )
        self._known: dict[str, str] = {}

    def __call__(self, heading: str) -> str:
        """The heading, or an empty text."""
        folded = heading.casefold()
        if folded not in self._known:
            near = (names[key] for names in self._lists for key in self._nearest(folded, names))
            self._known[folded] = next(near, "")
        return self._known[folded]

    def _nearest(self, folded: str, names: dict[str, str]) -> list[str]:
        return difflib.get_close_matches(folded, names, n=1, cutoff=_TYPO)


def _heading(sheet: Sheet, chapter: Chapter, language: str, meant: _Meant) -> Iterator[Finding]:
    vocabulary = sheet.vocabulary
    if chapter.level != 2:
        return
    key = vocabulary.section(chapter.heading)
    if key == "other":
        if right := meant(chapter.heading):
            message = f"The heading `{shown(chapter.heading)}` is not one of the template's."
            yield found(sheet.path, "heading-typo", message, f"Did you mean `{right}`?", chapter.line, 1)
        return
    due = vocabulary.headings[key].get(language)
    spoken = {
        code for code, name in vocabulary.headings[key].items() if plain_heading(name) == plain_heading(chapter.heading)
    }
    if due and language not in spoken:
        message = f"The heading `{shown(chapter.heading)}` is not in the practice's language, {language}."
        yield found(sheet.path, "heading-language", message, f"Write `{due}`.", chapter.line, 1)


def _empty(sheet: Sheet, chapters: tuple[Chapter, ...], with_text: tuple[bool, ...]) -> Iterator[Finding]:
    for chapter, has_text in zip(chapters, with_text, strict=True):
        required = sheet.vocabulary.section(chapter.heading) in {*REQUIRED_SECTIONS, "adaptation"}
        if chapter.level >= 2 and not required and not has_text:
            message = f"The section `{shown(chapter.heading)}` has no text."
            yield found(sheet.path, "section-empty", message, "Write something, or remove it.", chapter.line, 1)


def _repeated(sheet: Sheet, chapters: tuple[Chapter, ...]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], int] = {}
    for chapter in chapters:
        key = tuple(plain_heading(heading) for heading in (*chapter.parents, chapter.heading))
        if not chapter.level:
            continue
        if key in seen:
            message = f"The heading `{shown(chapter.heading)}` is already used on line {seen[key]}."
            hint = "Join the two sections, or give one of them another heading."
            yield found(sheet.path, "repeated-heading", message, hint, chapter.line, 1)
        seen.setdefault(key, chapter.line)


def _with_text(chapters: tuple[Chapter, ...]) -> tuple[bool, ...]:
    """For each chapter whether anything stands under its heading or under its sub-headings."""
    found: list[bool] = []
    below = [False] * 7
    for chapter in reversed(chapters):
        has_text = bool(chapter.blocks) or any(below[chapter.level + 1 :])
        # What stands deeper belongs to this chapter, and not to those before it.
        below[chapter.level :] = [below[chapter.level] or has_text] + [False] * (6 - chapter.level)
        found.append(has_text)
    return tuple(reversed(found))


def _placeholder(line: str) -> tuple[int, str] | None:
    for pattern in _TEMPLATE:
        for match in pattern.finditer(line):
            group = "what" if "what" in pattern.groupindex else 0
            if "name" not in pattern.groupindex or not _HTML.match(match["name"]):
                return match.start(group) + 1, match[group]
    return None
