"""Add a practice: from answers to a file that `kb check` can judge, and each finding to the answer it is about.

Nothing is made up: what was not answered is left out, and the findings say what is missing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from kb import frontmatter, markdown
from kb.add.answers import Answers
from kb.add.file import file_text
from kb.check import Finding
from kb.frontmatter import Path as At
from kb.listing import Listing
from kb.propose.draft import Draft, drafted, place_entry
from kb.typed import slug
from kb.vocabulary import Vocabulary

SECTION = "section"
"""Where a finding about the text stands: `("section", "problem")`."""
UNNAMED = "ny-praksis"
"""The id of a practice while neither place nor title gives it one."""


def draft(
    answers: Answers,
    vocabulary: Vocabulary,
    folder: Path,
    *,
    today: date | None = None,
    listed: Listing | None = None,
) -> Draft:
    """The file that the answers make, in the right place of a folder of practices, and checked there.

    `listed` are the files that the folder is known to hold, where the caller has just looked.
    """
    return drafted(
        folder,
        answers.place_key,
        answers.title if slug(answers.title) else UNNAMED,
        lambda _: file_text(answers, vocabulary),
        vocabulary,
        today or datetime.now(tz=UTC).date(),
        place_entry=place_entry(answers.place_key, answers.place_new, vocabulary),
        listed=listed,
    )


def by_answer(found: Draft, vocabulary: Vocabulary) -> Mapping[At, tuple[Finding, ...]]:
    """What was found, by what it is about: a key or item of the front matter, a section, or `()` for the whole."""
    places = _Places.of(found.text, vocabulary)
    told: dict[At, tuple[Finding, ...]] = {}
    for finding in found.findings:
        at = places.about(finding)
        told[at] = (*told.get(at, ()), finding)
    return told


class _Places:
    """What stands on each line of a file."""

    def __init__(self, lines: list[int], paths: list[At]) -> None:
        self._lines, self._paths = lines, paths

    @classmethod
    def of(cls, text: str, vocabulary: Vocabulary) -> _Places:
        """The lines where keys, items and sections begin."""
        front = frontmatter.split(text)
        starts = {mark.line: path for path, mark in sorted(front.yaml.marks.items(), key=lambda item: len(item[0]))}
        starts[front.body_line] = ()
        for chapter in markdown.chapters(front.body, front.body_line):
            starts[chapter.line] = (SECTION, vocabulary.section(chapter.heading)) if chapter.level else ()
        lines = sorted(starts)
        return cls(lines, [starts[line] for line in lines])

    def about(self, finding: Finding) -> At:
        """The answer that a finding is about."""
        if finding.code == "stopped-without-lessons":
            return SECTION, "lessons"
        if finding.at:
            return finding.at
        before = bisect_right(self._lines, finding.line) - 1
        return self._paths[before] if before >= 0 and finding.line else ()
