"""The questions of a new practice at a terminal, in the app's own words, until what the format requires is told."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kb.add.answers import Answers
from kb.add.asked import FORMAT, UNANSWERED, lacking
from kb.add.draft import SECTION
from kb.add.where import called, nearly_called
from kb.check import Finding
from kb.check.fields import LABELS
from kb.cli.given import COUNTRY, source_of
from kb.cli.options import harmless
from kb.frontmatter import Path as At
from kb.importing.values import known, value_of
from kb.propose.draft import Draft
from kb.said import said, table
from kb.typed import line
from kb.vocabulary import Vocabulary, nearest
from kb.web.texts import t
from kb.web.texts import table as app_texts

WORDS = table(Path(__file__).with_name("new.yaml"))
END = "."
"""A line of this alone ends a long text: what is pasted may have empty lines."""


class Stopped(Exception):
    """Whoever was asked left, or the terminal closed."""


@dataclass(frozen=True, slots=True)
class Interview:
    """What is needed to ask."""

    vocabulary: Vocabulary
    language: str
    draft: Callable[[Answers], Draft]
    """The file that answers make, checked."""
    look: Callable[[Answers], None]
    """Tells of practices that look the same, as soon as there is enough to look by."""

    def ask(self, answers: Answers) -> Answers:
        """Ask for what is lacking, one thing at a time; a wrong answer is told at once, and asked for again.

        Raises:
            Stopped: no more answers are given.
        """
        # Line editing as in a shell, and lines longer than a terminal's own 4096 signs.
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  input() edits lines once it is there
        self._say(said(WORDS, "begin", self.language))
        asked: At = ()
        has_looked = False
        while faults := lacking(self.draft(answers), answers, self.vocabulary):
            if not has_looked and answers.gist:
                has_looked = True
                self.look(answers)
            at = asked if asked in faults else next(iter(faults))
            self._tell(at, faults[at], is_again=at == asked)
            answers = self._asked(at, answers)
            asked = at
        if not has_looked and answers.gist:
            self.look(answers)
        return answers

    def _tell(self, at: At, findings: Sequence[Finding], *, is_again: bool) -> None:
        """What is wrong with an answer; nothing where it has not been asked for yet."""
        for finding in findings:
            if finding.code not in UNANSWERED:
                self._say(self._meaning(f"form.finding.{finding.code}", f"{finding.message} {finding.hint}"))
            elif is_again:
                key = "form.finding.missing-sources" if at == ("sources",) else f"add.lacks.{at[-1]}"
                self._say(self._meaning(key, f"{finding.message} {finding.hint}"))

    def _asked(self, at: At, answers: Answers) -> Answers:
        """The answers with one more, or with another."""
        if at[0] == SECTION:
            key = str(at[1])
            return replace(answers, sections={**answers.sections, key: self._long(key)})
        name = str(at[0])
        if name in {"place", "sources"}:
            return self._place(answers) if name == "place" else self._sources(answers)
        told: dict[str, Any] = {name: self._one(name)}
        return replace(answers, **told)

    def _one(self, name: str) -> str | tuple[str, ...]:
        """The answer to a question whose key tells how it is answered."""
        field = FORMAT[name]
        if field.kind == "choice":
            return self._choice(name, field.choices)
        if field.kind == "choices":
            return self._choices(name)
        if field.kind == "date":
            return self._date(name)
        self._question(name)
        return line(self._read())

    def _question(self, name: str, *more: str) -> None:
        """A question, why it is asked, and how it is answered."""
        heading = "add.sources" if name == "sources" else f"add.field.{name}"
        self._say(f"\n{t(heading, self.language)}")
        for text in (self._meaning(f"add.hint.{name}"), *more):
            if text:
                self._say(f"  {text}")

    def _long(self, key: str) -> str:
        self._question(key, said(WORDS, "long", self.language))
        lines: list[str] = []
        while (typed := self._read()).strip() != END:
            lines.append(typed)
        return "\n".join(lines)

    def _date(self, name: str) -> str:
        today = datetime.now(tz=UTC).date().isoformat()
        self._question(name, said(WORDS, "enter", self.language, value=today))
        return line(self._read()) or today

    def _choice(self, name: str, keys: Sequence[str]) -> str:
        labels = [self._label(name, key) for key in keys]
        told = [f"{label}. {self._meaning(f'add.{name}.{key}')}" for label, key in zip(labels, keys, strict=True)]
        self._question(name)
        return keys[self._number(told, lambda typed: known(FORMAT[name], typed, self.vocabulary), keys, labels)]

    def _choices(self, name: str) -> tuple[str, ...]:
        keys = tuple(self.vocabulary.labels[FORMAT[name].vocabulary])
        labels = [self._label(name, key) for key in keys]
        self._question(name)
        self._list(labels)
        self._say(f"  {said(WORDS, 'some', self.language)}")
        while True:
            typed = line(self._read())
            parts = [part for part in re.split(r"[\s,;]+", typed) if part]
            if parts and all(part.isdecimal() for part in parts):
                chosen = [keys[int(part) - 1] if 0 < int(part) <= len(keys) else part for part in parts]
            else:
                told = value_of(FORMAT[name], typed, self.vocabulary, ())
                chosen = [str(one) for one in told] if isinstance(told, list) else [typed]
            wrong = [one for one in chosen if one not in keys]
            if chosen and not wrong:
                return tuple(dict.fromkeys(chosen))
            self._refuse(wrong[0] if wrong else "", labels)

    def _number(
        self, told: Sequence[str], meant: Callable[[str], str], keys: Sequence[str], labels: Sequence[str]
    ) -> int:
        """Which of a list is chosen, by its number or by what it is called."""
        self._list(told)
        self._say(f"  {said(WORDS, 'one', self.language)}")
        while True:
            typed = line(self._read())
            if typed.isdecimal() and 0 < int(typed) <= len(keys):
                return int(typed) - 1
            if (key := meant(typed)) in keys:
                return list(keys).index(key)
            self._refuse(typed, labels)

    def _place(self, answers: Answers) -> Answers:
        """A place of the list, or a new one with its country."""
        places = self.vocabulary.places
        example = next((place.name for place in places.values() if place.kind == "district"), "")
        self._question("place", said(WORDS, "place", self.language, name=example))
        while True:
            typed = line(self._read())
            if not typed:
                self._say(t("add.lacks.place", self.language))
                continue
            found = called(typed, self.vocabulary)
            if len(found) == 1:
                return replace(answers, place_known=found[0], place_new="", country="")
            offered = found or nearly_called(typed, self.vocabulary)
            self._say(said(WORDS, "several" if found else "unknown", self.language, name=typed))
            names = [self.vocabulary.place_name(key, with_country=True, language=self.language) for key in offered]
            ways = [*names, t("form.place_new", self.language), said(WORDS, "again", self.language)]
            keys = [*offered, "+", ""]
            at = self._number(ways, lambda _: "\0", keys, ways)
            if at < len(offered):
                return replace(answers, place_known=offered[at], place_new="", country="")
            if keys[at]:
                return replace(answers, place_known="", place_new=typed, country=self._country())

    def _country(self) -> str:
        self._say(t("form.country_choose", self.language))
        keys = tuple(self.vocabulary.labels["countries"])
        labels = [self.vocabulary.label("countries", key, self.language) for key in keys]
        return keys[self._number(labels, lambda typed: known(COUNTRY, typed, self.vocabulary), keys, labels)]

    def _sources(self, answers: Answers) -> Answers:
        """A source, or else whom others can ask."""
        self._question("sources", said(WORDS, "source", self.language))
        if typed := line(self._read()):
            return replace(answers, sources=(source_of(typed),))
        self._question("contact")
        return replace(answers, sources=(), contact=line(self._read()))

    def _refuse(self, typed: str, labels: Sequence[str]) -> None:
        """That it is none of the choices, and which one it looks like."""
        self._say(said(WORDS, "not_one", self.language, given=typed))
        if near := nearest(typed, labels):
            self._say(said(WORDS, "nearest", self.language, name=near))

    def _list(self, told: Sequence[str]) -> None:
        for number, text in enumerate(told, 1):
            self._say(f"  {number:>2}  {text}")

    def _label(self, name: str, key: str) -> str:
        return self.vocabulary.label(LABELS.get(name, FORMAT[name].vocabulary), key, self.language)

    def _meaning(self, key: str, otherwise: str = "") -> str:
        """A text of the app's, where it has one."""
        return t(key, self.language) if key in app_texts() else otherwise

    def _say(self, text: str) -> None:
        """What is asked goes beside what comes out of the command."""
        sys.stderr.write(f"{harmless(text)}\n")
        sys.stderr.flush()

    def _read(self) -> str:
        """One line.

        Raises:
            Stopped: there are no more.
        """
        try:
            return input("> " if sys.stdout.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            raise Stopped from None
