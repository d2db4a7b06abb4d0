"""A leader who never saw the app: from the front page to a decision memo, with nothing but what the pages say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from web.web_screen import NEEDS

PROBLEM = "Mange av våre ansatte er sykmeldt"
"""How one of us would put it; nobody was asked what the practices are called."""
STEPS = 25
"""Presses and fields on the way. A press takes a few seconds and a field some more, so they fit in three minutes."""

pytestmark = [*NEEDS, pytest.mark.model]


class Leader:
    """Somebody who presses what can be seen and fills in what is asked, and whose steps are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def press(self, role: str, name: str | re.Pattern[str], number: int = 0) -> None:
        self.page.get_by_role(role, name=name).nth(number).click()  # type: ignore[arg-type]
        self.steps += 1

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.steps += 1

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.steps += 1


@pytest.fixture
def leader(page: Page) -> Leader:
    return Leader(page)


def test_from_the_front_page_to_a_decision_memo_on_high_sick_leave(
    leader: Leader, shipped: str, tmp_path: Path
) -> None:
    page = leader.page
    page.goto(shipped)
    leader.fill("Hva strever dere med?", PROBLEM)
    leader.key("Enter")
    expect(page.locator(".st-key-announce [role=status]")).to_contain_text("Fant")
    for number in range(1, 4):
        leader.press("link", re.compile("^Sammenlign: "))
        expect(page).to_have_url(re.compile(r"valgt=[^&]+" + r"%2C[^&]+" * (number - 1)))
        expect(page.locator(".st-key-chosen")).to_contain_text(f"{number} valgt" if number > 1 else "én til")
    leader.press("link", "Sammenlign 3 valgte")
    expect(page.get_by_role("table").first.get_by_role("columnheader")).to_have_count(3)
    for row in ("Problemet", "Hva vi vet om virkningen", "Lærdommer"):
        expect(page.get_by_role("rowheader", name=re.compile(row))).to_be_visible()
    leader.press("link", re.compile("^Lån denne"))
    leader.press("combobox", re.compile("Stedet vårt"))
    page.keyboard.type("Nordstrand")
    leader.key("Enter")
    leader.fill("Hva kaller vi det hos oss?", "Færre sykmeldte på Lambertseter")
    leader.fill("Hva er problemet hos oss", PROBLEM)
    leader.fill("Hva tar vi med", "Måten de begynte på")
    leader.fill("Hva gjør vi annerledes", "Vi begynner med én avdeling")
    leader.fill("Hvem eier dette?", "Enhetsleder")
    leader.fill("Neste steg", "Møte med tillitsvalgte")
    leader.key("Tab")
    expect(page.get_by_text("Alt som må fylles ut, er fylt ut.")).to_be_visible()
    with page.expect_download() as download:
        leader.press("button", "Last ned notatet for utskrift")
    note = tmp_path / "notat.html"
    shutil.copy(download.value.path(), note)
    told = note.read_text(encoding="utf-8")
    for said in (PROBLEM, "Færre sykmeldte på Lambertseter", "Vi begynner med én avdeling", "Enhetsleder"):
        assert said in told
    assert leader.steps <= STEPS
    page.goto(note.as_uri())
    assert _sheets(page.pdf(prefer_css_page_size=True)) <= 2


def _sheets(pdf: bytes) -> int:
    """How many sheets of paper a PDF fills."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
