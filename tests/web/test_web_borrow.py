"""The form for borrowing: what is asked, what is told, and a draft that is brought back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.practice import parse_practice
from kb.vocabulary import load_vocabulary
from kb.web.forms.values import PASTED
from kb.web.texts import t
from web.web_library import HOSTILE_ID

SOURCE = "goteborg-svartedalen-sextimmarsdag"
PAGE = """
import os, streamlit as st
from kb.config import load_config
from kb.web.base import open_site
from kb.web.borrow.fields import fields
from kb.web.borrow.form import KEEPER
from kb.borrow.draft import conditions_of, lessons_of
from kb.web.borrow.page import page
site = open_site(load_config(os.environ["KB_ROOT"]), st.query_params.get("lang", ""))
kept = st.session_state.pop("kept", "")
if kept:
    source = site.base.get(st.query_params["p"])
    KEEPER.restore(source.id, kept, fields(conditions_of(source), lessons_of(source), site.vocabulary))
page(site)
"""
ANSWERS = {
    "title": "Kortere dag på Lambertseter",
    "problem": "Sykefraværet er 12 prosent.",
    "keep": "Seks timers dag med full lønn.",
    "change": "Bare én avdeling.",
    "owner": "Avdelingsleder",
    "next_step": "Møte med tillitsvalgte",
}
Open = Callable[..., AppTest]


@pytest.fixture
def form(library: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The form for a practice, with what the browser kept from before."""
    monkeypatch.setenv("KB_ROOT", str(library))

    def visit(practice_id: str = SOURCE, kept: str = "", **params: str) -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=30)
        test.query_params["p"] = practice_id
        for name, value in params.items():
            test.query_params[name] = value
        if kept:
            test.session_state["kept"] = kept
        test.run()
        assert not test.exception
        return test

    return visit


def shown(test: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def fill(test: AppTest) -> AppTest:
    """Answer everything that must be answered."""
    test.selectbox(key="lan-place").select("no/oslo/nordstrand")
    for name, answer in ANSWERS.items():
        area = name in {"problem", "keep", "change"}
        (test.text_area if area else test.text_input)(key=f"lan-{name}").input(answer)
    return test.run()


def file_of(test: AppTest) -> str:
    return next(code.value for code in test.code if code.value.startswith("---"))


def test_the_source_is_named_and_its_words_stand_beside_the_questions(form: Open) -> None:
    page = shown(form())
    assert "<h1>Lån og gjør den til vår</h1>" in page
    assert f'href="praksis?id={SOURCE}"' in page
    assert '<div lang="sv"><div class="prose"><p>Staden ville pröva' in page
    assert '<span lang="sv">Det krävs budget för extra anställningar och ett jämförelseboende.</span>' in page
    assert '<span lang="sv">Kritiker framhöll' in page


def test_required_is_said_in_words(form: Open) -> None:
    test = form()
    labels = [widget.label for kind in (test.text_input, test.text_area, test.selectbox) for widget in kind]
    assert sum("(må fylles ut)" in label for label in labels) == 7


def test_what_is_missing_is_told_beside_the_field_when_asked_for(form: Open) -> None:
    test = form()
    assert "Skriv hva problemet er hos dere." not in shown(test)
    assert test.info[0].value.startswith("7 svar mangler")
    test.button(key="laan-check").click().run()
    assert '<p class="fault">Skriv hva problemet er hos dere.</p>' in shown(test)
    test.text_area(key="lan-problem").input("Vi finner ikke vikarer.").run()
    assert "Skriv hva problemet er hos dere." not in shown(test)
    assert "Skriv hva dere tar med fra dem." in shown(test)


def test_progress_is_told_in_words(form: Open) -> None:
    test = form()
    assert "3 svar mangler" in shown(test)
    assert "0 av 3 vurdert" in shown(test)
    fill(test)
    assert "svar mangler" not in shown(test)
    assert "✓ ferdig" in shown(test)


def test_the_file_and_the_memo_follow_what_is_answered(form: Open, library: Path) -> None:
    test = fill(form())
    assert test.success[0].value == "Alt som må fylles ut, er fylt ut."
    text = file_of(test)
    practice = parse_practice(text, Path("x.md"), load_vocabulary(library / "practices"))  # type: ignore[arg-type]
    assert practice.title == ANSWERS["title"]
    assert practice.borrowed_from[0].practice == SOURCE
    assert "Dette må rettes" not in shown(test)
    assert "Ansvarlig: Avdelingsleder. Første steg: Møte med tillitsvalgte." in shown(test)


def test_conditions_lessons_and_benefits_are_answered_one_by_one(form: Open) -> None:
    test = form()
    [state] = [radio for radio in test.radio if str(radio.key).endswith("-state")]
    assert state.value is None
    assert state.options == ["Har", "Mangler", "Har plan"]
    state.set_value("plan")
    [first, *_] = [area for area in test.text_area if str(area.key).startswith("lan-l-")]
    first.input("Vi avtaler det med økonomi.")
    test.text_input(key="lan-b-0-statement").input("Lavere sykefravær")
    test.run()
    test.button(key="laan-more-b").click().run()
    test.text_input(key="lan-b-1-statement").input("Færre vikarer").run()
    text = file_of(test)
    assert "- **Har plan:** Det krävs budget" in text
    assert "  - **Slik unngår vi det:** Vi avtaler det med økonomi." in text
    assert text.count("kind: expected") == 2
    assert "✓ ferdig" in shown(test)


def test_a_place_that_is_new_is_asked_about_and_explained(form: Open) -> None:
    test = fill(form())
    test.selectbox(key="lan-place").select("+").run()
    assert test.info[0].value.startswith("1 svar mangler")
    test.text_input(key="lan-new_place").input("Vadsø")
    test.selectbox(key="lan-country").select("no").run()
    assert "Stedet står ikke i listen over steder ennå." in shown(test)
    assert any(code.value.startswith("no/vadso:\n") for code in test.code)
    assert "place: no/vadso\n" in file_of(test)


def test_a_place_that_is_not_in_the_list_is_told_with_a_tick_beneath_it(form: Open) -> None:
    test = fill(form())
    box = test.checkbox(key="laan-place-new")
    assert box.label == t("form.place_new", "nb")
    box.check().run()
    assert test.selectbox(key="lan-place").value == "+"
    test.text_input(key="lan-new_place").input("Vadsø")
    test.selectbox(key="lan-country").select("no").run()
    assert "place: no/vadso\n" in file_of(test)
    test.selectbox(key="lan-place").select("no/oslo/nordstrand").run()
    assert not test.checkbox(key="laan-place-new").value
    test.checkbox(key="laan-place-new").check().run()
    test.checkbox(key="laan-place-new").uncheck().run()
    assert test.selectbox(key="lan-place").value is None


def test_a_new_place_is_ticked_in_a_draft_that_is_brought_back(form: Open) -> None:
    test = form(kept=json.dumps({**ANSWERS, "place": "+", "new_place": "Vadsø"}))
    assert test.checkbox(key="laan-place-new").value
    assert test.text_input(key="lan-new_place").value == "Vadsø"


def test_a_title_that_is_too_long_is_told_of_and_not_passed_over(form: Open) -> None:
    test = fill(form())
    long = "Kjøkkenet veier matrestene " * 6
    test.text_input(key="lan-title").input(long).run()
    said = t("form.finding.too-long", "nb")
    assert f'<p class="fault">{said}</p>' in shown(test)
    assert f"<li>{said}</li>" in shown(test)
    assert " ".join(long.split()) in " ".join(file_of(test).split())
    test.text_input(key="lan-title").input("Kjøkkenet veier matrestene").run()
    assert said not in shown(test)


def test_that_the_browser_is_asked_for_a_draft_is_told_until_it_answers(form: Open) -> None:
    said = t("form.fetching", "nb")
    assert said in shown(form())
    assert said not in shown(form(kept=json.dumps(ANSWERS)))


def test_a_person_s_address_is_told_at_once(form: Open) -> None:
    test = form()
    test.text_input(key="lan-owner").input("kari.nordmann@oslo.kommune.no").run()
    assert '<p class="fault">Her står noe som ser ut som e-postadressen til en person.' in shown(test)


def test_a_draft_is_brought_back_with_a_way_to_discard_it(form: Open) -> None:
    kept = {**ANSWERS, "place": "no/oslo/nordstrand", "status": "pilot", "b-1-statement": "Færre vikarer"}
    test = form(kept=json.dumps(kept))
    assert test.info[0].value == "Utkastet ditt er hentet fram."
    assert test.text_area(key="lan-problem").value == ANSWERS["problem"]
    assert test.selectbox(key="lan-place").value == "no/oslo/nordstrand"
    assert test.radio(key="lan-status").value == "pilot"
    assert test.text_input(key="lan-b-1-statement").value == "Færre vikarer"
    assert "status: pilot\n" in file_of(test)
    test.button(key="laan-discard-restored").click().run()
    assert test.text_area(key="lan-problem").value == ""
    assert test.selectbox(key="lan-place").value is None
    assert not any("hentet fram" in info.value for info in test.info)


@pytest.mark.parametrize(
    "kept",
    [
        "not json",
        "[1, 2]",
        '{"title": 3, "place": "xx/nowhere", "status": "in-use", "b-999-statement": "a", "unknown": "b"}',
        "[" * 100_000,
        json.dumps({"title": "a" * 100_000}),
    ],
)
def test_what_the_browser_kept_is_not_trusted(form: Open, kept: str) -> None:
    test = form(kept=kept)
    assert len(test.text_input(key="lan-title").value or "") <= PASTED
    assert test.selectbox(key="lan-place").value is None
    assert test.radio(key="lan-status").value == "idea"


def test_another_practice_begins_with_an_empty_form(form: Open) -> None:
    test = fill(form())
    test.query_params["p"] = "kiruna-sextimmarsdag-hemtjanst"
    test.run()
    assert test.text_input(key="lan-title").value == ""
    assert test.text_area(key="lan-problem").value == ""


@pytest.mark.parametrize(
    ("language", "heading", "section"),
    [
        ("nn", "Lån og gjer han til vår", "## Utfordringa"),
        ("da", "Lån den og gør den til vores", "## Udfordringen"),
        ("sv", "Låna och gör det till vårt", "## Utmaningen"),
        ("en", "Borrow it and make it ours", "## The problem"),
    ],
)
def test_form_and_file_are_in_the_reader_s_language(form: Open, language: str, heading: str, section: str) -> None:
    test = form(lang=language)
    assert f"<h1>{heading}</h1>" in shown(test)
    assert section in file_of(test)


def test_a_practice_that_means_harm_is_shown_as_text(form: Open) -> None:
    page = shown(form(HOSTILE_ID))
    assert "<script" not in page
    assert "<img" not in page
    assert "javascript:" not in page.replace("[Farlig](javascript:alert(1))", "")


def test_every_practice_can_be_borrowed(form: Open) -> None:
    for name in ("viborg-skaermbesoeg", "netherlands-buurtzorg-neighbourhood-care", "bykle-meirope-bibliotek"):
        assert "Notatet og filen" in shown(form(name))


@pytest.mark.parametrize("name", ["", "finnes-ikke"])
def test_an_address_without_a_practice_says_what_to_do(form: Open, name: str) -> None:
    assert "Finn en praksis å låne" in shown(form(name))


def test_the_way_from_a_practice_leads_to_the_form(library: Path) -> None:
    from kb.config import load_config
    from kb.web.base import open_site
    from kb.web.practice import page as practice_page
    from kb.web.state import Asked

    site = open_site(load_config(library))
    page = "".join(practice_page._whole(site.base.get(SOURCE), site, Asked()))
    assert f'href="lan?p={SOURCE}"' in page
    assert "Lån og gjør den til vår" in page


def test_whoever_comes_from_a_search_has_said_what_the_problem_is(form: Open) -> None:
    test = form(fra="q=Vi+finner+ikke+vikarer&country=se")
    assert test.text_area(key="lan-problem").value == "Vi finner ikke vikarer"
    test.text_area(key="lan-problem").input("").run()
    assert test.text_area(key="lan-problem").value == ""


def test_the_memo_tells_what_else_was_compared(form: Open) -> None:
    told = shown(form(ved="kiruna-sextimmarsdag-hemtjanst,finnes-ikke"))
    assert "Andre vi så på" in told
    assert "Sekstimersdag i hjemmetjenesten i 16 år" in told
    assert "Andre vi så på" not in shown(form())
