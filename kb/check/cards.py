"""The cards of a practice in other languages: `<id>.i18n.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from kb.check.fields import Sheet, check_record, wrong_kind
from kb.check.files import CARDS, Document, Tree
from kb.check.findings import Finding, found, shown
from kb.repository import SUFFIXES
from kb.schema import CARD
from kb.vocabulary import VOCABULARY_FILE, nearest

LANGUAGES = ("nb", "da", "sv", "en")
"""The languages that every practice should have a card in."""


def check_orphan(tree: Tree, path: PurePosixPath) -> Iterator[Finding]:
    """A card file that no practice stands beside."""
    if not path.name.endswith(CARDS[0]):
        better = path.name.removesuffix(CARDS[1]) + CARDS[0]
        message = f"The card file ends with {CARDS[1]}, so it is not read."
        yield found(path, "orphan-card", message, f"Rename it to {shown(better)}.")
    elif not any(tree.has(path.with_name(path.name.removesuffix(CARDS[0]) + suffix)) for suffix in SUFFIXES):
        name = path.name.removesuffix(CARDS[0])
        message = f"There is no practice {shown(name)}.md beside this card file."
        yield found(path, "orphan-card", message, "Rename it after its practice, or remove it.")


def check_cards(sheet: Sheet) -> Iterator[Finding]:
    """Each language of a card file against the format."""
    data = sheet.document.data
    languages = sheet.vocabulary.values("languages")
    if not data and not sheet.document.problems:
        yield sheet.found("empty-value", (), "The card file is empty.", "Write a card, or remove the file.")
    for language, card in data.items():
        if languages and language not in languages:
            near = nearest(language, languages)
            hint = f"Did you mean `{near}`?" if near else f"Use one of {', '.join(sorted(languages))}."
            message = f"`{shown(language)}` is not a language in {VOCABULARY_FILE}."
            yield sheet.found("unknown-value", (language,), message, hint)
        if isinstance(card, dict):
            yield from check_record(sheet, card, CARD, (language,))
        else:
            names = ", ".join(field.name for field in CARD)
            yield wrong_kind(sheet, (language,), card, "a set of keys", f"Indent the keys under it: {names}.")


def check_translated(practice: Document, cards: Document | None) -> Iterator[Finding]:
    """A practice should have a card in every other language; others may add them later."""
    own = practice.front.data.get("language")
    there = cards.mapping.data if cards is not None else {}
    absent = [language for language in LANGUAGES if language != own and language not in there]
    if absent:
        name = f"{practice.path.stem}{CARDS[0]}"
        message = f"There is no card in {', '.join(absent)}."
        yield found(
            practice.path, "missing-card", message, f"Add title and summary in {shown(name)}, or leave it to others.", 1
        )
