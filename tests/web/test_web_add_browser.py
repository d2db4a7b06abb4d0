"""Adding a practice in a real browser: errors mended, a reload in the middle, and a file that the checker accepts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kb.check import check
from kb.practice import parse_practice
from kb.vocabulary import load_vocabulary
from web.web_screen import NEEDS, ready, too_wide, violations

pytestmark = NEEDS


def _settled(page: Page) -> None:
    """Wait until the whole form is drawn and nothing is being worked out."""
    expect(page.locator("h2.step")).to_have_count(8)
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    expect(page.locator("body[data-draft]")).to_have_count(1)


def _choose(page: Page, label: str, typed: str) -> None:
    page.get_by_label(label).click()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def test_a_practice_is_told_mended_and_taken_away(page: Page, server: str, library: Path, tmp_path: Path) -> None:
    page.goto(f"{server}/ny")
    _settled(page)
    expect(page).to_have_url(re.compile(r"/ny\?u=[0-9a-f]{8}$"))
    _choose(page, "Hvor er dette?", "Nordstrand")
    page.get_by_label("Hva kaller dere det?").fill("Kjøkkenet: «veier» | matrestene")
    page.get_by_label("Hva strevde dere med?").fill("Barnehagene kastet mye mat.\n\n- # ett\n- to")
    page.get_by_label("Hva gjør dere?").fill("Kjøkkenet veier restene. Ring kari på 912 34 567.")
    page.keyboard.press("Tab")
    expect(page.locator(".fault")).to_have_text(re.compile("telefonnummer"))
    page.get_by_label("Hva gjør dere?").fill("Kjøkkenet veier restene.")
    page.get_by_text("Det er slik vi arbeider.").click()
    expect(page.locator(".fault")).to_have_count(0)
    page.get_by_label("Hva lærte dere?").focus()
    page.keyboard.type("Barna må være med, ikke send")
    page.reload()
    expect(page.get_by_text("Utkastet ditt er hentet fram.")).to_be_visible()
    _settled(page)
    expect(page.get_by_label("Hva lærte dere?")).to_have_value("Barna må være med, ikke send")
    expect(page.get_by_label("Hva kaller dere det?")).to_have_value("Kjøkkenet: «veier» | matrestene")
    page.get_by_text("Ingen har undersøkt det.").click()
    page.get_by_label("Kort fortalt").fill("Barnehagene kastet mye mat. Nå veies restene.")
    _choose(page, "Hvilke områder gjelder det?", "Oppvekst")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Vis hva som mangler").click()
    expect(page.locator("ul.faults li")).to_have_text(
        "Legg til en kilde, eller en rolle eller nettside som andre kan spørre."
    )
    page.get_by_label("Hvem kan andre spørre?").fill("postmottak@bns.oslo.kommune.no")
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
    assert written.title == "Kjøkkenet: «veier» | matrestene"
    assert written.section("lessons")[0].text == "Barna må være med, ikke send"


def test_two_drafts_are_kept_side_by_side(page: Page, server: str) -> None:
    page.goto(f"{server}/ny")
    _settled(page)
    page.get_by_label("Hva kaller dere det?").fill("Den første")
    page.keyboard.press("Tab")
    expect(page.locator(".preview h3").first).to_have_text("Den første")
    page.goto(f"{server}/ny")
    expect(page.get_by_text("Du har utkast du ikke er ferdig med:")).to_be_visible()
    expect(page.get_by_label("Hva kaller dere det?")).to_have_value("")
    page.get_by_label("Hva kaller dere det?").fill("Den andre")
    page.keyboard.press("Tab")
    expect(page.locator(".preview h3").first).to_have_text("Den andre")
    page.goto(f"{server}/ny")
    page.get_by_role("link", name="Den første").click()
    expect(page.get_by_label("Hva kaller dere det?")).to_have_value("Den første")
    page.get_by_role("link", name="Svenska").click()
    expect(page.get_by_label("Vad kallar ni det?")).to_have_value("Den første")


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_is_too_wide_when_it_is_filled(page: Page, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server}/ny")
    _settled(page)
    page.get_by_label("Hva kaller dere det?").fill("Lengre åpningstid på biblioteket")
    page.get_by_label("Hva strevde dere med?").fill("Biblioteket hadde for kort åpningstid om kvelden og i helgene.")
    page.get_by_label("Hva ble annerledes?").fill("Flere besøk")
    page.get_by_text("Når det begynte og sluttet").click()
    page.get_by_label("Når sluttet det?").fill("før")
    page.keyboard.press("Tab")
    expect(page.locator(".near li")).to_have_count(1)
    page.get_by_role("button", name="Vis hva som mangler").click()
    expect(page.locator("ul.faults li").first).to_be_visible()
    ready(page)
    assert violations(page) == {}
    assert too_wide(page, width) == {}
    assert violations(page) == {}
