"""The texts written for training: what they must be, and what they must not teach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import TuningError
from kb.evaluate import read_queries
from kb.language.text import fold
from kb.tune.subjects import Subject
from kb.tune.written import read_written

ROOT = Path(__file__).parents[2]
TRAINING = ROOT / "training"
JUDGED = sorted((ROOT / "tests" / "relevance").glob("*.yaml"))
RUN = 4
"""Words in a row that no text shares with a judged question."""
ALIKE = 0.3
"""The greatest share of letter 4-grams that two questions may have in common."""


@pytest.fixture(scope="module")
def written() -> tuple[Subject, ...]:
    return read_written(TRAINING)


def texts(subject: Subject) -> Iterator[str]:
    for by_language in (subject.questions, subject.answers):
        for several in by_language.values():
            yield from several


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}


def grams(text: str) -> set[str]:
    letters = " ".join(re.findall(r"\w+", fold(text)))
    return {letters[n : n + 4] for n in range(len(letters) - 3)}


def test_there_are_some_thousand_questions_in_five_languages(written: tuple[Subject, ...]) -> None:
    count = dict.fromkeys(("nb", "nn", "da", "sv", "en"), 0)
    for subject in written:
        for language, several in subject.questions.items():
            count[language] += len(several)
    assert min(count.values()) > 500
    assert sum(count.values()) > 3000


def test_no_text_shares_a_run_of_words_with_a_judged_question(written: tuple[Subject, ...]) -> None:
    judged = {run: query.text for path in JUDGED for query in read_queries(path) for run in runs(query.text)}
    shared = {
        (subject.id, " ".join(run))
        for subject in written
        for text in texts(subject)
        for run in runs(text)
        if run in judged
    }
    assert shared == set()


def test_no_question_is_spelled_much_like_a_judged_one(written: tuple[Subject, ...]) -> None:
    judged = [grams(query.text) for path in JUDGED for query in read_queries(path)]
    for subject in written:
        for several in subject.questions.values():
            for question in several:
                mine = grams(question)
                assert all(len(mine & other) < ALIKE * len(mine | other) for other in judged), (subject.id, question)


def test_no_question_is_asked_of_two_things(written: tuple[Subject, ...]) -> None:
    asked: dict[str, str] = {}
    for subject in written:
        for several in subject.questions.values():
            for question in several:
                assert asked.setdefault(question.lower(), subject.id) == subject.id


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1\n", "item 1: the file is no list of items"),
        ("- questions: {nb: [Hva?]}\n  answers: {nb: Det.}\n", "item 1: it has no id"),
        ("- id: a\n  answers: {nb: Det.}\n", "item 1: questions says nothing"),
        ("- id: a\n  questions: {nb: [Hva?]}\n", "item 1: None is none of"),
        ("- id: a\n  questions: {xx: [Hva?]}\n  answers: {nb: Det.}\n", "item 1: xx is none of"),
        ("- id: a\n  questions: {nb: [1]}\n  answers: {nb: Det.}\n", "questions.nb is neither"),
        ("- id: a\n  questions: {nb: [Hva?]}\n  answers: {nb: ' '}\n", "answers.nb is neither"),
        ("- {id: a, questions: {nb: [H]}, answers: {nb: D}}\n" * 2, "item 2: two items have the same id"),
        ("- 'unfinished\n", "while scanning"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_name(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "municipal" / "wrong.yaml"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TuningError, match=re.escape(str(path))) as refused:
        read_written(tmp_path)
    assert said in str(refused.value)


def test_a_paragraph_is_answered_by_its_own_text(tmp_path: Path) -> None:
    path = tmp_path / "general" / "sea.yaml"
    path.parent.mkdir()
    path.write_text("- {id: tide, language: nb, text: Månen., questions: {sv: [Vem drar?]}}\n", encoding="utf-8")
    (subject,) = read_written(tmp_path)
    assert (subject.answers, subject.questions) == ({"nb": ("Månen.",)}, {"sv": ("Vem drar?",)})
