"""What the encoder is taught: subjects, each with what is asked about it and the texts that answer.

A practice is a subject: its questions are asked, its passages and cards answer, in every language that it has.
Subjects that are near each other, of the same family or neighbours by what their cards say, are put into one batch
so that telling them apart is learnt; subjects that are kin, one borrowed from the other, never are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from kb.errors import TuningError
from kb.passages import passages
from kb.practice import Practice

if TYPE_CHECKING:
    from kb.encoder.protocol import Encoder

Source = Literal["practices", "written", "general"]
"""Practices themselves, texts written for training about municipal services, and about anything."""

FIFTH = 5
NEIGHBOURS = 8
LEAST_SUBJECTS, LEAST_QUESTIONS = 16, 64


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be asked about, and what answers."""

    id: str
    source: Source
    questions: Mapping[str, tuple[str, ...]]
    """By language."""
    answers: Mapping[str, tuple[str, ...]]
    """By language: passages and cards, as the encoder reads them."""
    near: tuple[str, ...] = ()
    """Subjects that are easily taken for it."""
    kin: frozenset[str] = field(default_factory=frozenset)
    """Subjects that answer the same questions: never held against it."""
    borrowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language, cards of what it was borrowed from: they answer its questions too."""


def of_practices(practices: Sequence[Practice]) -> tuple[Subject, ...]:
    """A subject for each practice that somebody wrote questions for."""
    known = {practice.id: practice for practice in practices}
    kin = _kin(practices)
    found = []
    for practice in practices:
        questions = _by_language(practice, ("question",))
        answers = _by_language(practice, ("text", "card"))
        if questions and answers:
            sources = [known[item.practice] for item in practice.borrowed_from if item.practice in known]
            cards = _merged(_by_language(source, ("card",)) for source in sources)
            found.append(Subject(practice.id, "practices", questions, answers, kin=kin[practice.id], borrowed=cards))
    return tuple(found)


def enough(subjects: Sequence[Subject]) -> None:
    """See that there is enough to learn from.

    Raises:
        TuningError: there is not, with what is missing.
    """
    questions = sum(len(asked) for subject in subjects for asked in subject.questions.values())
    if len(subjects) < LEAST_SUBJECTS or questions < LEAST_QUESTIONS:
        raise TuningError(
            f"Too little to learn from: {len(subjects)} practices with {questions} questions, "
            f"where {LEAST_SUBJECTS} and {LEAST_QUESTIONS} are the least.",
            hint="Write questions under 'questions:' in the practices' front matter and cards, or keep the model as "
            "it is: it finds things without.",
        )


def is_kept_aside(name: str) -> bool:
    """Whether a practice is in the fifth that is never trained on in an honest experiment: by the hash of its id."""
    return zlib.crc32(name.encode()) % FIFTH == 0


def with_neighbours(subjects: Sequence[Subject], practices: Sequence[Practice], encoder: Encoder) -> list[Subject]:
    """The practices' subjects with those of other themes whose cards are nearest, by the encoder in use.

    They are the hard negatives: near in words, and about something else. Cards are held against each other in one
    language, so that the language plays no part.
    """
    known = {practice.id: practice for practice in practices}
    mine = [subject for subject in subjects if subject.source == "practices"]
    if not mine:
        return list(subjects)
    cards = [known[subject.id].card("en") for subject in mine]
    vectors = encoder.encode([f"{card.title}. {card.summary}" for card in cards], "document")
    near = {}
    for row, order in zip(mine, (-vectors @ vectors.T).argsort(axis=1), strict=True):
        themes = set(known[row.id].themes)
        others = (mine[place].id for place in order if mine[place] is not row)
        near[row.id] = [name for name in others if name not in row.kin and not themes & set(known[name].themes)][
            :NEIGHBOURS
        ]
    return [replace(subject, near=tuple(near.get(subject.id, subject.near))) for subject in subjects]


def _by_language(practice: Practice, kinds: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for passage in passages(practice):
        if passage.kind in kinds:
            found.setdefault(passage.language or "nb", []).append(passage.embedded)
    return {language: tuple(texts) for language, texts in sorted(found.items())}


def _merged(groups: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for language, texts in group.items():
            merged[language] = merged.get(language, ()) + texts
    return merged


def _kin(practices: Sequence[Practice]) -> dict[str, frozenset[str]]:
    """Who is tied to whom by borrowing or by being called related, in both directions."""
    ties: dict[str, set[str]] = {practice.id: set() for practice in practices}
    for practice in practices:
        for other in (*(item.practice for item in practice.borrowed_from), *practice.related):
            if other in ties:
                ties[practice.id].add(other)
                ties[other].add(practice.id)
    return {name: frozenset(others) for name, others in ties.items()}
