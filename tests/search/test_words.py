"""A concept in each place's own words: one passage a place, whatever language it was asked for in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kb
from kb.config import Config
from kb.errors import SearchError, UnknownFilter
from kb.index.build import build
from kb.search.wordings import wordings_json

TRUST = ("tillitsledelse", "trust-based leadership", "tillitsbaserad styrning", "tillidsbaseret ledelse")
NONSENSE = "qzxv wkrpt zzyx blorf"

texts = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(), max_size=200),
    st.lists(st.sampled_from(["tillit", "AND", '"', "trust-based", "leadership", "\ud800", "e-", "("])).map(" ".join),
)


def practice(title: str, place: str, body: str) -> str:
    where = f"place: {place}\n" if place else ""
    return f"---\ntitle: {title}\nlanguage: nb\n{where}---\n\n{body}\n"


def places(wordings: kb.Wordings) -> list[str]:
    return [wording.place for wording in wordings]


def marked(wording: kb.Wording) -> set[str]:
    text = wording.passage.text
    return {text[start:end].casefold() for start, end in wording.passage.highlights}


def check(base: kb.KnowledgeBase, wordings: kb.Wordings) -> None:
    """What holds for every answer."""
    assert len(set(places(wordings))) == len(wordings) <= wordings.total
    assert [wording.named for wording in wordings] == sorted((w.named for w in wordings), reverse=True)
    for wording in wordings:
        assert wording.place in {key for place in wording.practice.places for key in base.vocabulary.ancestors(place)}
        assert all(0 <= start < end <= len(wording.passage.text) for start, end in wording.passage.highlights)
        assert sorted(wording.passage.highlights) == list(wording.passage.highlights)
        assert wording.passage.section not in {"card", "question"}
        source = (base.config.practices / wording.practice.path).read_text(encoding="utf-8").splitlines()
        assert wording.passage.text.split()[0][:6] in source[wording.passage.line - 1]
    str(wordings_json(wordings)).encode()


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> kb.KnowledgeBase:
    """A few places without a model, one of them with a section in its own words."""
    root = tmp_path_factory.mktemp("words")
    files = {
        "alta": practice("A", "no/alta", "## Utfordringen\n\nNaboene mangler raushet i hverdagen."),
        "bodo": practice("B", "no/bodo", "## Utfordringen\n\nRaushet.\n\n## Med egne ord\n\nRausheten er vår styrke."),
        "bodo-igjen": practice("C", "no/bodo", "## Utfordringen\n\nRaushet, raushet og atter raushet."),
        "alna": practice("D", "no/oslo/alna", "## Utfordringen\n\nVi fant ikke noe raust."),
        "grorud": practice("E", "no/oslo/grorud", "## Utfordringen\n\nHer er det raushet å få."),
        "norge": practice("F", "no", "## Utfordringen\n\nHele landet trenger raushet."),
        "ingen": practice("G", "", "## Utfordringen\n\nRaushet uten sted."),
        "ingen-to": practice("H", "", "## Utfordringen\n\nOgså raushet uten sted."),
    }
    (root / "practices").mkdir()
    for name, text in files.items():
        (root / "practices" / f"{name}.md").write_text(text, encoding="utf-8")
    for name in ("vocabulary.yaml", "places.yaml"):
        shipped = Path(__file__).parents[2] / "practices" / name
        (root / "practices" / name).write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    config = Config(root=root, practices=root / "practices", index=root / "index", model="none")
    build(config)
    return kb.KnowledgeBase(config)


def test_each_place_speaks_once_and_districts_for_themselves(words: kb.KnowledgeBase) -> None:
    found = words.words("raushet")
    assert set(places(found)) == {"no/bodo", "no/alta", "no/oslo/grorud", "no", ""}
    assert places(found).count("") == 2
    assert {wording.practice.id for wording in found} >= {"ingen", "ingen-to"}
    assert found.total == len(found) == 6
    assert all(wording.named for wording in found)


def test_a_title_names_what_it_is_called_and_a_mere_tail_of_it_is_not_marked(tmp_path: Path) -> None:
    files = {
        "ullern": practice(
            "Raushetsmodellen – pilot", "no/oslo/ullern", "## Tiltaket\n\nModellen ga oss ro i hverdagen."
        ),
        "alna": practice("A", "no/oslo/alna", "## Tiltaket\n\nRaushetsmodellen er modellen vi bruker."),
    }
    (tmp_path / "practices").mkdir()
    for name, text in files.items():
        (tmp_path / "practices" / f"{name}.md").write_text(text, encoding="utf-8")
    for name in ("vocabulary.yaml", "places.yaml"):
        shipped = Path(__file__).parents[2] / "practices" / name
        (tmp_path / "practices" / name).write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    config = Config(root=tmp_path, practices=tmp_path / "practices", index=tmp_path / "index", model="none")
    build(config)
    found = kb.KnowledgeBase(config).words("raushetsmodellen")
    assert places(found) == ["no/oslo/alna", "no/oslo/ullern"]
    assert [wording.named for wording in found] == [True, True]
    assert found.named == 2
    assert [marked(wording) for wording in found] == [{"raushetsmodellen"}, set()]


def test_own_words_come_first(words: kb.KnowledgeBase) -> None:
    first = words.words("raushet")[0]
    assert (first.place, first.passage.section) == ("no/bodo", "own_words")
    assert marked(first) == {"rausheten"}


def test_without_a_model_words_alone_answer_and_the_notice_says_so(words: kb.KnowledgeBase) -> None:
    found = words.words("raushet")
    assert found.mode == "keyword"
    assert "Only keyword search works" in found.notice
    assert len(words.words(NONSENSE)) == words.words(NONSENSE).total == 0


def test_limit_takes_the_first_and_filters_the_rest(words: kb.KnowledgeBase) -> None:
    whole = words.words("raushet")
    assert places(words.words("raushet", limit=2)) == places(whole)[:2]
    assert words.words("raushet", limit=2).total == whole.total
    assert places(words.words("raushet", place="Oslo")) == ["no/oslo/grorud"]
    assert places(words.words("raushet", place=["no/alta", "Bodø"])) == ["no/bodo", "no/alta"]
    assert len(words.words("raushet", country="se")) == 0


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_to_look_for_is_told(words: kb.KnowledgeBase, text: str) -> None:
    with pytest.raises(SearchError, match="no concept") as error:
        words.words(text)
    assert error.value.hint


def test_unknown_filters_are_told(words: kb.KnowledgeBase) -> None:
    with pytest.raises(UnknownFilter, match="No country is called Noreg2"):
        words.words("raushet", country="Noreg2")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
def test_any_text_is_answered(words: kb.KnowledgeBase, text: str) -> None:
    if text.strip():
        assert len(words.words(text)) <= 10


@pytest.mark.parametrize("text", ["???", "\0", "ord " * 5000, "x" * 2000, "og i på"])
def test_awkward_text_is_answered(words: kb.KnowledgeBase, text: str) -> None:
    assert len(words.words(text)) <= 10


def test_empty_folder_says_nothing(small: Callable[..., Config]) -> None:
    config = small(names=())
    build(config)
    assert kb.KnowledgeBase(config).words("tillit").total == 0


@pytest.mark.model
def test_places_speak_of_trust_in_their_own_languages(base: kb.KnowledgeBase) -> None:
    found = base.words(TRUST[0], limit=100)
    check(base, found)
    assert {"no", "dk", "se"} <= {wording.place[:2] for wording in found}
    assert {"nb", "da", "sv"} <= {wording.passage.language for wording in found}
    assert {"no/oslo/nordstrand", "dk/kobenhavn", "se/helsingborg"} <= set(places(found))
    by_place = {wording.place: wording for wording in found}
    assert "tillitsledelse" in marked(by_place["no/oslo/nordstrand"])
    assert {"tillidsbaseret", "ledelse"} <= marked(by_place["dk/esbjerg"])
    assert "trust-based leadership" in found.also["tillitsledelse"]


@pytest.mark.model
def test_the_language_of_the_question_decides_nothing(base: kb.KnowledgeBase) -> None:
    asked = [base.words(text, limit=100) for text in TRUST]
    assert len({tuple(places(found)) for found in asked}) == 1
    assert len({tuple(wording.passage.line for wording in found) for found in asked}) == 1


@pytest.mark.model
@pytest.mark.parametrize(
    "text", ["eldre", "velferdsteknologi", "selvstyrte team", "borgerbudget", "loneliness", "lean"]
)
def test_every_answer_is_a_passage_of_its_place(base: kb.KnowledgeBase, text: str) -> None:
    found = base.words(text, limit=1000)
    check(base, found)
    assert found.total == len(found) > 0
    assert found[0].named
    again = kb.KnowledgeBase(base.config).words(text, limit=1000)
    assert wordings_json(again) == wordings_json(found)


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "value"),
    [("country", "Danmark"), ("language", "sv"), ("place", "no/oslo"), ("area", "helse-omsorg"), ("status", "pilot")],
)
def test_filters_narrow(base: kb.KnowledgeBase, name: str, value: str) -> None:
    narrow: dict[str, Any] = {name: value}
    whole, found = base.words("eldre", limit=1000), base.words("eldre", limit=1000, **narrow)
    check(base, found)
    let_through = {hit.practice.id for hit in base.search(limit=1000, **narrow)}
    assert {wording.practice.id for wording in found} <= let_through
    assert 0 < found.total < whole.total
    assert {wording.place for wording in whole if wording.practice.id in let_through} <= set(places(found))


@pytest.mark.model
@pytest.mark.parametrize("text", [NONSENSE, "asdf", "hvordan lager man en god surdeig", "frimerkesamling", "???"])
def test_what_nobody_speaks_of_has_no_answer(base: kb.KnowledgeBase, text: str) -> None:
    assert len(base.words(text)) == base.words(text).total == 0


@pytest.mark.model
def test_plain_data_has_the_keys_of_a_search(base: kb.KnowledgeBase) -> None:
    data = json.loads(json.dumps(wordings_json(base.words(TRUST[0]), "practices")))
    assert set(data) == {"query", "total", "mode", "notice", "also", "hits"}
    for hit in data["hits"]:
        assert set(hit) == {
            *("id", "title", "summary", "place", "country", "language", "areas", "themes", "status"),
            *("status_as_of", "started", "evidence", "path", "score", "passage", "speaker", "named"),
        }
        assert hit["speaker"] in hit["place"]
        assert (base.config.root / hit["path"]).is_file()


@pytest.mark.model
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
def test_any_text_is_answered_with_the_model(base: kb.KnowledgeBase, text: str) -> None:
    if text.strip():
        check(base, base.words(text))
