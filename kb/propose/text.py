"""What a proposal says of itself: the commit's message, and the title and text of the pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.check import Finding, Severity
from kb.practice import Practice
from kb.propose.branch import Person
from kb.said import said, table
from kb.typed import clipped, inline, line

WORDS = table(Path(__file__).with_name("words.yaml"))
TITLE = 72
"""Characters of a commit's first line that every tool shows."""
MOST = 20
"""Findings that are listed of each kind."""


@dataclass(frozen=True, slots=True)
class Near:
    """A practice that says much the same, or is related, and the passage that shows it."""

    practice: Practice
    passage: str = ""
    is_same: bool = True
    """It looks like the same thing; else it only has to do with it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a proposal before anybody has read it."""

    practices: tuple[Practice, ...] = ()
    """The proposed ones, as they parse."""
    findings: tuple[Finding, ...] = ()
    near: tuple[Near, ...] | None = None
    """None where nobody looked."""


def title(report: Report, paths: Sequence[PurePosixPath], language: str, *, is_new: bool) -> str:
    """One line that says what is proposed."""
    if len(report.practices) == 1:
        named = line(report.practices[0].title) or report.practices[0].id
        return clipped(said(WORDS, "new" if is_new else "changed", language, title=named), TITLE)
    if len(paths) == 1:
        return clipped(said(WORDS, "changed", language, title=paths[0].name), TITLE)
    return said(WORDS, "several", language, count=len(paths))


def message(heading: str, told: str, contributor: Person | None, language: str) -> str:
    """The commit's message; the contributor is named as its co-author."""
    parts = [line(heading), told.strip() or said(WORDS, "through", language)]
    if contributor is not None:
        parts.append(f"Co-authored-by: {contributor}")
    return "\n\n".join(parts) + "\n"


def body(report: Report, paths: Sequence[PurePosixPath], contributor: Person | None, language: str) -> str:
    """The pull request's text in Markdown: what it is, what the check says, and what it is like."""

    def word(key: str, **values: object) -> str:
        return said(WORDS, key, language, **values)

    parts = [f"> {inline(practice.summary)}" for practice in report.practices if practice.summary]
    parts.append(word("by", name=inline(contributor.name)) if contributor else word("through"))
    parts.append(_section(word("files"), (f"- `{path}`" for path in paths)))
    parts.append(_section(word("check"), _findings(report.findings, language)))
    parts.append(_section(word("near"), _near(report.near, language)))
    asked = (word(f"review.{name}") for name in ("true", "persons", "lessons"))
    parts.append(_section(word("review"), (f"- [ ] {question}" for question in asked)))
    return "\n\n".join(parts) + "\n"


def near_section(practice: Practice, near: Sequence[Near], language: str) -> str:
    """What one practice is like, as a section of Markdown."""
    told = "\n".join(_near(near, language))
    return f"### {inline(practice.title) or practice.id}\n\n{told}\n\n"


def _section(heading: str, lines: Iterable[str]) -> str:
    return "\n".join([f"### {heading}", "", *lines])


def _findings(findings: Sequence[Finding], language: str) -> Iterator[str]:
    if not findings:
        yield said(WORDS, "check.none", language)
    kinds = (("check.errors", Severity.ERROR), ("check.advice", Severity.WARNING))
    for key, severity in kinds:
        told = [finding for finding in findings if finding.severity is severity]
        if told:
            yield f"**{said(WORDS, key, language)}**"
            yield ""
            for finding in told[:MOST]:
                where = f"`{finding.path.name}:{finding.line}`"
                yield f"- {where} {_harmless(f'{finding.message} {finding.hint}')}".rstrip()
            yield ""


def _harmless(text: str) -> str:
    """Our own Markdown, which may quote a file: nothing of it makes a link, markup or a mention."""
    return line(text).replace("<", "&lt;").replace("[", "\\[").replace("@", "@\N{ZERO WIDTH NON-JOINER}")


def _near(near: Sequence[Near] | None, language: str) -> Iterator[str]:
    if near is None:
        yield said(WORDS, "near.not_asked", language)
        return
    same = [found for found in near if found.is_same]
    related = [found for found in near if not found.is_same]
    if not same:
        yield said(WORDS, "near.none", language)
    yield from _listed(same, language)
    if related:
        yield ""
        yield f"**{said(WORDS, 'near.related', language)}**"
        yield ""
        yield from _listed(related, language)


def _listed(near: Iterable[Near], language: str) -> Iterator[str]:
    for found in near:
        shown = f": {inline(clipped(found.passage, 240))}" if found.passage else ""
        yield f"- **{inline(found.practice.card(language).title)}** (`{found.practice.id}`){shown}"


def shortened(text: str, room: int, language: str) -> str:
    """A text that fits in `room` characters, cut between lines, with a word that it is cut."""
    if len(text) <= room:
        return text
    ending = f"\n\n{said(WORDS, 'cut', language)}\n"
    kept = text[: max(room - len(ending), 0)].rsplit("\n", 1)[0]
    return kept + ending
