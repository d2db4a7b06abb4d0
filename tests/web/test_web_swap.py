"""New content while somebody reads: the next thing they do shows it, and nothing of theirs is lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from kb.config import load_config
from kb.index.build import build
from web.web_library import CHOSEN, HOSTILE_ID, open_page, plant, serve
from web.web_screen import in_browser

ALL = len(CHOSEN) + 1
GONE = f"no/oslo/{HOSTILE_ID}.md"
KEPT = "goteborg-svartedalen-sextimmarsdag"
Open = Callable[..., AppTest]


@pytest.fixture
def opened(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("KB_ROOT", str(own_library))
    return open_page


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def _rebuilt(root: Path, *, remove: str = GONE) -> None:
    """A new generation without one practice."""
    (root / "practices" / remove).unlink()
    build(load_config(root))


def test_the_second_page_with_filters_stays_and_shows_what_is_new(opened: Open, own_library: Path) -> None:
    test = opened("", country=["no", "dk", "se", "is", "nl"], page="2")
    assert test.info[0].value.startswith(f"{ALL} praksiser")
    _rebuilt(own_library)
    test.run()
    assert test.info[0].value.startswith(f"{ALL - 1} praksiser")
    assert HOSTILE_ID not in _html(test)
    assert test.button_group(key="filter-country").value == ["no", "dk", "se", "is", "nl"]
    assert test.query_params["page"] in ("2", ["2"])


def test_a_practice_that_is_gone_is_said_to_be_with_a_way_on(opened: Open, own_library: Path) -> None:
    test = opened("praksis", id=HOSTILE_ID, fra="q=vikarer")
    assert "<h1>" in _html(test)
    _rebuilt(own_library)
    html = _html(test.run())
    assert "Vaktliste" not in html
    assert 'href="./?q=vikarer"' in html


def test_a_comparison_goes_on_without_the_one_that_is_gone(opened: Open, own_library: Path) -> None:
    test = opened("sammenlign", p=f"{HOSTILE_ID},{KEPT},viborg-skaermbesoeg")
    assert "Vaktliste" in _html(test)
    _rebuilt(own_library)
    html = _html(test.run())
    assert 'class="compare of-2"' in html
    assert HOSTILE_ID.replace("-", "\\-") in test.warning[0].value


def test_answers_of_a_loan_stay_when_its_source_is_written_anew(opened: Open, own_library: Path) -> None:
    test = opened("lan", p=HOSTILE_ID)
    title = next(field for field in test.text_input if field.label.startswith("Tittel") or "title" in str(field.key))
    title.set_value("Vår egen vaktliste").run()
    file = own_library / "practices" / GONE
    file.write_text(file.read_text(encoding="utf-8").replace("Vi fant ikke vikarer.", "Alt er nytt."), encoding="utf-8")
    build(load_config(own_library))
    html = _html(test.run())
    assert "Alt er nytt." in html
    assert "Vår egen vaktliste" in [field.value for field in test.text_input]


def test_a_generation_that_is_deleted_under_a_reader_does_no_harm(opened: Open, own_library: Path) -> None:
    test = opened("", q="arbeidstid")
    for _ in range(3):
        file = own_library / "practices" / GONE
        file.write_text(file.read_text(encoding="utf-8") + "\nMer.\n", encoding="utf-8")
        build(load_config(own_library))
    kept = sorted(path.name for path in (own_library / "index" / "generations").iterdir())
    assert "000001" not in kept or len(kept) > 2
    assert "Fant" in test.run().info[0].value


def test_an_index_that_is_destroyed_is_told_of_and_one_that_is_mended_is_shown(opened: Open, own_library: Path) -> None:
    test = opened("")
    shutil.rmtree(own_library / "index" / "generations")
    (own_library / "index" / "generations").mkdir()
    test.text_input(key="q").set_value("noe som ingen har spurt om før").run()
    assert not test.exception
    assert "Indeksen" in test.error[0].value
    assert "kb index" in _html(test)
    build(load_config(own_library))
    test.run()
    assert not test.error
    assert "Ingen sikre treff" in test.info[0].value


def test_an_index_that_is_taken_away_is_made_anew(opened: Open, own_library: Path) -> None:
    test = opened("", q="arbeidstid")
    shutil.rmtree(own_library / "index")
    test.run()
    assert not test.exception
    assert "Fant" in test.info[-1].value
    assert (own_library / "index" / "CURRENT").is_file()


@in_browser
def test_one_who_only_reads_is_told_and_keeps_place_focus_and_words(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    page.clock.install()
    plant(tmp_path)
    build(load_config(tmp_path))
    for address in serve(tmp_path):
        page.goto(f"{address}/?country=no&country=dk&page=2")
        status = page.locator(".st-key-announce")
        expect(status).to_contain_text("praksiser passer")
        before = status.inner_text()
        question = page.get_by_label("Hva strever dere med?")
        question.press_sequentially("halvskrevet spørs")
        box = page.locator("[data-testid=stMain]")
        place = box.evaluate("e => { e.scrollTo(0, 300); return e.scrollTop; }")
        assert place > 0
        _rebuilt(tmp_path)
        page.clock.fast_forward(31_000)
        told = page.locator(".st-key-fresh")
        expect(told.get_by_role("status")).to_contain_text("oppdatert")
        expect(told).to_be_in_viewport()
        assert box.evaluate("e => e.scrollTop") == place
        expect(question).to_be_focused()
        expect(question).to_have_value("halvskrevet spørs")
        expect(status).to_have_text(before)
        told.get_by_role("button", name="Ikke nå").click()
        expect(told).to_have_count(0)
        (tmp_path / "practices" / "is/reykjavik/reykjavik-shorter-working-week.i18n.yaml").unlink()
        build(load_config(tmp_path))
        page.clock.fast_forward(31_000)
        told.get_by_role("button", name="Vis det nye").click()
        expect(status).not_to_have_text(before)
        expect(told).to_have_count(0)
        expect(page).to_have_url(re.compile("country=no&country=dk"))
