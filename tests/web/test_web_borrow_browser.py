"""Borrowing in a real browser: a draft that survives a reload and a lost connection, and the file it becomes."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kb.borrow.draft import conditions_of, lessons_of
from kb.borrow.loan import Benefit, Condition, Lesson, Loan
from kb.borrow.memo import memo
from kb.borrow.memo_render import as_html
from kb.check import check
from kb.practice import parse_practice
from kb.repository import load
from kb.vocabulary import load_vocabulary
from web.web_library import REPOSITORY
from web.web_screen import NEEDS, too_wide, violations

SOURCE = "goteborg-svartedalen-sextimmarsdag"

pytestmark = NEEDS


def _open(page: Page, server: str) -> None:
    page.goto(f"{server}/lan?p={SOURCE}")
    _settled(page)


def _settled(page: Page) -> None:
    """Wait until the whole form is drawn and nothing is being worked out."""
    expect(page.locator("h2.step")).to_have_count(7)
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    expect(page.locator("body[data-draft]")).to_have_count(1)


def _progress(page: Page, said: str | re.Pattern[str]) -> None:
    expect(page.locator("nav.steps")).to_contain_text(said)


def test_a_draft_survives_a_reload_and_becomes_a_file_that_the_checker_accepts(
    page: Page, server: str, library: Path, tmp_path: Path
) -> None:
    _open(page, server)
    page.get_by_role("combobox", name=re.compile("Stedet vårt")).click()
    page.keyboard.type("Nordstrand")
    page.keyboard.press("Enter")
    page.get_by_label("Hva kaller vi det hos oss?").fill("Kortere dag: «seks timer» på Lambertseter")
    page.get_by_label("Hva er problemet hos oss").fill("Sykefraværet er 12 prosent.\n\n- # ett\n- to")
    page.get_by_label("Hva tar vi med").fill("Seks timers dag med full lønn.")
    page.keyboard.press("Tab")
    _progress(page, re.compile("Oss og problemet\\s*✓ ferdig"))
    page.keyboard.type("Bare én avdeling, ikke send")
    page.reload()
    expect(page.get_by_text("Utkastet ditt er hentet fram.")).to_be_visible()
    _settled(page)
    expect(page.get_by_label("Hva gjør vi annerledes")).to_have_value("Bare én avdeling, ikke send")
    expect(page.get_by_label("Hva kaller vi det hos oss?")).to_have_value("Kortere dag: «seks timer» på Lambertseter")
    page.get_by_text("Har plan", exact=True).click()
    page.get_by_label("Hvem eier dette?").fill("Avdelingsleder")
    page.get_by_label("Neste steg").fill("Møte med tillitsvalgte")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Alt som må fylles ut, er fylt ut.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Last ned filen").click()
    practices = tmp_path / "practices"
    shutil.copytree(library / "practices", practices)
    file = practices / "no" / "oslo" / download.value.suggested_filename
    download.value.save_as(file)
    assert check(practices, [file]).errors == 0
    written = parse_practice(file.read_text(encoding="utf-8"), file, load_vocabulary(practices))  # type: ignore[arg-type]
    assert written.title == "Kortere dag: «seks timer» på Lambertseter"
    assert written.section("adaptation")[0].blocks[0].text == "Bare én avdeling, ikke send"
    with page.expect_download() as download:
        page.get_by_role("button", name="Last ned notatet for utskrift").click()
    sheet = tmp_path / download.value.suggested_filename
    download.value.save_as(sheet)
    page.goto(sheet.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Kortere dag: «seks timer» på Lambertseter")
    expect(page.get_by_role("table", name="Risiko")).to_be_visible()


def test_a_draft_keeps_its_language_when_the_app_is_read_in_another(page: Page, server: str) -> None:
    _open(page, server)
    page.get_by_label("Hva kaller vi det hos oss?").fill("Kortere dag")
    page.keyboard.press("Tab")
    _progress(page, "2 svar mangler")
    page.get_by_role("link", name="Svenska").click()
    expect(page.get_by_text("Ditt utkast har hämtats fram.")).to_be_visible()
    expect(page.get_by_label("Vad kallar vi det hos oss?")).to_have_value("Kortere dag")
    expect(page.get_by_text("Beslutningsnotat", exact=True)).to_be_visible()


def test_a_draft_keeps_its_language_from_its_first_word(page: Page, server: str) -> None:
    _open(page, server)
    page.get_by_label("Hva kaller vi det hos oss?").fill("Kortere dag")
    page.get_by_role("link", name="Svenska").click()
    expect(page.get_by_label("Vad kallar vi det hos oss?")).to_have_value("Kortere dag")
    expect(page.get_by_text("Beslutningsnotat", exact=True)).to_be_visible()


def test_words_typed_while_the_connection_is_lost_are_brought_back(page: Page, server: str) -> None:
    _open(page, server)
    page.context.set_offline(True)
    page.get_by_label("Hva er problemet hos oss").focus()
    page.keyboard.type("Skrevet uten nett")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Hva er problemet hos oss")).to_have_value("Skrevet uten nett")


def test_a_draft_that_is_discarded_does_not_come_back(page: Page, server: str) -> None:
    _open(page, server)
    page.get_by_label("Hva kaller vi det hos oss?").fill("Kortere dag")
    page.keyboard.press("Tab")
    _progress(page, "2 svar mangler")
    page.reload()
    expect(page.get_by_text("Utkastet ditt er hentet fram.")).to_be_visible()
    page.get_by_role("button", name="Forkast utkastet").first.click()
    # The new form stands beside the old one until it is whole.
    expect(page.locator("input[value='Kortere dag']")).to_have_count(0)
    _settled(page)
    page.reload()
    _settled(page)
    expect(page.get_by_label("Hva kaller vi det hos oss?")).to_have_value("")
    expect(page.get_by_text("Utkastet ditt er hentet fram.")).to_have_count(0)


def test_the_way_to_a_part_of_the_form_is_a_link_for_the_keyboard(page: Page, server: str) -> None:
    _open(page, server)
    page.get_by_role("link", name="Eier og neste steg").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#del-6")).to_be_in_viewport()
    expect(page.locator("#del-6")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Hvem eier dette?")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_is_too_wide(page: Page, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    _open(page, server)
    page.get_by_role("button", name="Vis hva som mangler").click()
    expect(page.locator(".fault").first).to_be_visible()
    _settled(page)
    assert violations(page) == {}
    assert too_wide(page, width) == {}


def test_the_memo_fits_on_two_sheets_of_paper(page: Page) -> None:
    shipped = load(REPOSITORY / "practices")
    for source in shipped.practices[::16]:
        loan = Loan(
            source=source.id,
            place="no/oslo/nordstrand",
            title="Slik gjør vi det hos oss",
            problem="Sykefraværet er 12 prosent, og vi finner ikke vikarer. " * 4,
            keep="Seks timers dag med full lønn for dem som går i turnus. " * 3,
            change="Bare én avdeling, og vi måler fra første dag. " * 3,
            conditions=tuple(Condition(text, "plan", "Søker om midler i mars") for text in conditions_of(source)),
            lessons=tuple(Lesson(text, "Vi avtaler dette på forhånd.") for text in lessons_of(source)),
            benefits=(Benefit("Lavere sykefravær", "sykefravær", "12 %", "9 %", "2027-12", "lønnssystemet"),) * 3,
            cost="To stillinger i halvannet år.",
            owner="Avdelingsleder",
            next_step="Møte med tillitsvalgte",
            next_date="2026-05-02",
        )
        page.set_content(as_html(memo(loan, source, shipped.vocabulary, today=date(2026, 3, 1))))
        sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
        assert sheets <= 2, source.id
