"""Which questions and answers stand together in a batch."""

from __future__ import annotations

from conftest import PRACTICES
from hypothesis import given, settings
from hypothesis import strategies as some

from kb.repository import load
from kb.tune.pairs import Recipe, batches
from kb.tune.subjects import Subject, is_kept_aside, of_practices

LANGUAGES = ("nb", "sv", "en")


def subject(name: str, *, near: tuple[str, ...] = (), kin: tuple[str, ...] = ()) -> Subject:
    return Subject(
        id=name,
        source="practices",
        questions={language: (f"{name} {language}?",) for language in LANGUAGES},
        answers={language: (f"{name} {language}.",) for language in LANGUAGES},
        near=near,
        kin=frozenset(kin),
    )


NAMES = [f"p{number}" for number in range(12)]


@settings(max_examples=40)
@given(
    kin=some.lists(some.tuples(some.sampled_from(NAMES), some.sampled_from(NAMES)), max_size=6),
    near=some.dictionaries(some.sampled_from(NAMES), some.lists(some.sampled_from(NAMES), max_size=4, unique=True)),
    size=some.integers(2, 16),
    seed=some.integers(),
)
def test_a_batch_holds_each_subject_once_and_no_kin(
    kin: list[tuple[str, str]], near: dict[str, list[str]], size: int, seed: int
) -> None:
    ties: dict[str, set[str]] = {name: set() for name in NAMES}
    for one, other in kin:
        if one != other:
            ties[one].add(other)
            ties[other].add(one)
    subjects = [subject(name, near=tuple(near.get(name, ())), kin=tuple(ties[name])) for name in NAMES]
    for batch in batches(subjects, Recipe(steps=3, batch=size, seed=seed)):
        names = [pair.subject for pair in batch.pairs]
        assert len(names) == len(set(names)) <= size
        assert not any(other in ties[name] for name in names for other in names)


def test_the_same_seed_gives_the_same_batches_and_another_gives_others() -> None:
    subjects = [subject(name) for name in NAMES]
    first = list(batches(subjects, Recipe(steps=5, batch=6)))
    assert first == list(batches(subjects, Recipe(steps=5, batch=6)))
    assert first != list(batches(subjects, Recipe(steps=5, batch=6, seed=2)))


def test_answers_are_mostly_in_another_language_and_always_the_subjects_own() -> None:
    subjects = [subject(name) for name in NAMES]
    pairs = [pair for batch in batches(subjects, Recipe(steps=60, batch=12)) for pair in batch.pairs]
    assert all(
        pair.answer.startswith(f"{pair.subject} ") and pair.asked.startswith(f"{pair.subject} ") for pair in pairs
    )
    foreign = sum(pair.language != pair.answer_language for pair in pairs)
    assert 0.5 < foreign / len(pairs) < 0.9


def test_near_subjects_stand_in_one_batch() -> None:
    subjects = [subject(name, near=(NAMES[number ^ 1],)) for number, name in enumerate(NAMES)]
    for batch in batches(subjects, Recipe(steps=10, batch=4, group=2)):
        names = {pair.subject for pair in batch.pairs}
        assert all(NAMES[NAMES.index(name) ^ 1] in names for name in names)


def test_every_practice_with_questions_is_a_subject_and_lineage_makes_kin() -> None:
    practices = load(PRACTICES).practices
    subjects = {item.id: item for item in of_practices(practices)}
    assert set(subjects) == {practice.id for practice in practices if practice.questions or practice.cards}
    borrower = next(p for p in practices for item in p.borrowed_from if item.practice in subjects)
    source = next(item.practice for item in borrower.borrowed_from if item.practice in subjects)
    assert source in subjects[borrower.id].kin
    assert borrower.id in subjects[source].kin
    assert subjects[borrower.id].borrowed


def test_a_fifth_is_kept_aside_by_name_alone() -> None:
    names = [practice.id for practice in load(PRACTICES).practices]
    aside = [name for name in names if is_kept_aside(name)]
    assert 0.15 < len(aside) / len(names) < 0.25
    assert [name for name in reversed(names) if is_kept_aside(name)] == aside[::-1]
