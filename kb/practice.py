"""A practice: one Markdown file, read leniently into a frozen record.

Anything that parses as Markdown becomes a `Practice`; what is missing stays empty, and what is
wrong with the front matter is kept in `problems` for the checker. `kb.check` is the strict half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath

from kb import foreign, frontmatter, markdown
from kb.errors import UnreadableFile
from kb.files import ordinary
from kb.frontmatter import FrontMatter, Problem, Value
from kb.language.detect import guess_language
from kb.markdown import Chapter
from kb.vocabulary import Vocabulary

MAX_READ_BYTES = 16 * 1024 * 1024
"""A Markdown file beyond this is data, not a text that somebody wrote."""


@dataclass(frozen=True, slots=True)
class Result:
    """A benefit that was expected or reached."""

    kind: str
    statement: str
    indicator: str = ""
    value: str = ""
    unit: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Borrowing:
    """Where a practice was borrowed from: a practice here, or a place or somewhere else."""

    practice: str = ""
    place: str = ""
    where: str = ""
    title: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that the practice is documented by."""

    title: str
    url: str = ""
    publisher: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """How leaders judged an idea."""

    feasibility: str = ""
    value: str = ""
    decision: str = ""
    decided: str = ""
    why: str = ""


NEAREST: Mapping[str, tuple[str, ...]] = {"nn": ("nb",), "nb": ("nn",)}
"""Languages whose readers read another without thinking of it."""


@dataclass(frozen=True, slots=True)
class Card:
    """Title, summary and questions in one language: what a reader who knows that language sees."""

    language: str
    title: str
    summary: str
    questions: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Section(Chapter):
    """The text under one heading, and which question of the template it answers."""

    key: str
    """A canonical section of the format, or `other`."""


@dataclass(frozen=True, slots=True)
class Practice:
    """One documented practice. Empty strings and tuples stand for what the file does not say."""

    id: str
    path: PurePosixPath
    """Relative to the folder of practices."""
    title: str
    summary: str = ""
    language: str = ""
    places: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    status: str = ""
    status_as_of: str = ""
    started: str = ""
    ended: str = ""
    evidence: str = ""
    evidence_note: str = ""
    results: tuple[Result, ...] = ()
    borrowed_from: tuple[Borrowing, ...] = ()
    related: tuple[str, ...] = ()
    contact: str = ""
    sources: tuple[Source, ...] = ()
    questions: tuple[str, ...] = ()
    reviewed: str = ""
    assessment: Assessment | None = None
    sections: tuple[Section, ...] = ()
    cards: Mapping[str, Card] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    problems: tuple[Problem, ...] = ()

    @property
    def country(self) -> str:
        """Two-letter code of the first place, or empty."""
        return self.places[0].split("/", 1)[0] if self.places else ""

    @property
    def has_lessons(self) -> bool:
        return any(section.key == "lessons" and section.blocks for section in self.sections)

    @property
    def has_realised_results(self) -> bool:
        return any(result.kind == "realised" for result in self.results)

    def card(self, language: str) -> Card:
        """The card for a reader of `language`, or of the language nearest to it; else the practice's own."""
        own = Card(self.language, self.title, self.summary, self.questions, "human")
        for known in (language, *NEAREST.get(language, ())):
            if known == self.language:
                return own
            if known in self.cards:
                return self.cards[known]
        return own

    def section(self, key: str) -> tuple[Section, ...]:
        """The sections that answer one question of the template."""
        return tuple(section for section in self.sections if section.key == key)


def read_file(path: Path) -> str:
    """The text of a file, with its line endings and any BOM as they stand.

    Raises:
        UnreadableFile: gone, not UTF-8, binary or far too large.
    """
    try:
        if ordinary(path).st_size > MAX_READ_BYTES:
            raise UnreadableFile("The file is over 16 MB.", path=path, hint="Move data out of the text.")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFile(
            f"The file cannot be opened: {reason}.", path=path, hint="Check that it exists."
        ) from error
    if b"\0" in data:
        raise UnreadableFile("The file is binary, not text.", path=path, hint="Save it as Markdown in UTF-8.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            "The file is not UTF-8 text.", path=path, line=line, hint="Save it again as UTF-8 in your editor."
        ) from error


def parse_practice(
    text: str, path: PurePosixPath, vocabulary: Vocabulary, *, cards: str = "", practice_id: str = ""
) -> Practice:
    """Read one practice from its text; `cards` is the text of its `.i18n.yaml`. Never raises."""
    front = foreign.split(text) or frontmatter.split(text)
    sections = _sections(front, vocabulary)
    data = front.data
    title = _text(data, "title") or _first_heading(sections) or path.stem.replace("-", " ").replace("_", " ")
    language = _text(data, "language") or guess_language(front.body)
    return Practice(
        id=practice_id or path.stem,
        path=path,
        title=title,
        summary=_text(data, "summary"),
        language=language,
        places=_texts(data, "place"),
        areas=_texts(data, "areas"),
        themes=_texts(data, "themes"),
        status=_text(data, "status"),
        status_as_of=_text(data, "status_as_of"),
        started=_text(data, "started"),
        ended=_text(data, "ended"),
        evidence=_text(data, "evidence"),
        evidence_note=_text(data, "evidence_note"),
        results=tuple(Result(**_known(item, Result)) for item in _records(data, "results")),
        borrowed_from=tuple(Borrowing(**_known(item, Borrowing)) for item in _records(data, "borrowed_from")),
        related=_texts(data, "related"),
        contact=_text(data, "contact"),
        sources=tuple(Source(**_known(item, Source)) for item in _records(data, "sources")),
        questions=_texts(data, "questions"),
        reviewed=_text(data, "reviewed"),
        assessment=_assessment(data),
        sections=sections,
        cards=parse_cards(cards),
        body=front.body,
        body_line=front.body_line,
        problems=front.problems,
    )


def parse_cards(text: str) -> dict[str, Card]:
    """The cards of an `.i18n.yaml`, as far as they can be understood."""
    cards = {}
    for language, value in frontmatter.parse_mapping(text).data.items():
        if isinstance(value, dict) and _text(value, "title"):
            cards[language] = Card(
                language=language,
                title=_text(value, "title"),
                summary=_text(value, "summary"),
                questions=_texts(value, "questions"),
                by=_text(value, "by"),
            )
    return cards


def write_practice(text: str, changes: Mapping[str, Value | None]) -> str:
    """The text of a practice with some front-matter keys set or removed; no other byte moves."""
    return frontmatter.edit(text, changes)


def cards_path(path: Path) -> Path:
    """Where the cards of a practice stand: `<id>.i18n.yaml` beside `<id>.md`."""
    return path.with_name(f"{path.stem}.i18n.yaml")


def _sections(front: FrontMatter, vocabulary: Vocabulary) -> tuple[Section, ...]:
    found = markdown.chapters(front.body, front.body_line)
    return tuple(_section(chapter, vocabulary) for chapter in found)


def _section(chapter: Chapter, vocabulary: Vocabulary) -> Section:
    key = _canonical(chapter, vocabulary)
    return Section(chapter.heading, chapter.level, chapter.parents, chapter.line, chapter.end, chapter.blocks, key)


def _canonical(chapter: Chapter, vocabulary: Vocabulary) -> str:
    """A sub-heading belongs to the question that it stands under."""
    for heading in (chapter.heading, *reversed(chapter.parents)):
        if (key := vocabulary.section(heading)) != "other":
            return key
    return "other"


def _first_heading(sections: tuple[Section, ...]) -> str:
    return next((section.heading for section in sections if section.level == 1), "")


def _text(data: Mapping[str, Value], key: str) -> str:
    value = data.get(key, "")
    return value.strip() if isinstance(value, str) else ""


def _texts(data: Mapping[str, Value], key: str) -> tuple[str, ...]:
    """A list of texts; a single text counts as a list of one."""
    value = data.get(key, "")
    items = value if isinstance(value, list) else [value]
    return tuple(item.strip() for item in items if isinstance(item, str) and item.strip())


def _records(data: Mapping[str, Value], key: str) -> list[dict[str, Value]]:
    value = data.get(key, [])
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _known(record: Mapping[str, Value], kind: type) -> dict[str, str]:
    """The texts of a record that its class has a place for; required ones may be empty."""
    return {item.name: _text(record, item.name) for item in fields(kind)}


def _assessment(data: Mapping[str, Value]) -> Assessment | None:
    value = data.get("assessment")
    return Assessment(**_known(value, Assessment)) if isinstance(value, dict) else None
