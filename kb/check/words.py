"""The vocabulary itself: every word has a label in every language, and every heading one section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kb.check.fields import Sheet, is_empty, unknown_key, wrong_kind
from kb.check.findings import Finding, shown
from kb.frontmatter import Path, Value
from kb.language.text import fold
from kb.schema import EVIDENCE, LENSES, SECTIONS, STATUSES
from kb.vocabulary import CONCEPT_FORM, LISTS, words_of

FALLBACK_LANGUAGES = ("nb", "da", "sv", "en")
FIXED: Mapping[str, Iterable[str]] = {"statuses": STATUSES, "evidence": EVIDENCE, "lenses": LENSES}
"""Lists whose keys the format fixes; only their labels are data."""
SECTION_KEYS = ("headings", "required", "help")


def check_vocabulary(sheet: Sheet) -> Iterator[Finding]:
    """Everything in `vocabulary.yaml`."""
    data = sheet.document.data
    if not data:
        return
    known = (*LISTS, "sections", "synonyms")
    for key in data:
        if key not in known:
            yield unknown_key(sheet, key, known)
    languages = _languages(data)
    for name in LISTS:
        yield from _list(sheet, name, data.get(name, {}), languages)
    yield from _sections(sheet, data.get("sections", {}), languages)
    yield from _synonyms(sheet, data.get("synonyms", []), languages)


def usable(data: Mapping[str, Value]) -> bool:
    """Whether the shape is such that the vocabulary can be loaded."""
    sections = data.get("sections", {})
    return (
        all(_is_labels(data.get(name) or {}) for name in LISTS)
        and isinstance(sections, dict)
        and all(isinstance(section, dict) for section in sections.values())
        and _is_labels(
            {key: section.get("headings", {}) for key, section in sections.items() if isinstance(section, dict)}
        )
    )


def _languages(data: Mapping[str, Value]) -> tuple[str, ...]:
    languages = data.get("languages")
    return tuple(languages) if isinstance(languages, dict) and languages else FALLBACK_LANGUAGES


def _list(sheet: Sheet, name: str, value: Value, languages: tuple[str, ...]) -> Iterator[Finding]:
    if is_empty(value):
        hint = f"Add `{name}:` with its keys and labels."
        yield sheet.found("missing-key", (name,), f"The list `{name}` is missing or empty.", hint)
        return
    if not isinstance(value, dict):
        yield wrong_kind(sheet, (name,), value, "a set of keys", "Write each key with its labels under it.")
        return
    for key, labels in value.items():
        yield from _labels(sheet, (name, key), labels, languages)
    if name in FIXED:
        yield from _fixed(sheet, name, value, FIXED[name])


def _fixed(sheet: Sheet, name: str, value: Mapping[str, Value], due: Iterable[str]) -> Iterator[Finding]:
    names = tuple(due)
    for key in names:
        if key not in value:
            message = f"`{name}` has no labels for `{key}`."
            yield sheet.found("missing-key", (name,), message, "Add it with a label in every language.")
    for key in value:
        if key not in names:
            yield unknown_key(sheet, key, names, (name,))


def _labels(sheet: Sheet, at: Path, labels: Value, languages: tuple[str, ...]) -> Iterator[Finding]:
    where = ".".join(str(part) for part in at)
    if not isinstance(labels, dict):
        yield wrong_kind(sheet, at, labels, "a set of labels", "Write `nb: …`, `da: …` and so on under it.")
        return
    absent = [language for language in languages if is_empty(labels.get(language, ""))]
    if absent:
        message = f"`{shown(where)}` has no label in {', '.join(absent)}."
        yield sheet.found("missing-label", at, message, "Write what a municipality there would call it.")
    for language, label in labels.items():
        if language not in languages:
            yield unknown_key(sheet, language, languages, at)
        elif not isinstance(label, str):
            yield wrong_kind(sheet, (*at, language), label, "one text", "Write the label on one line.")


def _sections(sheet: Sheet, value: Value, languages: tuple[str, ...]) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield wrong_kind(sheet, ("sections",), value, "a set of keys", "Write each section with `headings` under it.")
        return
    yield from _fixed(sheet, "sections", value, SECTIONS)
    seen: dict[str, str] = {}
    for key, section in value.items():
        at: Path = ("sections", key)
        if not isinstance(section, dict):
            yield wrong_kind(sheet, at, section, "a set of keys", "Write `headings:` under it.")
            continue
        for name in section:
            if name not in SECTION_KEYS:
                yield unknown_key(sheet, name, SECTION_KEYS, at)
        headings = section.get("headings", {})
        yield from _labels(sheet, (*at, "headings"), headings, languages)
        for language, heading in headings.items() if isinstance(headings, dict) else ():
            text = heading.casefold().strip() if isinstance(heading, str) else ""
            if text and seen.setdefault(text, key) != key:
                message = f"The heading `{shown(text)}` stands for both `{seen[text]}` and `{key}`."
                where = (*at, "headings", language)
                yield sheet.found("ambiguous-heading", where, message, "Choose another heading for one of them.")


def _synonyms(sheet: Sheet, value: Value, languages: tuple[str, ...]) -> Iterator[Finding]:
    if is_empty(value):
        return
    if not isinstance(value, list):
        yield wrong_kind(sheet, ("synonyms",), value, "a list of concepts", f"Write each on a line: {CONCEPT_FORM}.")
        return
    seen: dict[str, int] = {}
    for number, concept in enumerate(value):
        at: Path = ("synonyms", number)
        yield from _concept(sheet, at, concept, languages)
        for folded, word in {fold(word): word for word in _words(concept)}.items():
            if seen.setdefault(folded, number) != number:
                line = sheet.mark(("synonyms", seen[folded])).line
                message = f"The word `{shown(word)}` also stands in the concept on line {line}."
                yield sheet.found("repeated-word", at, message, "Keep it in one concept, or join the two.")


def _concept(sheet: Sheet, at: Path, concept: Value, languages: tuple[str, ...]) -> Iterator[Finding]:
    """One concept: its shape as it must be to be read, and what it lacks to be of use."""
    if isinstance(concept, str) and concept.strip():
        yield wrong_kind(sheet, at, concept, "words in their languages", f"Write it as {CONCEPT_FORM}.")
        return
    faults = list(_shape(sheet, at, concept, languages))
    yield from faults
    words = _words(concept)
    if faults:
        return
    if not words:
        yield sheet.found("missing-key", at, "The concept has no words.", f"Write it as {CONCEPT_FORM}, or remove it.")
        return
    told = concept if isinstance(concept, dict) else {}
    absent = [language for language in languages if not words_of(told.get(language, ""))]
    if absent:
        message = f"The concept of `{shown(words[0])}` has no word in {', '.join(absent)}."
        yield sheet.found("thin-concept", at, message, "Write what a municipality there would call it.")
    elif len(words) < 2:
        message = f"The concept of `{shown(words[0])}` has one word."
        yield sheet.found("thin-concept", at, message, "Add another word for it, or remove the concept.")


def _shape(sheet: Sheet, at: Path, concept: Value, languages: tuple[str, ...]) -> Iterator[Finding]:
    for language, value in concept.items() if isinstance(concept, dict) else [("", concept)]:
        here = (*at, language) if isinstance(concept, dict) else at
        if isinstance(concept, dict) and language not in languages:
            yield unknown_key(sheet, language, languages, at)
        elif words_of(value) is None:
            yield wrong_kind(sheet, here, value, "words", f"Write it as {CONCEPT_FORM}.")


def _words(concept: Value) -> tuple[str, ...]:
    """Every distinct word that can be read in one concept."""
    values = concept.values() if isinstance(concept, dict) else [concept]
    return tuple(dict.fromkeys(word for value in values for word in words_of(value) or ()))


def _is_labels(value: Value) -> bool:
    return isinstance(value, dict) and all(
        isinstance(labels, dict) and all(isinstance(label, str) for label in labels.values())
        for labels in value.values()
    )
