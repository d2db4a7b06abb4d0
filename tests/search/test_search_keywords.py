"""Without a model everything works by words alone, and says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from conftest import PRACTICES, SMALL
from search_helpers import ids

import kb
from kb import schema
from kb.config import Config
from kb.index.build import build
from kb.index.store import FACETS
from kb.search.run import NEAREST

QUESTION = "sextimmarsdag i hemtjänsten"


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> kb.KnowledgeBase:
    root = tmp_path_factory.mktemp("keywords")
    for name in (
        "vocabulary.yaml",
        "places.yaml",
        *(f"{name}{end}" for name in SMALL for end in (".md", ".i18n.yaml")),
    ):
        target = root / "practices" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PRACTICES / name, target)
    config = Config(root=root, practices=root / "practices", index=root / "index", model="none")
    build(config)
    return kb.KnowledgeBase(config)


def test_a_question_is_answered_and_the_notice_says_how(words: kb.KnowledgeBase) -> None:
    results = words.search(QUESTION)
    assert results.mode == "keyword"
    assert "Only keyword search works" in results.notice
    assert results.strength == "strong"
    assert ids(results)[0] == "kiruna-sextimmarsdag-hemtjanst"


def test_missing_model_is_told_by_what_is_missing(words: kb.KnowledgeBase) -> None:
    elsewhere = kb.KnowledgeBase(replace(words.config, model="none"))
    assert elsewhere.search(QUESTION).notice.startswith("Only keyword search works")
    assert elsewhere.search("").notice == ""


def test_spelling_and_case_do_not_matter(words: kb.KnowledgeBase) -> None:
    wanted = ids(words.search("hemtjänst"))[0]
    for typed in ("hemtjaenst", "HEMTJÄNST", "hemtja\u0308nst", "hemtjænst"):
        assert ids(words.search(typed))[0] == wanted, typed
    assert "kiruna-sextimmarsdag-hemtjanst" in ids(words.search("hemtjanst"))


def test_words_in_common_are_marked_where_they_stand(words: kb.KnowledgeBase) -> None:
    hit = words.search("ARBEIDSTIDSFORKORTNING arbetstidsförkortningen")[0]
    assert hit.passage.highlights
    for start, end in hit.passage.highlights:
        assert hit.passage.text[start:end].casefold().startswith("arbetstid")


def test_words_that_nobody_wrote_have_no_answer(words: kb.KnowledgeBase) -> None:
    results = words.search("qzxv wkrpt")
    assert (results.strength, results.total) == ("none", 0)
    assert len(results) <= NEAREST


@pytest.mark.parametrize("question", ["", QUESTION, "kommune"])
def test_each_facet_count_is_what_filtering_by_it_gives(words: kb.KnowledgeBase, question: str) -> None:
    facets = words.search(question).facets
    assert tuple(facets) == FACETS
    filters: list[tuple[dict[str, Any], int]] = [
        ({name: key}, count) for name, values in facets.items() for key, count in values.items()
    ]
    for narrowed, count in filters:
        assert words.search(question, **narrowed).total == count, narrowed


@pytest.mark.parametrize("lens", list(schema.LENSES))
def test_lens_shows_its_own_sections_alone(words: kb.KnowledgeBase, lens: str) -> None:
    for question in ("kommune", ""):
        for hit in words.search(question, lens=lens, limit=100):
            assert hit.passage.section in schema.LENSES[lens]


def test_exact_title_comes_first(words: kb.KnowledgeBase) -> None:
    for practice in words.practices:
        for title in (practice.title, *(card.title for card in practice.cards.values())):
            assert ids(words.search(title.upper()))[0] == practice.id


def test_similar_by_words_finds_the_lineage(words: kb.KnowledgeBase) -> None:
    found = words.similar("grong-bygdemodre")
    assert found.mode == "keyword"
    assert ids(found)[0] == "oslo-alna-bydelsmodre"
    assert "grong-bygdemodre" not in ids(words.similar("grong-bygdemodre", limit=100))


def test_borrowers_are_those_who_say_so(words: kb.KnowledgeBase) -> None:
    assert [practice.id for practice in words.borrowers("oslo-alna-bydelsmodre")] == ["grong-bygdemodre"]


def test_filters_that_leave_nothing_give_nothing(words: kb.KnowledgeBase) -> None:
    results = words.search("kommune", country="is", status="idea")
    assert (len(results), results.total, results.strength) == (0, 0, "none")
    assert words.search(country="is", status="idea").strength == "none"


@pytest.mark.parametrize("question", ["og", "the", "og i på", "hva er det"])
def test_small_words_alone_are_answered_by_nothing(words: kb.KnowledgeBase, question: str) -> None:
    results = words.search(question)
    assert (results.strength, results.total) == ("none", 0)
    assert 0 < len(results) <= NEAREST


@pytest.mark.parametrize("country", ["", "no", "dk", "se", "is", "nl"])
def test_a_list_is_strong_only_where_a_hit_is(words: kb.KnowledgeBase, country: str) -> None:
    for question in (QUESTION, "bygdemødre", "kortere arbeidsuke", "sykefravær i hjemmetjenesten"):
        results = words.search(question, country=country, limit=100)
        assert (results.strength == "strong") == any(hit.strength == "strong" for hit in results)


def test_empty_filters_are_no_filters(words: kb.KnowledgeBase) -> None:
    assert words.search(country="", area=[], place=None, theme=["", " "]).total == 10


def test_title_of_a_practice_that_the_lens_leaves_out_makes_nothing_sure(small: Callable[..., Config]) -> None:
    config = small(names=SMALL[:2])
    text = "---\ntitle: Qzxv wkrpt\nlanguage: nb\n---\n\n## Utfordringen\n\nVi var alene.\n"
    (config.practices / "ny.md").write_text(text, encoding="utf-8")
    build(config)
    base = kb.KnowledgeBase(config)
    assert ids(base.search("Qzxv wkrpt", lens="problem"))[0] == "ny"
    results = base.search("Qzxv wkrpt", lens="practice")
    assert (results.strength, results.total) == ("none", 0)
    assert len(results) == 2
