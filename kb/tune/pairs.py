"""Batches of pairs: what somebody asks, and a text that answers it, mostly in another language.

All other answers of a batch count as wrong ones (in-batch negatives, Henderson et al. 2017), so a batch holds each
subject once, no two that are kin, and groups of subjects that are easily taken for each other. The same seed gives
the same batches.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.encoder.protocol import TextKind
from kb.tune.subjects import Source, Subject

BORROWED = 0.1
"""How often the answer is taken from what a practice was borrowed from, where it was."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what an adapter becomes; equal recipes on equal texts give equal adapters."""

    steps: int = 160
    batch: int = 32
    group: int = 4
    """How many subjects that are near each other stand together."""
    rank: int = 16
    rate: float = 5e-4
    """Learning rate at its highest: it rises over the first tenth and falls in a line to nothing."""
    temperature: float = 0.03
    max_tokens: int = 96
    """Longer texts are cut for training; searching reads them whole."""
    general: float = 0.25
    """The share of common knowledge, where there are texts of it; practices are ten parts of the rest, written
    problems seven."""
    foreign: float = 0.65
    """How often the answer is in another language than the question, where there is one."""
    questions: float = 0.15
    """How often a whole batch holds questions against questions in another language."""
    strength: float = 0.5
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """What is asked, and what answers it."""

    subject: str
    asked: str
    language: str
    answer: str
    answer_language: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of different subjects; `kind` is whether they are answered by texts or by other questions."""

    kind: TextKind
    pairs: tuple[Pair, ...]


def batches(subjects: Sequence[Subject], recipe: Recipe) -> Iterator[Batch]:
    """The batches of a whole training, in order."""
    chance = random.Random(recipe.seed)  # noqa: S311  (nothing here is secret, and the same seed must give the same)
    known = {subject.id: subject for subject in subjects}
    cycles = {source: _cycle(group, chance) for source, group in _by_source(subjects).items()}
    for _ in range(recipe.steps):
        of_questions = chance.random() < recipe.questions
        chosen = _choose(known, cycles, recipe, chance)
        if of_questions:
            pairs = [pair for subject in chosen if (pair := _question_pair(subject, chance))]
        else:
            pairs = [_answer_pair(subject, recipe.foreign, chance) for subject in chosen]
        yield Batch("query" if of_questions else "document", tuple(pairs))


def _by_source(subjects: Sequence[Subject]) -> dict[Source, list[Subject]]:
    groups: dict[Source, list[Subject]] = {}
    for subject in subjects:
        groups.setdefault(subject.source, []).append(subject)
    return groups


def _cycle(subjects: Sequence[Subject], chance: random.Random) -> Iterator[Subject]:
    """Each once in every round, each round in another order."""
    while True:
        yield from chance.sample(subjects, len(subjects))


def _choose(
    known: Mapping[str, Subject],
    cycles: Mapping[Source, Iterator[Subject]],
    recipe: Recipe,
    chance: random.Random,
) -> list[Subject]:
    sources = list(cycles)
    shares: Mapping[Source, float] = {
        "practices": 10,
        "written": 7,
        "general": 17 * recipe.general / (1 - recipe.general),
    }
    weights = [shares[source] for source in sources]
    chosen: dict[str, Subject] = {}
    barred: set[str] = set()
    size = min(recipe.batch, len(known))
    for _ in range(recipe.batch * 20):
        if len(chosen) >= size:
            break
        subject = next(cycles[chance.choices(sources, weights)[0]])
        near = [known[name] for name in chance.sample(subject.near, len(subject.near)) if name in known]
        group = 0
        for one in (subject, *near):
            if len(chosen) < size and group < recipe.group and one.id not in chosen and one.id not in barred:
                chosen[one.id] = one
                barred |= one.kin
                group += 1
    return list(chosen.values())


def _answer_pair(subject: Subject, often: float, chance: random.Random) -> Pair:
    language, asked = _any(subject.questions, chance)
    answers = subject.borrowed if subject.borrowed and chance.random() < BORROWED else subject.answers
    foreign = {name: texts for name, texts in answers.items() if name != language}
    own = {name: texts for name, texts in answers.items() if name == language}
    found = foreign if foreign and (not own or chance.random() < often) else own
    answer_language, answer = _any(found, chance, by_text=True)
    return Pair(subject.id, asked, language, answer, answer_language)


def _question_pair(subject: Subject, chance: random.Random) -> Pair | None:
    language, asked = _any(subject.questions, chance)
    others = {name: texts for name, texts in subject.questions.items() if name != language}
    if not others:
        return None
    other_language, other = _any(others, chance)
    return Pair(subject.id, asked, language, other, other_language)


def _any(texts: Mapping[str, tuple[str, ...]], chance: random.Random, *, by_text: bool = False) -> tuple[str, str]:
    """A language and a text in it: each language as likely as the next, or each text."""
    if by_text:
        return chance.choice([(language, text) for language, several in texts.items() for text in several])
    language = chance.choice(list(texts))
    return language, chance.choice(texts[language])
