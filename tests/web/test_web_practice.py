"""A practice's page: problem first, honest about results, and with a way on and back."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import Config, load_config
from kb.index.build import build
from kb.web.base import open_site
from kb.web.plain import pages
from kb.web.plain.layout import STYLE
from kb.web.plain.visit import Visit
from kb.web.practice import page as practice_page
from kb.web.reader import NOBODY
from kb.web.state import Asked
from web.web_ask import Page
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
        return next(body for element in test.get("html") if (body := str(element.proto.body)).startswith("<article"))

    return visit


def test_the_page_is_read_in_the_order_that_a_leader_asks(show: Show) -> None:
    shown = show("kobenhavn-tillidsreform-hjemmepleje")
    headings = re.findall(r"<h2>([^<]*)</h2>", shown)
    assert headings[:6] == [
        "Udfordringen",
        "Sådan gør vi",
        "Resultater",
        "Hva vi vet om virkningen",
        "Erfaringer",
        "Det kræver det",
    ]
    lasting = ["Lånt fra og lånt av", "Kilder", "Om teksten"]
    assert [heading for heading in headings if heading in lasting] == lasting
    assert headings.index("Kilder") < headings.index("Kort om praksisen") < headings.index("Spørsmål den svarer på")


def test_lessons_are_set_apart_with_a_way_to_tell_of_more(show: Show) -> None:
    shown = show("kobenhavn-tillidsreform-hjemmepleje")
    apart = re.findall(r'<div class="learnt-here">(.*?)</section>(.*?)</div>', shown, re.DOTALL)
    assert "<h2>Erfaringer</h2>" in apart[0][0]
    assert "hvor dette ikke passer?" in apart[0][1]


def test_a_practice_without_lessons_says_so_and_asks_for_one(show: Show) -> None:
    shown = show("arendal-med-hjerte-for-arendal")
    apart = re.findall(r'<div class="learnt-here none">(.*?)</div>', shown, re.DOTALL)
    assert "<h2>Lærdommer</h2>" in apart[0]
    assert "forteller ikke hva de lærte" in apart[0]
    assert re.search(r'practices/no/arendal/arendal-med-hjerte-for-arendal\.md"[^>]*>Skriv det inn</a>', apart[0])


def test_that_a_practice_was_stopped_stands_with_the_lessons_and_under_the_title(show: Show) -> None:
    shown = show("kiruna-sextimmarsdag-hemtjanst")
    assert '<li class="stopped">Avsluttet per 2006</li>' in shown
    assert '<p class="caution"><strong>Ikke lenger i bruk:</strong> Avsluttet per 2006</p>' in shown
    assert "caution" not in show("kobenhavn-tillidsreform-hjemmepleje")


def test_an_idea_that_leaders_let_lie_says_so_with_why(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = "assessment:\n  feasibility: low\n  value: high\n  decision: reject\n  decided: 2024-05\n  why: For dyrt\n"
    file = own_library / "practices" / "no" / "oslo" / f"{HOSTILE_ID}.md"
    text = file.read_text(encoding="utf-8").replace("status: pilot\n", f"status: idea\n{judged}")
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("KB_ROOT", str(own_library))
    config = load_config(own_library)
    build(config)
    site = open_site(config)
    shown = "".join(practice_page._whole(site.base.get(HOSTILE_ID), site, Asked()))
    assert "<strong>Ideen ble ikke tatt videre:</strong> Ikke gå videre" in shown
    assert "<dt>Avgjort</dt><dd>mai 2024</dd>" in shown
    assert "<p>For dyrt</p>" in shown


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


def test_what_the_borrower_took_stands_with_both(show: Show) -> None:
    taken = "Den statslige pulje, som Aalborg har fået midler fra, er inspireret af Buurtzorg."
    note = re.compile(rf'<span lang="da" class="more( taken)?">{re.escape(taken)}</span>')
    assert note.search(show("aalborg-borgerens-faste-tvaerfaglige-teams"))
    assert note.search(show("netherlands-buurtzorg-neighbourhood-care"))


def test_that_nobody_has_told_of_borrowing_it_is_said(show: Show) -> None:
    assert "Ingen har fortalt at de har lånt denne ennå." in show(HOSTILE_ID)


def test_the_buttons_lead_to_what_one_does_with_a_practice(show: Show) -> None:
    shown = show("oslo-nordstrand-f7-innovasjonsspeidere", "q=spre&valgt=kiruna-sextimmarsdag-hemtjanst")
    row = re.findall(r'<nav aria-label="Bruk praksisen">(.*?)</nav>', shown, re.DOTALL)[0]
    said = re.findall(r"<(?:a|button)[^>]*>([^<]*)", row)
    assert said[2:] == ["Skriv ut", "Kopier lenke", "Markdown", "JSON"]
    assert re.findall(r'href="([^"?]*)', row) == [
        "lan",
        "sammenlign",
        "p/oslo-nordstrand-f7-innovasjonsspeidere",
        "p/oslo-nordstrand-f7-innovasjonsspeidere.md",
        "p/oslo-nordstrand-f7-innovasjonsspeidere.json",
    ]
    assert "p=oslo-nordstrand-f7-innovasjonsspeidere,kiruna-sextimmarsdag-hemtjanst" in row
    assert 'data-address="praksis?id=oslo-nordstrand-f7-innovasjonsspeidere"' in row
    assert 'role="status"' in row


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


@pytest.mark.parametrize(
    ("forge", "edit", "commit"),
    [
        ('url = "https://github.com/k/p"', "https://github.com/k/p/edit/main/", "https://github.com/k/p/commit/"),
        ('url = "https://gitlab.com/k/p"', "https://gitlab.com/k/p/-/edit/main/", "https://gitlab.com/k/p/-/commit/"),
        (
            'url = "https://git.k.no/k/p"\nkind = "forgejo"',
            "https://git.k.no/k/p/_edit/main/",
            "https://git.k.no/k/p/commit/",
        ),
    ],
    ids=["github", "gitlab", "own"],
)
def test_the_page_says_which_commit_changed_it_last_and_leads_to_where_it_is_edited(
    library: Path, tmp_path: Path, forge: str, edit: str, commit: str
) -> None:
    root = tmp_path / "historie"
    shutil.copytree(library, root)
    (root / "kb.toml").write_text(f'[encoder]\nmodel = "none"\n\n[forge]\n{forge}\n', encoding="utf-8")
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    when = {"GIT_COMMITTER_DATE": "2025-03-01T12:00:00+00:00"}
    for arguments in (["init", "-q"], ["add", "practices"], ["commit", "-qm", "alt"]):
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, env=os.environ | when)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, encoding="utf-8")
    name = head.stdout.strip()
    site = open_site(load_config(root))
    shown = "".join(practice_page._whole(site.base.get(HOSTILE_ID), site, Asked()))
    assert 'Sist endret <time datetime="2025-03-01">1. mars 2025</time> med endring' in shown
    assert f'href="{commit}{name}" rel="noopener noreferrer"><code>{name[:7]}</code>' in shown
    assert f'href="{edit}practices/no/oslo/{HOSTILE_ID}.md" rel="noopener noreferrer">Rediger denne siden' in shown


def test_without_a_history_nothing_is_said_of_changes(show: Show) -> None:
    shown = show(HOSTILE_ID)
    assert "Om teksten" in shown
    assert "Sist endret" not in shown


def test_what_means_harm_is_shown_as_text(show: Show) -> None:
    shown = show(HOSTILE_ID)
    assert not re.findall(r"<[^>]*\son[a-z]+\s*=", shown)
    assert "<style" not in shown
    assert "&lt;script&gt;document.title='kapret'&lt;/script&gt;" in shown.replace("&#x27;", "'")
    assert "<script" not in shown
    assert "<img" not in shown
    assert not re.search(r'href="javascript:', shown)


HARM = (
    "<style>*{display:none}</style>",
    "<b onclick=\"document.title='kapret'\">klikk</b>",
    "<iframe src=https://example.org></iframe>",
    '"><svg onload=alert(1)>',
    "[lenke](data:text/html;base64,PHNjcmlwdD4=)",
    "[lenke](vbscript:x)",
    '<https://example.org/"onmouseover=alert(1)>',
    "koster $5 og $6, :red[rødt] -> :smile: :material/home:",
)


@pytest.mark.parametrize("harm", HARM)
def test_nothing_that_a_practice_says_does_anything(own_library: Path, harm: str) -> None:
    file = own_library / "practices" / "no" / "oslo" / f"{HOSTILE_ID}.md"
    text = file.read_text(encoding="utf-8").replace("Begynn smått.", f"Begynn smått. {harm}")
    file.write_text(text.replace("statement: Færre", f"statement: {json.dumps(harm)} #"), encoding="utf-8")
    config = load_config(own_library)
    build(config)
    site = open_site(config)
    practice = site.base.get(HOSTILE_ID)
    app = "".join(practice_page._whole(practice, site, Asked()))
    plain = pages.practice(Visit(site, NOBODY, "http://localhost/", {"id": HOSTILE_ID})).body.decode()
    for shown in (app, plain.replace(STYLE.read_text(encoding="utf-8"), "")):
        page = Page()
        page.feed(shown)
        assert not {"script", "iframe", "svg", "img", "b", "object", "embed", "form"} & set(page.tags)
        assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"]
        assert not [link for link in page.links if link.lower().startswith(("javascript:", "data:", "vbscript:"))]
        # The statement of a result is no Markdown at all: it stands as it was written.
        assert harm in html.unescape(shown)


def test_an_unknown_id_says_so_and_names_the_nearest(show: Show) -> None:
    shown = show("oslo-nordstrand-f7-innovasjon", "q=spre")
    assert "<h1>Vi fant ikke praksisen</h1>" in shown
    assert "Mente du en av disse?" in shown
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
