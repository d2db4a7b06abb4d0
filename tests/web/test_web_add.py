"""The form for a new practice: what is asked, what is told beside it, and the file that it becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from streamlit.testing.v1 import AppTest

from kb.check.rules import Severity
from kb.check.unwritten import check_text
from kb.practice import parse_practice
from kb.vocabulary import load_vocabulary
from kb.web import narrow
from kb.web.forms.values import PASTED
from kb.web.texts import LANGUAGES, t
from web.web_library import HOSTILE_ID, REPOSITORY

PAGE = """
import os, streamlit as st
from kb.config import load_config
from kb.web.add.fields import fields
from kb.web.add.form import KEEPER
from kb.web.add.page import page
from kb.web.base import open_site
site = open_site(load_config(os.environ["KB_ROOT"]), st.query_params.get("lang", ""))
kept = st.session_state.pop("kept", "")
if kept:
    KEEPER.values_of("aaaa1111")
    KEEPER.restore("aaaa1111", kept, fields(site.vocabulary, tuple(one.id for one in site.practices())))
page(site)
"""
ANSWERS = {
    "title": "Kjøkkenet veier matrestene",
    "problem": "Barnehagene kastet mye mat.",
    "practice": "Kjøkkenet veier restene hver dag.",
    "summary": "Barnehagene kastet mye mat. Nå veies restene.",
    "contact": "https://www.oslo.kommune.no/",
}
Open = Callable[..., AppTest]


@pytest.fixture
def form(library: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The form, with what the browser kept from before."""
    monkeypatch.setenv("KB_ROOT", str(library))

    def visit(kept: str = "", **params: str) -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=30)
        for name, value in ({"u": "aaaa1111"} | params).items():
            test.query_params[name] = value
        if kept:
            test.session_state["kept"] = kept
        test.run()
        assert not test.exception
        return test

    return visit


def shown(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def write(test: AppTest, **answers: str) -> AppTest:
    """Write in fields by their name."""
    widgets = [*test.text_input, *test.text_area]
    written = {str(widget.key).removeprefix("ny-"): widget for widget in widgets}
    for name, answer in answers.items():
        written[name].input(answer)
    return test.run()


def fill(test: AppTest) -> AppTest:
    """Answer everything that must be answered."""
    test.selectbox(key="ny-place").select("no/oslo/nordstrand")
    test.radio(key="ny-status").set_value("in-use")
    test.radio(key="ny-evidence").set_value("experience")
    test.multiselect(key="ny-areas").set_value(["oppvekst"])
    return write(test, **ANSWERS)


def file_of(test: AppTest) -> str:
    return next(code.value for code in test.code if code.value.startswith("---"))


def faults(test: AppTest) -> list[str]:
    """What is told beside the fields."""
    return [part.split("</p>")[0] for part in shown(test).split('<p class="fault">')[1:]]


def test_nothing_is_told_to_be_missing_before_the_reader_asks(form: Open) -> None:
    test = form()
    assert faults(test) == []
    assert test.info[0].value == "9 svar mangler før dette kan deles."
    test.button(key="nytt-check").click().run()
    assert "<span>Skriv hva dere strevde med.</span>" in faults(test)
    assert "<span>Velg minst ett område.</span>" in faults(test)
    assert len(faults(test)) == 9
    assert '<a href="#del-2" target="_self"><span>Skriv hva dere strevde med.</span></a>' in shown(test)


def test_required_is_said_in_words_of_just_what_the_format_requires(form: Open) -> None:
    test = form()
    kinds = (test.text_input, test.text_area, test.selectbox, test.multiselect, test.radio)
    required = {str(widget.key) for kind in kinds for widget in kind if "(må fylles ut)" in widget.label}
    names = ("place", "title", "problem", "practice", "status", "status_as_of", "evidence", "summary", "areas")
    assert required == {f"ny-{name}" for name in names}


def test_what_must_be_answered_makes_a_file_that_the_checker_accepts(form: Open, library: Path) -> None:
    test = fill(form())
    assert test.success[0].value == "Alt som må fylles ut, er fylt ut."
    assert faults(test) == []
    text = file_of(test)
    path = PurePosixPath("no/oslo/oslo-nordstrand-kjokkenet-veier-matrestene.md")
    assert f"<code>{path}</code>" in shown(test)
    found = check_text(library / "practices", path, text)
    assert [finding.code for finding in found if finding.severity is Severity.ERROR] == []
    practice = parse_practice(text, path, load_vocabulary(library / "practices"))
    assert (practice.title, practice.areas, practice.language) == (ANSWERS["title"], ("oppvekst",), "nb")


def test_progress_is_told_part_by_part(form: Open) -> None:
    test = form()
    steps = shown(test).split('class="steps"')[1].split("</nav>")[0]
    assert steps.count("2 svar mangler") == 2
    assert steps.count("valgfritt") == 2
    steps = shown(write(fill(test), started="2025", ended="2024")).split('class="steps"')[1].split("</nav>")[0]
    assert steps.count("✓ ferdig") == 4
    assert steps.count("1 svar må rettes") == 1


def test_what_is_wrong_is_told_at_once_beside_the_field(form: Open) -> None:
    test = form()
    test.selectbox(key="ny-borrowed-0-practice").select("viborg-skaermbesoeg")
    write(
        test,
        status_as_of="i fjor",
        contact="kari.nordmann@oslo.kommune.no",
        practice="Ring 912 34 567.",
        **{"sources-0-url": "oslo.no", "sources-0-title": "Sak"},
    )
    assert [fault.split(".")[0] for fault in faults(test)] == [
        "Her står noe som ser ut som et telefonnummer",
        "Skriv et år eller en dato, for eksempel 2024, 2024-03 eller 15",
        "Nettadressen er ikke hel",
        "Her står noe som ser ut som e-postadressen til en person",
    ]
    assert "<li>Nettadressen er ikke hel." in shown(test)


def test_advice_is_given_mildly_where_it_belongs(form: Open) -> None:
    test = fill(form())
    test.radio(key="ny-status").set_value("stopped")
    test.radio(key="ny-evidence").set_value("none")
    write(test, **{"realised-0-statement": "Mindre svinn"})
    assert '<p class="mild">Det er avsluttet. Skriv hva dere lærte av det' in shown(test)
    assert '<p class="mild">Dere har oppnådd noe, men sier at ingenting er dokumentert.' in shown(test)
    assert test.success


def test_results_reached_and_hoped_for_are_kept_apart(form: Open) -> None:
    test = write(fill(form()), **{"expected-0-statement": "Lavere utgifter", "realised-0-statement": "Mindre svinn"})
    write(test, **{"realised-0-value": "31", "realised-0-unit": "prosent"})
    test.button(key="nytt-more-realised").click().run()
    write(test, **{"realised-1-statement": "Flere smaker på alt"})
    practice = parse_practice(file_of(test), PurePosixPath("x.md"), load_vocabulary(REPOSITORY / "practices"))
    assert [(found.kind, found.statement, found.value) for found in practice.results] == [
        ("realised", "Mindre svinn", "31"),
        ("realised", "Flere smaker på alt", ""),
        ("expected", "Lavere utgifter", ""),
    ]


def test_borrowing_asks_how_it_was_made_ones_own(form: Open) -> None:
    test = fill(form())
    test.selectbox(key="ny-borrowed-0-practice").select("viborg-skaermbesoeg").run()
    assert test.info[0].value == "1 svar mangler før dette kan deles."
    assert "practice: viborg-skaermbesoeg" in file_of(test)
    write(test, adaptation="Vi gjør det om kvelden.")
    assert test.success
    test.selectbox(key="ny-borrowed-0-practice").set_value(None).run()
    test.button(key="nytt-check").click().run() if not test.success else None
    write(test, **{"borrowed-0-where": "Malmö", "borrowed-0-title": "Matsvinnet"})
    assert "where: Malmö" in file_of(test)
    assert test.success


def test_among_many_one_writes_a_part_of_the_name(form: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrow, "MOST", 5)
    field, chosen = "ny-borrowed-0-practice", "viborg-skaermbesoeg"
    test = fill(form())
    assert len(test.selectbox(key=field).options) == 5
    assert "til vises ikke her." in shown(test)
    test.text_input(key="nytt-find-borrowed-0").input("besøk VIBORG").run()
    assert all("Viborg" in option for option in test.selectbox(key=field).options)
    test.selectbox(key=field).select(chosen).run()
    test.text_input(key="nytt-find-borrowed-0").input("det heter ingen").run()
    assert test.selectbox(key=field).value == chosen
    assert len(test.selectbox(key=field).options) == 1
    assert "Ingen praksis har et slikt navn." in shown(test)
    assert f"practice: {chosen}" in file_of(test)


def test_a_place_that_is_new_goes_with_the_file(form: Open) -> None:
    test = fill(form())
    test.selectbox(key="ny-place").select("+").run()
    assert test.info[0].value == "1 svar mangler før dette kan deles."
    write(test, new_place="Vadsø")
    test.selectbox(key="ny-country").select("no").run()
    assert faults(test) == []
    assert any(code.value.startswith("no/vadso:\n") for code in test.code)
    assert "place: no/vadso\n" in file_of(test)
    assert "Stedet står ikke i listen over steder ennå." in shown(test)


def test_one_that_is_there_already_is_told_of_and_one_that_is_not_is_not(form: Open) -> None:
    test = form()
    assert "ser vi etter praksiser som ligner" in shown(test)
    write(
        test,
        title="Lengre åpningstid på biblioteket",
        problem="Biblioteket hadde for kort åpningstid.",
        practice="Innbyggerne låser seg inn selv med lånekort om kvelden.",
    )
    near = shown(test).split('class="near"')[1].split("</div>")[0]
    assert 'href="praksis?id=bykle-meirope-bibliotek"' in near
    assert 'href="lan?p=bykle-meirope-bibliotek"' in near
    write(test, **{name: ANSWERS[name] for name in ("title", "problem", "practice")})
    assert "Vi fant ingen som ligner." in shown(test)


def test_the_page_is_shown_as_it_will_be_under_the_headings_of_the_form(form: Open) -> None:
    test = write(fill(form()), lessons="Barna må være med.", problem="Mat <script>alert(1)</script> & :red[rester]")
    page = shown(test).split('class="practice preview"')[1]
    assert "<h3>Kjøkkenet veier matrestene</h3>" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert shown(test).count("<h1") == 1


def test_a_draft_is_brought_back_with_a_way_to_discard_it(form: Open) -> None:
    kept = {**ANSWERS, "place": "no/oslo/nordstrand", "areas": "oppvekst,velferd", "expected-1-statement": "Ro"}
    test = form(kept=json.dumps(kept))
    assert test.info[0].value == "Utkastet ditt er hentet fram."
    assert test.text_area(key="ny-problem").value == ANSWERS["problem"]
    assert test.multiselect(key="ny-areas").value == ["oppvekst", "velferd"]
    assert test.text_input(key="ny-expected-1-statement").value == "Ro"
    test.button(key="nytt-discard-restored").click().run()
    assert test.text_area(key="ny-problem").value == ""
    assert test.multiselect(key="ny-areas").value == []
    assert not any("hentet fram" in info.value for info in test.info)


@pytest.mark.parametrize(
    "kept",
    [
        "not json",
        "[1, 2]",
        '{"title": 3, "place": "xx/nowhere", "areas": "x,,oppvekst,y", "status": "", "sources-99-url": "a", "u": "b"}',
        "[" * 100_000,
        json.dumps({"title": "a" * 100_000, "borrowed-0-practice": "finnes-ikke", "areas": "oppvekst"}),
    ],
)
def test_what_the_browser_kept_is_not_trusted(form: Open, kept: str) -> None:
    test = form(kept=kept)
    assert len(test.text_input(key="ny-title").value or "") <= PASTED
    assert test.selectbox(key="ny-place").value is None
    assert set(test.multiselect(key="ny-areas").value) <= {"oppvekst"}


def test_a_place_that_is_not_in_the_list_is_told_with_a_tick_beneath_it(form: Open) -> None:
    test = fill(form())
    test.checkbox(key="nytt-place-new").check().run()
    assert test.selectbox(key="ny-place").value == "+"
    write(test, new_place="Vadsø")
    test.selectbox(key="ny-country").select("no").run()
    assert "place: no/vadso\n" in file_of(test)


def test_a_title_that_is_too_long_is_told_of_and_not_passed_over(form: Open) -> None:
    test = write(fill(form()), title="Kjøkkenet veier matrestene " * 6)
    assert len(test.text_input(key="ny-title").value or "") < test.text_input(key="ny-title").max_chars
    assert t("form.finding.too-long", "nb") in faults(test)


def test_each_address_has_a_draft_of_its_own(form: Open) -> None:
    test = fill(form())
    test.query_params["u"] = "bbbb2222"
    assert test.run().text_input(key="ny-title").value == ""
    for odd in ("", "../../x", "A" * 8, "a" * 9):
        assert form(u=odd).text_input(key="ny-title").value == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_form_file_and_findings_are_in_the_reader_s_language(form: Open, language: str) -> None:
    test = form(lang=language)
    assert f"<h1>{t('add.title', language)}</h1>" in shown(test)
    assert f"## {load_vocabulary(REPOSITORY / 'practices').heading('problem', language)}" in file_of(test)
    test.button(key="nytt-check").click()
    write(test, status_as_of="?")
    assert t("form.finding.bad-date", language) in faults(test)
    assert f"<span>{t('add.lacks.problem', language)}</span>" in faults(test)
    assert 'lang="en"' not in shown(test) or language == "en"


def test_a_practice_that_means_harm_can_be_chosen_and_is_text(form: Open) -> None:
    test = form()
    test.selectbox(key="ny-borrowed-0-practice").select(HOSTILE_ID).run()
    write(test, title="Vakt")
    assert "<script" not in shown(test)


def test_one_that_is_there_already_can_be_added_to_where_the_forge_is_known(
    form: Open, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (own_library / "kb.toml").read_text(encoding="utf-8").replace("forge.example", "github.com/kommune")
    (own_library / "kb.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("KB_ROOT", str(own_library))
    test = write(
        form(),
        title="Lengre åpningstid på biblioteket",
        problem="Biblioteket hadde for kort åpningstid om kvelden og i helgene.",
    )
    edit = "https://github.com/kommune/praksis/edit/main/practices/no/bykle/bykle-meirope-bibliotek.md"
    assert f'<a href="{edit}" rel="noopener noreferrer">Utfyll den i stedet</a>' in shown(test)
    assert "https://github.com/kommune/praksis/new/main?filename=practices" in shown(test)
