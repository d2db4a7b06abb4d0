"""A practice's page: problem first, honest about results, and with a way on and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import Config, load_config
from kb.index.build import build
from kb.web.base import open_site
from kb.web.practice import page as practice_page
from kb.web.state import Asked
from web.web_library import HOSTILE_ID

Show = Callable[..., str]

PAGE = """
import os
from kb.config import load_config
from kb.web.base import open_site
from kb.web.practice.page import page
page(open_site(load_config(os.environ["KB_ROOT"])))
"""


@pytest.fixture
def show(library: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """The HTML of a practice's page."""
    monkeypatch.setenv("KB_ROOT", str(library))

    def visit(practice_id: str, back: str = "") -> str:
        test = AppTest.from_string(PAGE, default_timeout=30)
        test.query_params["id"] = practice_id
        test.query_params["fra"] = back
        test.run()
        assert not test.exception
        return "\n".join(str(element.proto.body) for element in test.get("html"))

    return visit


def test_the_problem_comes_first_and_lessons_before_conditions(show: Show) -> None:
    shown = show("kobenhavn-tillidsreform-hjemmepleje")
    headings = re.findall(r"<h2>([^<]*)</h2>", shown)
    assert headings[:4] == ["Udfordringen", "Sådan gør vi", "Resultater", "Erfaringer"]
    assert 'class="part lessons"' in shown


def test_headings_step_down_one_at_a_time(show: Show) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", show(HOSTILE_ID))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_reader_s_language_is_shown_with_the_practice_in_its_own(show: Show) -> None:
    shown = show("kobenhavn-tillidsreform-hjemmepleje")
    assert "<h1>Tillitsreformen i København" in shown
    assert "maskinoversatt fra dansk" in shown
    assert '<span lang="da">Tillidsreformen i Københavns Kommune' in shown
    assert '<div lang="da"><h2>Udfordringen</h2>' in shown


def test_reached_and_hoped_for_stand_in_tables_of_their_own(show: Show) -> None:
    tables = re.findall(r"<table.*?</table>", show(HOSTILE_ID), re.DOTALL)
    assert [re.findall(r"<caption>([^<]*)", table)[0] for table in tables] == ["Oppnådd", "Forventet – ikke vist ennå"]
    assert re.findall(r"<th [^>]*>([^<]*)", tables[0]) == ["Resultat", "Indikator", "Verdi", "Enhet", "Periode"]
    assert re.findall(r"<th [^>]*>([^<]*)", tables[1]) == ["Resultat"]
    assert "Ingen hull i turnus" in tables[1]


def test_evidence_is_told_in_plain_words_with_the_writer_s_note(show: Show) -> None:
    shown = show("oslo-nordstrand-f7-innovasjonsspeidere")
    assert "Ingen har undersøkt virkningen." in shown
    assert "ingen opptelling av hvilke løsninger" in shown


def test_lineage_goes_both_ways(show: Show) -> None:
    assert 'href="praksis?id=netherlands-buurtzorg-neighbourhood-care"' in show(
        "aalborg-borgerens-faste-tvaerfaglige-teams"
    )
    assert 'href="praksis?id=aalborg-borgerens-faste-tvaerfaglige-teams"' in show(
        "netherlands-buurtzorg-neighbourhood-care"
    )


def test_what_was_borrowed_from_elsewhere_is_named(show: Show) -> None:
    assert "Rooster" in show(HOSTILE_ID)
    assert "Delft" in show(HOSTILE_ID)


def test_the_way_back_keeps_the_search(show: Show) -> None:
    asked = Asked(q="natt & dag").narrowed("country", ["no", "dk"])
    shown = show(HOSTILE_ID, asked.query())
    assert 'href="./?q=natt+%26+dag&amp;country=no&amp;country=dk"' in shown
    assert f'href="praksis?id=oslo-nordstrand-f7-innovasjonsspeidere&amp;fra={"q%3Dnatt"}' in shown


def test_the_way_back_leads_nowhere_but_to_the_search(show: Show) -> None:
    assert 'href="./"' in show(HOSTILE_ID, "https://example.org/evil")


def test_areas_and_themes_lead_to_all_that_have_them(show: Show) -> None:
    assert 'href="./?theme=spredning"' in show("oslo-nordstrand-f7-innovasjonsspeidere")


def test_the_file_can_be_found_on_the_forge(show: Show) -> None:
    url = "https://forge.example/praksis/blob/main/practices/no/oslo/oslo-nordstrand-f7-innovasjonsspeidere.md"
    assert f'href="{url}"' in show("oslo-nordstrand-f7-innovasjonsspeidere")


def test_what_means_harm_is_shown_as_text(show: Show) -> None:
    shown = show(HOSTILE_ID)
    assert "&lt;script&gt;document.title='kapret'&lt;/script&gt;" in shown.replace("&#x27;", "'")
    assert "<script" not in shown
    assert "<img" not in shown
    assert not re.search(r'href="javascript:', shown)


def test_an_unknown_id_says_so_and_names_the_nearest(show: Show) -> None:
    shown = show("oslo-nordstrand-f7-innovasjon", "q=spre")
    assert "<h1>Vi fant ikke praksisen</h1>" in shown
    assert "praksis?id=oslo-nordstrand-f7-innovasjonsspeidere" in shown
    assert 'href="./?q=spre"' in shown


def test_no_id_at_all_says_so(show: Show) -> None:
    assert "sier ikke hvilken praksis" in show("")


def test_practices_in_every_language_can_be_shown(small: Callable[..., Config]) -> None:
    """Every practice through the page's own renderer, without Streamlit around it."""
    config = small()
    build(config)
    site = open_site(config)
    for practice in site.base.practices:
        shown = "".join(practice_page._whole(practice, site, Asked()))
        assert shown.count("<h1") == 1
        assert "None" not in shown


def test_a_folder_of_foreign_markdown_can_be_shown(tmp_path: Path) -> None:
    """Reading is lenient: no front matter, no vocabulary, headings of its own."""
    (tmp_path / "practices").mkdir()
    (tmp_path / "practices" / "notat.md").write_text("# Et notat\n\nTekst.\n\n## Mer\n\nMer tekst.\n", encoding="utf-8")
    (tmp_path / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    config = load_config(tmp_path)
    build(config)
    site = open_site(config)
    shown = "".join(practice_page._whole(site.base.get("notat"), site, Asked()))
    assert re.findall(r"<h[1-3][^>]*>([^<]*)", shown)[:2] == ["Et notat", "Mer"]
    assert "Ikke oppgitt" in shown
