"""The app in five languages: who reads what, and that every link keeps to it."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.error import HTTPError

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import load_config
from kb.figures import date_text, number_text
from kb.index.build import build
from kb.quality import read_quality
from kb.web.base import open_site
from kb.web.pages import PAGES
from kb.web.reader import Reader, in_language, kept, reader_of, reading
from kb.web.shell import _labels
from kb.web.texts import LANGUAGES, t
from web.web_library import MAIN, REPOSITORY

App = Callable[..., AppTest]

PRACTICE = """
import os, sys
from kb.config import load_config
from kb.web.base import open_site
from kb.web.{module} import page
page(open_site(load_config(os.environ["KB_ROOT"]), "{language}"))
"""


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def _language(test: AppTest) -> str:
    """The language that the address asks for."""
    said = test.query_params["lang"]
    return said if isinstance(said, str) else said[0]


def _links(html: str) -> list[str]:
    """Every address within the app; those of the languages' own menu lead elsewhere on purpose."""
    found = re.sub(r'<nav class="languages".*?</nav>', "", html)
    return [unescape(href) for href in re.findall(r'<a href="([^"]*)"', found) if "://" not in href]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("no", "nb"),
        ("nn-NO,nb;q=0.9", "nn"),
        ("da,en-US;q=0.7", "da"),
        ("fi,sv-FI;q=0.9", "sv"),
        ("en-GB", "en"),
        ("en;q=0.2, sv; q=0.8", "sv"),
        ("da;q=0, en", "en"),
        ("is, fi, de", "nn"),
        ("", "nn"),
        ("da;q=mye, ;;;,*", "nn"),
    ],
)
def test_the_browser_s_language_is_the_reader_s_or_else_the_configured_one(accepted: str, language: str) -> None:
    assert reader_of("", accepted, "nn") == Reader(language, language)


def test_the_address_wins_over_the_browser_and_nonsense_is_passed_over() -> None:
    assert reader_of("sv", "da", "nb") == Reader("sv", "da")
    assert reader_of("tlh", "da", "nb") == Reader("da", "da")
    assert reader_of("", "", "tlh") == Reader("nb", "nb")


def test_links_keep_a_choice_and_say_nothing_of_what_the_browser_asks_for_itself() -> None:
    with reading(Reader("da", "nb")):
        assert kept("./") == "./?lang=da"
        assert kept("praksis?id=x&fra=q%3Dto%2Bord") == "praksis?id=x&fra=q%3Dto%2Bord&lang=da"
        assert kept("?lang=sv") == "?lang=sv"
        for elsewhere in (
            "https://example.org/?q=1",
            "mailto:a@b.no",
            "#index",
            "api/search?q=x",
            "//example.org",
            "http://[x",
        ):
            assert kept(elsewhere) == elsewhere
    with reading(Reader("da", "da")):
        assert kept("praksis?id=x") == "praksis?id=x"


def test_switching_keeps_the_whole_address() -> None:
    address = "?q=s%C3%B8vn+%26+ro&country=no&country=se&lang=da&tom="
    assert in_language(address, "sv") == "?q=s%C3%B8vn+%26+ro&country=no&country=se&tom=&lang=sv"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_is_in_the_language_of_the_address(app: App, language: str) -> None:
    test = app(lang=language)
    assert test.title[0].value == t("find.heading", language)
    assert test.button(key="search").label == t("find.button", language)
    assert t("app.tagline", language) in _html(test)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_practice_is_told_in_each_language_and_keeps_its_own(
    library: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("KB_ROOT", str(library))
    test = AppTest.from_string(PRACTICE.format(module="practice.page", language=language), default_timeout=30)
    test.query_params["id"] = "aalborg-borgerens-faste-tvaerfaglige-teams"
    shown = _html(test.run())
    assert t("practice.sources", language) in shown
    assert ('lang="da"' in shown) == (language != "da")
    assert open_site(load_config(library)).vocabulary.label("areas", "helse-omsorg", language) in shown


def test_the_browser_s_language_is_followed_when_the_address_says_nothing(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_ROOT", str(library))
    test = AppTest.from_file(str(MAIN), default_timeout=30)
    test.context = {"locale": "sv-SE"}
    assert test.run().title[0].value == t("find.heading", "sv")
    assert all("lang=" not in link for link in _links(_html(test)))


def test_every_link_of_the_front_page_keeps_the_language_that_was_chosen(app: App) -> None:
    links = _links(_html(app(lang="da", q="arbejde", country=["dk"])))
    assert len(links) > 5
    here = ("p/", "api/", "#")
    assert [link for link in links if "lang=da" not in link and not link.startswith(here)] == []


def test_what_a_reader_chooses_keeps_the_language_too(app: App) -> None:
    test = app(lang="en")
    test.text_input(key="q").set_value("arbeid").run()
    assert _language(test) == "en"
    assert test.title[0].value == t("find.heading", "en")
    test.button_group(key="filter-country").set_value(["se"]).run()
    assert _language(test) == "en"


def test_two_readers_at_once_have_each_their_own_language(app: App) -> None:
    danish, swedish = app(lang="da"), app(lang="sv")
    danish.button(key="more").click().run()
    assert danish.title[0].value == t("find.heading", "da")
    assert swedish.run().title[0].value == t("find.heading", "sv")
    assert t("filter.heading", "sv") in [header.value for header in swedish.header]


def test_the_five_languages_are_offered_by_their_own_names_and_lead_to_this_very_page(app: App) -> None:
    html = _html(app(lang="en", q="arbeid", country="se"))
    menu = html.split('<nav class="languages"')[1].split("</nav>")[0]
    for language in LANGUAGES:
        own = f'hreflang="{language}"' if language == "en" else f'lang="{language}" hreflang="{language}"'
        assert own in menu
        assert f">{t('language.name', language)}</a>" in menu
        assert f'href="?q=arbeid&amp;country=se&amp;lang={language}"' in menu
    assert menu.count('aria-current="true"') == 1


def test_the_menu_names_every_page_and_marks_the_one_that_is_shown(app: App) -> None:
    menu = _html(app(lang="nn")).split('<nav class="menu"')[1].split("</nav>")[0]
    names = [unescape(name) for name in re.findall(r">([^<]+)</a>", menu)]
    assert names == [t(spec.title, "nn") for spec in PAGES if spec.menu]
    assert menu.count('aria-current="page"') == 1
    assert f'aria-current="page">{t("find.title", "nn")}</a>' in menu


def _get(address: str, language: str = "") -> tuple[int, str]:
    """Status and document, as a browser with a language asks for it."""
    headers = {"Accept": "text/html"} | ({"Accept-Language": language} if language else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as answer:
            assert answer.headers["Content-Language"]
            assert "Accept-Language" in answer.headers.get_all("Vary")
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_has_its_language_and_title_from_the_first_byte(server: str, language: str) -> None:
    for address, accepted in ((f"{server}/om?lang={language}", ""), (f"{server}/om", f"{language};q=0.9,fi")):
        _, document = _get(address, accepted)
        assert f'<html lang="{language}">' in document
        assert f"<title>{t('about.title', language)}</title>" in document
        assert t("app.noscript", language) in document


def test_the_title_says_the_question_and_cannot_be_more_than_text(server: str) -> None:
    _, document = _get(f"{server}/?q=%3C/title%3E%3Cscript%3E")
    assert "<title>&lt;/title&gt;&lt;script&gt; – Praksis</title>" in document


@pytest.mark.parametrize("path", ["/finnes-ikke", "/om/mer", "/%3Cscript%3E"])
def test_an_address_that_leads_nowhere_is_told_so_with_a_way_home(server: str, path: str) -> None:
    status, document = _get(f"{server}{path}?a=1&lang=sv")
    assert status == 404
    assert f"<h1>{t('missing.title', 'sv')}</h1>" in document
    assert f'<a href="/?lang=sv">{t("app.home", "sv")}</a>' in document
    assert 'href="?a=1&amp;lang=da"' in document
    assert "<script" not in document


def test_streamlit_s_own_buttons_have_the_words_of_each_language() -> None:
    assert "Skjul filtrene" in _labels("nb")
    assert "Hide the filters" in _labels("en")


@pytest.mark.parametrize(
    ("language", "day", "month", "number"),
    [
        ("nb", "7. mai 2024", "mai 2024", "1\u00a0234,5"),
        ("nn", "7. mai 2024", "mai 2024", "1\u00a0234,5"),
        ("da", "7. maj 2024", "maj 2024", "1.234,5"),
        ("sv", "7 maj 2024", "maj 2024", "1\u00a0234,5"),
        ("en", "7 May 2024", "May 2024", "1,234.5"),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(language: str, day: str, month: str, number: str) -> None:
    assert date_text("2024-05-07", language) == day
    assert date_text("2024-05", language) == month
    assert date_text("2024", language) == "2024"
    assert date_text("2024-13", language) == "2024-13"
    assert number_text(1234.5, language, 1) == number


def _about(root: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KB_ROOT", str(root))
    test = AppTest.from_string(PRACTICE.format(module="about", language=language), default_timeout=30)
    return unescape(_html(test.run()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_about_page_says_how_the_index_stands(
    library: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    shown = _about(library, language, monkeypatch)
    assert f"<dd>{open_site(load_config(library)).base.status().practices}</dd>" in shown
    for key in ("about.index.no_model", "about.index.all_read", "about.privacy.log_off", "about.quality.missing"):
        assert t(key, language) in shown


def test_the_about_page_has_the_figures_of_the_documentation(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_library / "docs").mkdir()
    text = (REPOSITORY / "docs" / "search-quality.md").read_text(encoding="utf-8")
    (own_library / "docs" / "search-quality.md").write_text(text, encoding="utf-8")
    measured = read_quality(own_library)
    assert measured is not None
    shown = _about(own_library, "nb", monkeypatch)
    recall = f"{100 * measured.sets['own'].recall:.0f}\u00a0%"
    assert f"<td>{measured.sets['own'].questions}</td><td>{recall}</td>" in shown
    assert measured.unanswerable is not None
    assert f"Av {measured.unanswerable[0]} spørsmål som ingen praksis svarer på" in shown


def test_figures_that_cannot_be_read_are_said_to_be_missing(own_library: Path) -> None:
    assert read_quality(own_library) is None
    (own_library / "docs").mkdir()
    (own_library / "docs" / "search-quality.md").write_text("<!-- arms -->\n| a |\n|---|\n| **x** |\n<!-- /arms -->\n")
    assert read_quality(own_library) is None


def test_files_that_could_not_be_read_are_listed_with_the_reason(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_library / "practices" / "no" / "odelagt.md").write_bytes(b"---\ntitle: \xff\n---\n")
    build(load_config(own_library))
    shown = _about(own_library, "nb", monkeypatch)
    assert t("about.index.unreadable.one", "nb") in shown
    assert "no/odelagt.md" in shown
    assert '<span lang="en">' in shown
