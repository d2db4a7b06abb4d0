"""Every rule of the checker: its stable name, how grave it is, and what it is about.

The table is the whole list: a finding whose code is not here cannot be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error must be mended before a merge; a warning is advice."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    severity: Severity
    meaning: str
    fixable: bool = False
    """Whether `kb check --fix` mends it, wholly or in the plain cases."""


def _error(meaning: str, *, fixable: bool = False) -> Rule:
    return Rule(Severity.ERROR, meaning, fixable)


def _warning(meaning: str) -> Rule:
    return Rule(Severity.WARNING, meaning)


RULES: Mapping[str, Rule] = {
    # The file
    "unreadable": _error("The file cannot be opened."),
    "binary": _error("The file is not text."),
    "not-utf8": _error("The file is not UTF-8."),
    "bom": _error("The file starts with a byte-order mark.", fixable=True),
    "crlf": _error("Lines end with CRLF or CR instead of LF.", fixable=True),
    "too-large": _error("The file is larger than a practice can be."),
    "merge-conflict": _error("Marks of an unfinished merge stand in the file."),
    # Its name and place
    "id-form": _error("The file name is not a valid id."),
    "duplicate-id": _error("Two files have the same id."),
    "wrong-folder": _error("The folder does not match the place."),
    # The front matter as YAML
    "no-front-matter": _error("The file has no front matter."),
    "front-matter-open": _error("The front matter is never closed."),
    "yaml": _error("The YAML cannot be read.", fixable=True),
    "yaml-reference": _error("YAML anchors, aliases or tags are used."),
    "not-a-mapping": _error("There are no keys and values."),
    "bad-key": _error("A key is not plain text."),
    "duplicate-key": _error("A key stands twice."),
    "tab": _error("A tab is used for indentation.", fixable=True),
    # Keys and values
    "missing-key": _error("A required key is absent or empty."),
    "unknown-key": _error("A key is not part of the format.", fixable=True),
    "wrong-kind": _error("A value is a list where a text is due, or the other way round."),
    "empty-value": _warning("A key has no value."),
    "repeated-value": _warning("A value stands twice in a list."),
    "too-long": _error("A text is longer than allowed."),
    "unknown-value": _error("A value is not one of those allowed.", fixable=True),
    "bad-url": _error("A URL is not http or https with a host."),
    "bad-date": _error("A date is not written in an allowed form.", fixable=True),
    "impossible-date": _error("A date does not exist."),
    "future-date": _error("Something has been seen or decided on a day that has not come."),
    "date-order": _error("Something ends before it starts."),
    "review-old": _warning("Nobody has checked the text for two years."),
    "missing-sources": _error("Nothing says where this is documented."),
    "own-practice-unsourced": _warning("A place's own practice or idea has no sources."),
    "question-count": _warning("There are no questions, or too few or too many."),
    "borrowed-from-nothing": _error("It does not say what was borrowed from whom."),
    "results-without-evidence": _warning("Results are reached, but evidence is none."),
    # The text
    "hidden-sign": _error("A sign that cannot be seen, or that turns the text around.", fixable=True),
    "missing-section": _error("A required section is absent."),
    "required-section-empty": _error("A required section has no text."),
    "section-empty": _warning("A section has no text."),
    "missing-adaptation": _error("A borrowed practice does not say how it was adapted."),
    "stopped-without-lessons": _warning("A stopped practice has no lessons."),
    "repeated-heading": _warning("A heading is used twice."),
    "heading-typo": _warning("A heading looks like one of the template, but is not."),
    "heading-language": _warning("A heading is in another language than the practice."),
    "template-text": _error("Text of the template was left in."),
    # Persons
    "identity-number": _error("A national identity number of a person."),
    "private-email": _error("The e-mail address of a person."),
    "private-phone": _error("A telephone number."),
    # Links
    "unknown-practice": _error("A practice is named that does not exist."),
    "self-reference": _error("A practice names itself."),
    "borrowed-cycle": _error("Practices are borrowed from each other in a ring."),
    "broken-link": _error("A link points to a file that does not exist."),
    "broken-anchor": _error("A link points to a heading that does not exist."),
    # Cards
    "missing-card": _warning("The card is not there in every language."),
    "orphan-card": _warning("A card file has no practice."),
    # vocabulary.yaml and places.yaml
    "no-vocabulary": _warning("The folder has no vocabulary, so much is not checked."),
    "not-checked": _warning("The vocabulary cannot be used, so much is not checked."),
    "missing-label": _error("A word has no label in one of the languages."),
    "ambiguous-heading": _error("One heading stands for two sections."),
    "repeated-word": _warning("A synonym stands in more than one concept."),
    "thin-concept": _warning("A concept lacks one of the languages, or has only one word."),
    "place-key": _error("The key of a place is not well formed."),
    "unknown-parent": _error("A place lies in one that does not exist."),
    "bad-coordinates": _error("Coordinates are not numbers on the globe."),
    "bad-population": _error("A population is not a whole number, or is without its date."),
    "duplicate-number": _error("Two places have the same official number."),
}
