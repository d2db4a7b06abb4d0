"""The decision memo: two pages that a management team can decide on, honest about what is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from string import Formatter

import pytest
from borrow_helpers import DAY, PRACTICES, SVARTEDALEN, full

from kb.borrow.loan import Loan
from kb.borrow.memo import Memo, memo
from kb.borrow.memo_render import as_html, as_markdown
from kb.borrow.words import WORDS
from kb.repository import Repository, load

LANGUAGES = ("nb", "nn", "da", "sv", "en")
HEADINGS = [
    "Saken",
    "Problemet vårt",
    "Hva andre gjorde og fikk",
    "Slik gjør vi den til vår",
    "Det som må være på plass",
    "Risiko",
    "Gevinster vi venter oss",
    "Hva det koster",
    "Eier og neste steg",
    "Forslag til vedtak",
    "Kilder",
]


@cache
def shipped() -> Repository:
    return load(PRACTICES)


def written(name: str = SVARTEDALEN, **changes: object) -> Memo:
    source = shipped().by_id[name]
    return memo(full(source, **changes), source, shipped().vocabulary, url="https://example.org/p", today=DAY)


def test_the_memo_takes_a_leader_from_the_matter_to_the_decision() -> None:
    text = as_markdown(written())
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(
        "# Kortere dag på Lambertseter\n\nBeslutningsnotat · Nordstrand, Oslo · Idé · 1. mars 2026\n"
    )
    assert "| Lavere sykefravær | sykefravær | 12 % | 9 % | 2027-12 | lønnssystemet |" in text
    assert "**Hvor sikkert er det?** Forskning. Forskere har undersøkt den." in text
    assert "Avsluttet (per 2016)" in text
    assert "Ansvarlig: Avdelingsleder i hjemmetjenesten. Første steg: Møte med tillitsvalgte (2026-05-02)." in text
    assert "[Sextimmarsdag – så blev resultatet](<https://ka.se/2016/10/13/sextimmarsdag-sa-blev-resultatet/>)" in text


def test_expected_and_realised_stand_apart() -> None:
    text = as_markdown(written("aalborg-borgerens-faste-tvaerfaglige-teams"))
    realised, expected = text.index("| Oppnådd hos dem |"), text.index("| Forventet hos dem, ikke vist |")
    assert realised < text.index("Fire tværfaglige teams i ét distrikt") < expected
    assert expected < text.index("Udrulning til hele kommunen er planen")


def test_what_is_not_answered_is_said_to_be_so() -> None:
    source = shipped().by_id[SVARTEDALEN]
    note = memo(Loan(source=source.id), source, shipped().vocabulary, today=DAY)
    text = as_markdown(note)
    assert text.startswith("# Uten tittel ennå\n\nBeslutningsnotat · Sted ikke oppgitt")
    assert "\nVi vurderer å låne «" in text
    assert text.count("Ikke fylt ut ennå.") == 8
    assert "Ansvarlig" not in text


def test_the_source_s_own_words_keep_their_language() -> None:
    html = as_html(written())
    assert '<html lang="nb">' in html
    assert re.search(r'<td lang="sv">Försöket avslutades', html)
    assert re.search(r'<div lang="sv"><p>Följeforskning', html)
    assert re.search(r"<td>Vi avtaler dette på forhånd", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_memo_is_whole_in_every_language(language: str) -> None:
    note = written(language=language)
    html = as_html(note)
    assert f'<html lang="{language}">' in html
    assert html.count("<h1>") == 1
    assert html.count("<h2>") == len(HEADINGS)
    if language != "nb":
        assert "Forslag til vedtak" not in html


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    html = as_html(written(title="<script>alert(1)</script>", problem="<img src=x> [a](javascript:alert(1))"))

    tags: list[tuple[str, dict[str, str | None]]] = []

    class Seen(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    seen = Seen()
    seen.feed(html)
    assert {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object", "base"} == set()
    assert all((attrs.get("href") or "https://").startswith(("https://", "http://")) for _, attrs in tags)
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize(
    ("language", "day", "value"),
    [("nb", "1. mars 2026", "6,3 %"), ("sv", "1 mars 2026", "6,3 %"), ("en", "1 March 2026", "6.3 %")],
)
def test_dates_and_numbers_are_written_as_in_the_memo_s_language(language: str, day: str, value: str) -> None:
    own = shipped().by_id[SVARTEDALEN]
    source = replace(own, results=(replace(own.results[0], value="6.3 %", unit=""),), status_as_of="2016-11")
    text = as_markdown(memo(full(source, language=language), source, shipped().vocabulary, today=DAY))
    assert f" · {day}\n" in text
    assert f"| {value} |" in text
    assert "2016-11" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_memo_without_a_place_is_still_a_sentence(language: str) -> None:
    source = shipped().by_id[SVARTEDALEN]
    text = as_markdown(memo(Loan(source=source.id, language=language), source, shipped().vocabulary, today=DAY))
    assert text.count(WORDS["memo.no_place"][language]) == 1
    assert f"\n{WORDS['memo.we'][language]} " in text


def test_a_source_that_tells_of_nothing_is_asked() -> None:
    silent = next(practice for practice in shipped().practices if not practice.has_lessons and not practice.results)
    text = as_markdown(memo(full(silent), silent, shipped().vocabulary, today=DAY))
    assert "Kilden forteller ikke om noe som gikk galt. Det betyr ikke at alt gikk bra. Spør dem." in text
    assert "Kilden oppgir ingen resultater" in text


def test_every_word_is_there_in_every_language_with_the_same_blanks() -> None:
    for key, texts in WORDS.items():
        assert tuple(texts) == LANGUAGES, key
        blanks = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts.values()]
        assert all(found == blanks[0] for found in blanks), key
        assert all(text.strip() == text != "" for text in texts.values()), key
