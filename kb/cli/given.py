"""What options tell of a new practice, as answers. Whether an answer will do is for the checker to say."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kb.add.answers import Answers
from kb.add.asked import FORMAT
from kb.add.draft import SECTION
from kb.add.where import called
from kb.check import Finding
from kb.cli.options import place_of
from kb.errors import ConfigError
from kb.frontmatter import Path as At
from kb.importing.decoded import decoded
from kb.importing.values import known
from kb.practice import MAX_READ_BYTES, Borrowing, Result, Source
from kb.schema import Field
from kb.typed import line
from kb.vocabulary import Vocabulary, nearest

BETWEEN = "|"
"""Between the parts of a source, a result or a borrowing."""
OPTIONS: Mapping[At, str] = {
    ("place",): "--place",
    ("title",): "--title",
    (SECTION, "problem"): "--problem",
    (SECTION, "practice"): "--practice",
    ("summary",): "--summary",
    ("areas",): "--area",
    ("themes",): "--theme",
    ("status",): "--status",
    ("status_as_of",): "--as-of",
    ("started",): "--started",
    ("ended",): "--ended",
    ("evidence",): "--evidence",
    ("evidence_note",): "--evidence-note",
    ("results",): "--realised or --expected",
    ("borrowed_from",): "--borrowed-from",
    ("contact",): "--contact",
    ("sources",): "--source",
    ("questions",): "--question",
    ("language",): "--language",
    (SECTION, "results"): "--results",
    (SECTION, "lessons"): "--lessons",
    (SECTION, "conditions"): "--conditions",
    (SECTION, "involved"): "--involved",
    (SECTION, "adaptation"): "--adaptation",
    (SECTION, "own_words"): "--own-words",
}
"""The option that each key and section is told by."""
COUNTRY = Field("country", "choice", vocabulary="countries")


@dataclass(frozen=True, slots=True)
class Given:
    """The texts of the options: those that are given once, those that may be repeated, and the sections."""

    texts: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    sections: Mapping[str, str] = field(default_factory=dict)

    def answers(self, vocabulary: Vocabulary, language: str, practices: Collection[str]) -> Answers:
        """The answers; `practices` are the ids that one can have borrowed from.

        Raises:
            ConfigError: a place, or a file that a text is in, is not there.
        """
        places, new, country = self._places(vocabulary)
        results = [Result("realised", *_parts(text, 5)) for text in self.lists["realised"]]
        results += [Result("expected", *_parts(text, 5)) for text in self.lists["expected"]]
        return Answers(
            **{name: text for name, text in self.texts.items() if name not in {"status", "evidence", "country"}},
            **{name: _key(name, self.texts[name], vocabulary) for name in ("status", "evidence")},
            language=language,
            place_known="" if new or not places else places[0],
            place_new=new,
            country=country,
            together=tuple(places if new else places[1:]),
            areas=tuple(_key("areas", text, vocabulary) for text in self.lists["areas"]),
            themes=tuple(_key("themes", text, vocabulary) for text in self.lists["themes"]),
            results=tuple(results),
            borrowed_from=tuple(_borrowing(text, practices) for text in self.lists["borrowed_from"]),
            sources=tuple(map(source_of, self.lists["sources"])),
            questions=tuple(self.lists["questions"]),
            sections=dict(_read(self.sections)),
        )

    def _places(self, vocabulary: Vocabulary) -> tuple[list[str], str, str]:
        """The keys of the places that are known, and a first place that is new with its country."""
        given, country = list(self.lists["place"]), self.texts["country"]
        if not country:
            return [_place(text, vocabulary) for text in given], "", ""
        first, *more = given or [""]
        if not first.strip():
            raise ConfigError("--country is given without --place.", hint="Name the new place with --place.")
        if called(first, vocabulary):
            raise ConfigError(f"{first} is a place already.", hint="Leave out --country; it is for a new place.")
        if not (key := known(COUNTRY, line(country), vocabulary)):
            keys = ", ".join(vocabulary.labels.get("countries", {}))
            near = nearest(country, vocabulary.values("countries"))
            hint = f"Did you mean {near}?" if near else f"Use one of {keys}, or a name."
            raise ConfigError(f"There is no country {country}.", hint=hint)
        return [_place(text, vocabulary) for text in more], first, key


def source_of(text: str) -> Source:
    """A source written as TITLE | URL | PUBLISHER | YEAR."""
    return Source(*_parts(text, 4))


def told(faults: Mapping[At, Sequence[Finding]]) -> str:
    """What is wrong or lacking, each by its option."""
    return "; ".join(
        f"{OPTIONS.get(at, 'the whole')}: {finding.message} {finding.hint}".strip()
        for at, findings in faults.items()
        for finding in findings
    )


def is_given(at: At, answers: Answers) -> bool:
    """Whether an option has told anything of a key or a section."""
    if at[:1] == (SECTION,):
        return bool(line(answers.sections.get(str(at[1]), "")))
    return not at or bool(answers.place if at == ("place",) else getattr(answers, str(at[0]), ""))


def _place(text: str, vocabulary: Vocabulary) -> str:
    try:
        return place_of(text, vocabulary)
    except ConfigError as error:
        raise ConfigError(str(error), hint=f"{error.hint} A new municipality is told by --country as well.") from None


def _key(name: str, text: str, vocabulary: Vocabulary) -> str:
    """The key that a word means, in any language; else the word, for the checker to suggest the nearest."""
    return known(FORMAT[name], line(text), vocabulary) or line(text)


def _parts(text: str, most: int) -> list[str]:
    return [part.strip() for part in text.split(BETWEEN, most - 1)]


def _borrowing(text: str, practices: Collection[str]) -> Borrowing:
    """A borrowing written as ID | NOTE of a practice here, or as WHERE | TITLE | URL | NOTE."""
    first, _, rest = (part.strip() for part in text.partition(BETWEEN))
    if first in practices:
        return Borrowing(practice=first, note=rest)
    return Borrowing(**dict(zip(("where", "title", "url", "note"), _parts(text, 4), strict=False)))


def _read(sections: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Sections with their texts, also those that are in a file or come in.

    Raises:
        ConfigError: a file cannot be read, or two texts are to come in.
    """
    if sum(text == "-" for text in sections.values()) > 1:
        raise ConfigError("Only one text can be read from standard input.", hint="Put the others in files: @path.")
    for key, text in sections.items():
        if text == "-":
            yield key, decoded(sys.stdin.buffer.read(MAX_READ_BYTES))
        elif text.startswith("@"):
            yield key, _file(Path(text[1:]), OPTIONS[SECTION, key])
        else:
            yield key, text


def _file(path: Path, option: str) -> str:
    try:
        with path.open("rb") as stream:
            return decoded(stream.read(MAX_READ_BYTES))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "A text that begins with @ names a file; put other texts that do in one."
        raise ConfigError(f"{option}: {path} cannot be read: {reason}.", hint=hint) from error
