"""What is asked of whoever adds a practice, as the format has it: by a form, at a terminal or in a template."""

from __future__ import annotations

from collections.abc import Mapping

from kb import schema
from kb.add.answers import Answers
from kb.add.draft import SECTION, by_answer
from kb.check import Finding, Severity
from kb.frontmatter import Path as At
from kb.propose.draft import Draft
from kb.schema import Field
from kb.vocabulary import Vocabulary

FORMAT: Mapping[str, Field] = {field.name: field for field in schema.FRONT_MATTER}
REQUIRED = frozenset((*(field.name for field in schema.FRONT_MATTER if field.required), *schema.REQUIRED_SECTIONS))
"""What must be answered, whatever else is."""
UNANSWERED = frozenset({"missing-key", "required-section-empty", "missing-sources"})
"""Findings that say no more than that something is not told yet."""
_TOLD_FIRST = ("place", "title", *schema.REQUIRED_SECTIONS, "status", "status_as_of", "evidence")
"""As a leader would tell it; what is not among them comes after, as the format has it."""
_ORDER = {name: number for number, name in enumerate(dict.fromkeys((*_TOLD_FIRST, *FORMAT, *schema.SECTIONS)))}


def lacking(drafted: Draft, answers: Answers, vocabulary: Vocabulary) -> dict[At, tuple[Finding, ...]]:
    """What must be told or mended before the file is valid, in the order to ask for it, and why.

    Each is a key of the front matter or a section; `()` is the file as a whole. That a place is new is no
    fault: its entry for places.yaml goes with the file.
    """
    found: dict[At, tuple[Finding, ...]] = {}
    for at, findings in by_answer(drafted, vocabulary).items():
        root = at[: 2 if at[:1] == (SECTION,) else 1]
        errors = tuple(
            finding
            for finding in findings
            if finding.severity is Severity.ERROR and not _is_new_place(finding, answers)
        )
        if errors:
            found[root] = (*found.get(root, ()), *errors)
    return dict(sorted(found.items(), key=lambda item: _ORDER.get("".join(map(str, item[0][-1:])), len(_ORDER))))


def _is_new_place(finding: Finding, answers: Answers) -> bool:
    return finding.code == "unknown-value" and finding.at[:1] == ("place",) and bool(answers.place_new)
