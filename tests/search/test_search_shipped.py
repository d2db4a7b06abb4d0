"""The shipped practices, searched with the real model as a colleague would."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from search_helpers import ids

import kb
from kb import schema
from kb.config import Config
from kb.errors import SearchError, UnknownFilter, UnknownPractice
from kb.index.build import build
from kb.index.store import FACETS
from kb.search.hits import ARMS, hit_json, results_json
from kb.search.order import dated
from kb.search.run import NEAREST

pytestmark = pytest.mark.model

NIGHTS = "Vi har høyt sykefravær på natt og får ikke tak i vikarer"
YOUTH = "ungdom som faller ut av skolen"
NONSENSE = "qzxv wkrpt zzyx blorf"

Facets = dict[str, dict[str, int]]


def plain(results: kb.Results) -> Facets:
    return {name: dict(values) for name, values in results.facets.items()}


def value_of(name: str, key: str) -> Any:
    """A facet value as a caller gives it."""
    return key == "yes" if name.startswith("has_") else key


def test_night_shift_question_finds_the_six_hour_days(base: kb.KnowledgeBase) -> None:
    found = ids(base.search(NIGHTS, limit=15))
    assert "goteborg-svartedalen-sextimmarsdag" in found[:5]
    assert "reykjavik-shorter-working-week" in found[:5]
    assert "kiruna-sextimmarsdag-hemtjanst" in found


def test_a_question_is_answered_across_languages(base: kb.KnowledgeBase) -> None:
    for question in (
        "Vi har høyt sykefravær på natt og får ikke tak i vikarer",
        "Vi har højt sygefravær om natten og kan ikke finde vikarer",
        "Vi har hög sjukfrånvaro på natten och får inte tag i vikarier",
        "High sick leave on night shifts and no substitutes to be found",
    ):
        results = base.search(question, limit=15)
        assert results.mode == "hybrid"
        assert len({hit.practice.language for hit in results}) >= 3, question
        assert "goteborg-svartedalen-sextimmarsdag" in ids(results), question


def test_exact_title_comes_first_in_any_language_and_case(base: kb.KnowledgeBase) -> None:
    for practice in base.practices[::25]:
        titles = {practice.title, *(card.title for card in practice.cards.values())}
        for title in titles:
            for spelled in (title, title.upper(), title.lower()):
                results = base.search(spelled, limit=3)
                assert results[0].practice.id == practice.id, spelled
                assert results[0].why.title
                assert results[0].strength == results.strength == "strong"


def test_browsing_lists_everything_once_the_newest_first_and_then_by_title(base: kb.KnowledgeBase) -> None:
    results = base.search(limit=1000)
    assert results.mode == "browse"
    assert results.total == len(results) == len(set(ids(results))) == len(base.practices) == 176
    first = [(dated(hit.practice), hit.practice.title[0].casefold()) for hit in results]
    assert [date for date, _ in first] == sorted((date for date, _ in first), reverse=True)
    out_of_turn = [a for a, b in itertools.pairwise(first) if a[0] == b[0] and a > b]
    assert len(out_of_turn) < 5  # folding moves æ, ø, å and quotes


def test_browsing_with_filters_lists_all_that_they_let_through(base: kb.KnowledgeBase) -> None:
    results = base.search(country="dk", has_lessons=True, limit=1000)
    wanted = {p.id for p in base.practices if "dk" in {place[:2] for place in p.places} and p.has_lessons}
    assert set(ids(results)) == wanted
    assert len(results) == results.total == len(wanted)
    assert base.search("   \n", country="dk").mode == "browse"


@pytest.mark.parametrize("question", ["", NIGHTS, YOUTH])
def test_each_facet_count_is_what_filtering_by_it_gives(base: kb.KnowledgeBase, question: str) -> None:
    facets = plain(base.search(question, limit=0))
    assert tuple(facets) == FACETS
    for name, values in facets.items():
        for key, count in values.items():
            narrowed = base.search(question, limit=0, **{name: value_of(name, key)})
            assert narrowed.total == count, (name, key)
    assert sum(facets["has_lessons"].values()) == base.search(question).total


@pytest.mark.parametrize("question", ["", YOUTH])
def test_each_pair_of_filters_agrees_with_its_counts(base: kb.KnowledgeBase, question: str) -> None:
    for name, other in itertools.permutations(("country", "area", "status", "language", "has_lessons"), 2):
        key = next(iter(base.search(question, limit=0).facets[name]))
        narrowed = base.search(question, limit=0, **{name: value_of(name, key)})
        for value, count in narrowed.facets[other].items():
            both = {name: value_of(name, key), other: value_of(other, value)}
            assert base.search(question, limit=0, **both).total == count, both


def test_several_values_of_a_filter_add_up(base: kb.KnowledgeBase) -> None:
    both = base.search(NIGHTS, country=["se", "is"], limit=1000)
    parts = [base.search(NIGHTS, country=country, limit=1000) for country in ("se", "is")]
    assert set(ids(both)) == {name for part in parts for name in ids(part)}


def test_filtering_does_not_move_a_score(base: kb.KnowledgeBase) -> None:
    everywhere = {hit.practice.id: hit.score for hit in base.search(NIGHTS, limit=1000)}
    for hit in base.search(NIGHTS, country="se", limit=1000):
        assert hit.score == pytest.approx(everywhere[hit.practice.id])


@pytest.mark.parametrize("lens", list(schema.LENSES))
def test_lens_shows_its_own_sections_alone(base: kb.KnowledgeBase, lens: str) -> None:
    for question in (NIGHTS, YOUTH, ""):
        results = base.search(question, lens=lens, limit=1000)
        assert results.hits
        assert {hit.passage.section for hit in results} <= set(schema.LENSES[lens])
        if question:
            narrowed = base.search(question, lens=lens, limit=0, country="no")
            assert narrowed.total == results.facets["country"].get("no", 0)


def test_highlights_fall_on_the_matched_words_as_spelled(base: kb.KnowledgeBase) -> None:
    questions = ("SYKEFRAVÆR PÅ NATT", "sjukfrånvaro hemtjänst", "aeldre i hjemmepleje", "unge i skolen", "sykehjem")
    found = [hit for question in questions for hit in base.search(question, limit=30)]
    marked = 0
    for hit in found:
        text = hit.passage.text
        spans = hit.passage.highlights
        assert list(spans) == sorted(spans)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
        words = [text[start:end] for start, end in spans]
        assert tuple(dict.fromkeys(words)) == hit.why.matched
        for (start, end), word in zip(spans, words, strict=True):
            marked += 1
            assert word.isalnum()
            assert not text[start - 1 : start].isalnum()
            assert not text[end : end + 1].isalnum()
    assert marked > 50
    source = next(hit for hit in found if hit.passage.highlights)
    body = (base.config.practices / source.practice.path).read_text(encoding="utf-8")
    assert all(word in body for word in source.why.matched)


def test_passage_stands_on_its_line(base: kb.KnowledgeBase) -> None:
    for hit in base.search(NIGHTS, limit=20):
        lines = (base.config.practices / hit.practice.path).read_text(encoding="utf-8").splitlines()
        assert hit.passage.text.split()[0][:6] in lines[hit.passage.line - 1]


def test_each_practice_is_found_once_with_scores_falling(base: kb.KnowledgeBase) -> None:
    for question in (NIGHTS, YOUTH, "skole"):
        results = base.search(question, limit=1000)
        assert len(set(ids(results))) == len(results) == results.total
        scores = [hit.score for hit in results]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("question", ["", NIGHTS])
def test_pages_put_together_are_the_whole(base: kb.KnowledgeBase, question: str) -> None:
    whole = base.search(question, limit=1000)
    pages = [base.search(question, limit=7, offset=offset) for offset in range(0, whole.total + 7, 7)]
    assert [name for page in pages for name in ids(page)] == ids(whole)
    assert {page.total for page in pages} == {whole.total}
    assert pages[-1].hits == ()


@pytest.mark.parametrize(
    ("name", "by_name", "key"),
    [
        ("country", "Norge", "no"),
        ("country", "sverige", "se"),
        ("country", "Denmark", "dk"),
        ("place", "Nordstrand", "no/oslo/nordstrand"),
        ("place", "oslo", "no/oslo"),
        ("status", "PILOT", "pilot"),
    ],
)
def test_filters_take_names_as_well_as_keys(base: kb.KnowledgeBase, name: str, by_name: Any, key: Any) -> None:
    given = base.search(limit=1000, **{name: by_name})
    wanted = base.search(limit=1000, **{name: key})
    assert ids(given) == ids(wanted)
    assert 0 < given.total < 176


def test_a_place_counts_what_lies_in_it(base: kb.KnowledgeBase) -> None:
    assert set(ids(base.search(place="no/oslo/alna", limit=1000))) < set(ids(base.search(place="no/oslo", limit=1000)))


def test_unknown_filter_value_lens_and_facet_are_told_with_the_nearest(base: kb.KnowledgeBase) -> None:
    with pytest.raises(UnknownFilter, match="No country is called Noreg2") as country:
        base.search(country="Noreg2")
    assert "no" in country.value.hint
    with pytest.raises(UnknownFilter, match="No place is called no/oslo/nordstrandd") as place:
        base.search(place="no/oslo/nordstrandd")
    assert place.value.hint == "Did you mean no/oslo/nordstrand?"
    with pytest.raises(SearchError, match="There is no lens lesons") as lens:
        base.search("x", lens="lesons")
    assert lens.value.hint == "Did you mean lessons?"
    with pytest.raises(UnknownFilter, match="There is no filter contry") as facet:
        base.search(contry="no")  # type: ignore[call-arg]
    assert facet.value.hint == "Did you mean country?"
    with pytest.raises(UnknownPractice) as practice:
        base.similar("grong-bygdemodree")
    assert practice.value.hint == "Did you mean grong-bygdemodre?"


def test_nonsense_has_no_answer_but_shows_the_nearest(base: kb.KnowledgeBase) -> None:
    results = base.search(NONSENSE)
    assert (results.strength, results.total) == ("none", 0)
    assert 0 < len(results) <= NEAREST
    assert {hit.strength for hit in results} == {"none"}
    assert all(not values for values in results.facets.values())


@pytest.mark.parametrize("typed", ["sykefravar", "sykefravær", "sykefraver", "SYKEFRAVÆR", "sjukefråvær"])
def test_misspelled_word_is_found(base: kb.KnowledgeBase, typed: str) -> None:
    results = base.search(typed, limit=5)
    assert results.strength != "none"
    assert "goteborg-svartedalen-sextimmarsdag" in ids(results)


def test_similar_finds_the_lineage_and_never_itself(base: kb.KnowledgeBase) -> None:
    assert ids(base.similar("grong-bygdemodre"))[0] == "oslo-alna-bydelsmodre"
    for practice in base.practices[::16]:
        found = ids(base.similar(practice.id, limit=1000))
        assert practice.id not in found
        assert len(set(found)) == len(found)
    abroad = base.similar("oslo-alna-bydelsmodre", country="dk")
    assert {hit.practice.country for hit in abroad} == {"dk"}


def test_results_as_json_have_the_documented_keys(base: kb.KnowledgeBase) -> None:
    for results in (base.search(NIGHTS), base.search(), base.search(NONSENSE), base.similar("grong-bygdemodre")):
        data = json.loads(json.dumps(results_json(results, "practices")))
        assert set(data) == {"query", "total", "strength", "mode", "sort", "notice", "also", "facets", "hits"}
        for hit in data["hits"]:
            assert set(hit) == {
                *("id", "title", "summary", "place", "country", "language", "areas", "themes", "status"),
                *("status_as_of", "started", "evidence", "path", "score", "strength", "passage", "why", "borrowers"),
            }
            assert set(hit["passage"]) == {"section", "heading", "line", "language", "text", "highlights"}
            assert set(hit["why"]) == {*ARMS, "title", "matched", "estimated"}
            assert (base.config.root / hit["path"]).is_file()


def test_each_arm_adds_up_to_the_score(base: kb.KnowledgeBase) -> None:
    for hit in base.search(NIGHTS):
        why = hit_json(hit)["why"]
        assert hit.score == pytest.approx(sum(why[arm] for arm in ARMS), abs=1e-3)


def test_ranking_for_evaluation_is_the_order_of_search(base: kb.KnowledgeBase) -> None:
    (night, youth) = base.rank([NIGHTS, YOUTH], limit=1000)
    assert len(night.order) == len(youth.order) == 176
    shown = ids(base.search(NIGHTS, limit=1000))
    assert [name for name, _ in night.order][: len(shown)] == shown
    assert [len(ranked.order) for ranked in base.rank([NIGHTS], limit=5)] == [5]


def test_handful_of_practices_is_searched_by_meaning(small: Callable[..., Config], tmp_path: Path) -> None:
    config = small(model="packaged", names=("se/kiruna/kiruna-sextimmarsdag-hemtjanst", "no/grong/grong-bygdemodre"))
    build(config)
    assert config.root == tmp_path
    found = kb.KnowledgeBase(config).search("innvandrerkvinner som sitter alene hjemme")
    assert found[0].practice.id == "grong-bygdemodre"
