"""Whatever somebody types or pastes, search answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kb
from kb.config import Config
from kb.index.build import build
from kb.search.hits import results_json

FILES = {
    "en.md": "# En dag med AND og OR\n\nVi prøvde sekstimersdag (6 t) – det virket: *bra*.\n",
    "to.md": "---\ntitle: '!!!'\n---\nHjemmetjenesten i Grong. \U0001f600 日本語\n",
    "tre.md": '# Tre\n\n## Lessons\n\nÆrlig talt: søk på [alt] "mulig" + mer~2^3.\n',
}
SYNTAX = [
    'AND "(: *',
    "OR",
    "NOT",
    "a:b",
    "[1 TO 2]",
    "grams:x",
    '"',
    "*",
    "^2",
    "~",
    "\\",
    "{!x}",
    "' OR 1=1 --",
    "/x/",
]

texts = st.one_of(
    st.text(st.characters(), max_size=200),  # any character, lone surrogates too
    st.text(st.sampled_from("\0\x01\x1b\x7f\u0085\u2028\u202e\ufeff\u0301\ud800\udcc3\ud83d"), max_size=30),
    st.lists(st.sampled_from([*SYNTAX, "sekstimersdag", "Grong"]), max_size=12).map(" ".join),
    st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=20), st.integers(1, 500)),
)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> kb.KnowledgeBase:
    root = tmp_path_factory.mktemp("any-text")
    for name, text in FILES.items():
        Path(root, "practices").mkdir(exist_ok=True)
        Path(root, "practices", name).write_text(text, encoding="utf-8")
    config = Config(root=root, practices=root / "practices", index=root / "index", model="none")
    build(config)
    return kb.KnowledgeBase(config)


def answers(base: kb.KnowledgeBase, text: str) -> None:
    for lens in ("", "lessons"):
        results = base.search(text, lens=lens)
        str(results_json(results)).encode()
        for hit in results:
            assert all(0 <= start < end <= len(hit.passage.text) for start, end in hit.passage.highlights)
    (ranked,) = base.rank([text])
    assert len(ranked.order) == min(len(base.practices), 100)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
def test_any_text_is_answered(words: kb.KnowledgeBase, text: str) -> None:
    answers(words, text)


@pytest.mark.parametrize("text", [*SYNTAX, "x" * 100_000, "ord " * 20_000, "\0", "\ud800", "é" * 5000])
def test_awkward_text_is_answered(words: kb.KnowledgeBase, text: str) -> None:
    answers(words, text)


def test_signs_alone_are_no_title(words: kb.KnowledgeBase) -> None:
    assert not any(hit.why.title for hit in words.search("???"))


def test_bytes_of_an_odd_locale_are_read_as_utf_8(words: kb.KnowledgeBase) -> None:
    results = words.search("prøvde".encode().decode("ascii", "surrogateescape"))
    assert results.query == "prøvde"
    assert results[0].practice.id == "en"


@pytest.mark.model
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
def test_any_text_is_answered_with_the_model(base: kb.KnowledgeBase, text: str) -> None:
    answers(base, text)


@pytest.mark.model
def test_very_long_text_is_answered_with_the_model(base: kb.KnowledgeBase) -> None:
    answers(base, "Vi mangler folk på natt. " * 400)
