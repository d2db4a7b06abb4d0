"""What somebody tells of a practice that is here already: its file, with the lesson or the mistake in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kb import frontmatter, markdown
from kb.check.unwritten import check_text
from kb.errors import CannotImport
from kb.importing.draft import WORDS, Imported
from kb.importing.mapped import Mapped
from kb.importing.told import Told
from kb.importing.values import as_text, practice_of
from kb.listing import Listing
from kb.propose.draft import Draft, section
from kb.repository import read_source
from kb.said import said
from kb.schema import SECTIONS
from kb.typed import inline
from kb.vocabulary import Vocabulary


def correction(
    told: Told,
    found: Mapped,
    vocabulary: Vocabulary,
    folder: Path,
    *,
    today: date,
    listed: Listing,
) -> Imported:
    """The file of the practice that is meant, with a lesson among its lessons and a mistake marked as to be mended.

    Raises:
        CannotImport: it does not say which practice, that one is not here, or nothing in it is new.
    """
    named = practice_of(found.about["about"], listed.by_id)
    if not named:
        hint = "Write the practice's id, or its address."
        raise CannotImport(f"{told.where}: it does not say which practice here it is about.", hint=hint)
    path = listed.by_id[named]
    text = read_source(folder, path).text
    front = frontmatter.split(text)
    language = front.data.get("language")
    language = language if isinstance(language, str) else "nb"
    from_whom = _from_whom(found, vocabulary, language)
    new = [
        added for key in ("about.lesson", "about.mistake") if (added := found.about.get(key, "")) and added not in text
    ]
    if not new:
        hint = "Nothing is added twice; say what is to be learnt or mended."
        raise CannotImport(f"{told.where}: it tells nothing that {path.name} does not say already.", hint=hint)
    if (lesson := found.about.get("about.lesson", "")) in new:
        text = _with_lesson(text, f"{lesson}{from_whom}", vocabulary, language)
    if (mistake := found.about.get("about.mistake", "")) in new:
        mend = said(WORDS, "mend", language)
        reported = section(said(WORDS, "reported", language), mend, f"{mistake}{from_whom}")
        text = f"{text.rstrip()}\n\n{reported}\n"
    findings = check_text(folder, path, text, vocabulary=vocabulary, today=today, listed=listed)
    return Imported(Draft(path, text, findings), told.where, found.told, told.notes, replaces=True)


def _from_whom(found: Mapped, vocabulary: Vocabulary, language: str) -> str:
    """The place, the source and whatever else was told, after the text that they belong to."""
    known = [vocabulary.place_name(as_text(value)) for value in found.front.values()]
    texts = [f"{inline(heading)}: {text.text}" for heading, own in found.others.items() for text in own]
    sections = [text.text for key in SECTIONS for text in found.sections.get(key, [])]
    lines = "; ".join(filter(None, (inline(one) for one in known)))
    told = f"({said(WORDS, 'told_by', language)}: {lines})" if lines else ""
    return "".join(f"\n\n{text}" for text in (told, *texts, *sections) if text)


def _with_lesson(text: str, lesson: str, vocabulary: Vocabulary, language: str) -> str:
    """The text with one more lesson, last among those it has."""
    front = frontmatter.split(text)
    lines = text.split("\n")
    chapters = markdown.chapters(front.body, front.body_line)
    own = [number for number, chapter in enumerate(chapters) if vocabulary.section(chapter.heading) == "lessons"]
    if not own:
        return f"{text.rstrip()}\n\n{section(vocabulary.heading('lessons', language), lesson)}\n"
    level = chapters[own[-1]].level
    after = next((chapter for chapter in chapters[own[-1] + 1 :] if chapter.level <= level), None)
    at = after.line - 1 if after else len(lines)
    before, rest = "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:])
    return f"{before}\n\n{lesson}\n\n{rest}" if rest.strip() else f"{before}\n\n{lesson}\n"
