"""Why a hit was found, other names for what was asked, lenses, and help when nothing answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from kb import schema
from kb.config import load_config
from kb.search.hits import ARMS, Hit, Results, Why
from kb.web.base import Site, open_site
from kb.web.find.why import other_words, reasons, why
from kb.web.state import Asked
from kb.web.texts import LANGUAGES, t

QUESTION = "sekstimmarsdag i hemtjänsten"
STOPPED = "kiruna-sextimmarsdag-hemtjanst"
App = Callable[..., AppTest]


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def _tips(test: AppTest) -> str:
    """What is offered where nothing answers."""
    (found,) = re.findall(r'<section class="try">.*?</section>', _html(test))
    return str(found)


def _links(html: str) -> list[dict[str, list[str]]]:
    """What each link of the app asks for."""
    addresses = re.findall(r'href="(\./[^"]*)"', html.replace("&amp;", "&"))
    return [parse_qs(urlsplit(address).query) for address in addresses]


@pytest.fixture(scope="module")
def site(library: Path) -> Site:
    return open_site(load_config(library))


@pytest.fixture(scope="module")
def hit(site: Site) -> Hit:
    """A hit of a real question."""
    return site.search(Asked(q=QUESTION))[0]


def _told(hit: Hit, site: Site, given: Why) -> list[tuple[str, str]]:
    return [(weight, re.sub(r"<[^>]*>", "", reason)) for weight, reason in reasons(replace(hit, why=given), site)]


def test_what_gave_most_comes_first_on_a_scale_of_three(hit: Hit, site: Site) -> None:
    given = Why(text=0.7, card=2.0, question=9.0, words=0.1, stopped=3.0)
    assert _told(hit, site, given) == [
        ("much", t("why.question", "nb")),
        ("some", t("why.stopped", "nb")),
        ("little", t("why.card", "nb")),
        ("little", t("why.text", "nb")),
    ]


def test_every_arm_alone_is_told_in_a_sentence(hit: Hit, site: Site) -> None:
    for arm in ARMS:
        given: dict[str, Any] = {arm: 2.0}
        ((weight, told),) = _told(hit, site, Why(**given))
        assert weight == "much"
        assert told[0].isupper()


def test_an_exact_title_outweighs_the_rest_and_what_spoke_against_is_left_out(hit: Hit, site: Site) -> None:
    assert _told(hit, site, Why(text=1.0, card=-0.5, title=True)) == [
        ("much", t("why.title", "nb")),
        ("much", t("why.text", "nb")),
    ]


def test_words_are_told_as_the_passage_spells_them_and_in_its_language(hit: Hit, site: Site) -> None:
    ((_, told),) = reasons(replace(hit, why=Why(words=5.0, matched=("hemtjänsten", "<b>"))), site)
    assert told == 'Felles ord: <span lang="sv">«hemtjänsten»</span>, <span lang="sv">«&lt;b&gt;»</span>'
    assert _told(hit, site, Why(words=5.0)) == [("much", t("why.words_elsewhere", "nb"))]
    estimated = Why(words=5.0, matched=("hemtjänsten",), estimated=True)
    assert _told(hit, site, estimated) == [("much", t("why.estimated", "nb"))]


def test_what_is_only_nearest_says_so(hit: Hit, site: Site) -> None:
    assert t("why.nearest", "nb") not in why(hit, site)
    assert t("why.nearest", "nb") in why(replace(hit, strength="none"), site)
    assert t("why.nearest", "nb") in why(replace(hit, why=Why()), site)


def test_reasons_are_folded_away_on_each_card_and_have_no_numbers(app: App) -> None:
    shown = _html(app(q=QUESTION))
    folded = re.findall(r'<details class="why">(.*?)</details>', shown)
    assert len(folded) == shown.count('<article class="card"') > 0
    assert not any(re.search(r"\d", part) for part in folded)
    assert "Hvorfor" not in _html(app())


def test_other_names_are_told_once_above_the_hits(app: App) -> None:
    shown = _html(app(q="sykefravær i hjemmetjenesten"))
    assert shown.count("Søkte også etter:") == 1
    assert shown.index("Søkte også etter:") < shown.index('<article class="card"')
    assert "sjukfrånvaro" in shown.split("</summary>", maxsplit=1)[0]
    assert "Søkte også etter:" not in _html(app(q="vaktliste")) + _html(app())


def test_few_other_names_need_no_unfolding(site: Site) -> None:
    none = site.search(Asked())
    few = replace(none, also={"eldre": ("äldre", "<b>"), "rus": ("misbrug",)})
    assert other_words(few, site) == '<p class="also">Søkte også etter: äldre, misbrug, &lt;b&gt;</p>'
    many = replace(none, also={"eldre": tuple("abcdefg"), "rus": ("misbrug",)})
    shown, _, folded = other_words(many, site).partition("</summary>")
    assert shown.endswith("Søkte også etter: a, misbrug, b, c, d, e …")
    assert "<strong>eldre:</strong> a, b, c, d, e, f, g" in folded


@pytest.mark.parametrize("lens", list(schema.LENSES))
def test_a_lens_is_explained_by_its_name_and_shows_its_own_sections(app: App, site: Site, lens: str) -> None:
    shown = _html(app(q=QUESTION, lens=lens))
    label = site.label("lenses", lens)
    assert t(f"lens.{lens}", "nb", lens=label) in shown
    assert f"{label}: ser først på" in shown
    found: Results = site.search(Asked(q=QUESTION, lens=lens))
    assert {hit.passage.section for hit in found} <= set(schema.LENSES[lens])
    assert "ser først på" not in _html(app(q=QUESTION))


def test_lessons_begin_with_what_was_stopped_and_say_it(app: App, site: Site) -> None:
    found = site.search(Asked(q=QUESTION, lens="lessons"))
    assert (found[0].practice.id, found[0].practice.status) == (STOPPED, "stopped")
    assert t("why.stopped", "nb") in _html(app(q=QUESTION, lens="lessons"))
    assert t("why.stopped", "nb") not in _html(app(q=QUESTION))


def test_a_lens_is_kept_when_more_is_shown_and_when_a_practice_is_opened(app: App) -> None:
    test = app(lens="practice")
    shown = _html(test)
    assert "fra=lens%3Dpractice" in shown
    test.button(key="more").click().run()
    assert test.query_params["lens"] in ("practice", ["practice"])
    assert test.button_group(key="lens").value == "practice"


@pytest.mark.parametrize(
    ("question", "tip"),
    [
        ("qwxz", "try.sentence"),
        ("qwxz wqzx xzqw zwxq qxwz", "try.other_words"),
        (" ".join(f"qwx{letter}z" for letter in "bcdfghjklmnp"), "try.fewer_words"),
    ],
    ids=["short", "ordinary", "long"],
)
def test_help_goes_by_how_long_the_question_is(app: App, question: str, tip: str) -> None:
    tips = _tips(app(q=question))
    assert t(tip, "nb") in tips
    assert sum(t(f"try.{other}", "nb") in tips for other in ("sentence", "other_words", "fewer_words")) == 1


def test_help_is_a_way_out_of_filters_and_lens_only_where_they_are_on(app: App) -> None:
    test = app(q="qwxz", country="se", lens="results")
    assert "Ingen" in str(test.info[0].value)
    assert _links(_tips(test)) == [{"q": ["qwxz"], "lens": ["results"]}, {"q": ["qwxz"], "country": ["se"]}, {}]
    assert "«Resultater»" in _tips(test)
    assert _links(_tips(app(q="qwxz"))) == [{}]
    assert _links(_tips(app(country="is", language="da"))) == [{}, {}]


def test_what_is_nearest_stands_below_a_line(app: App) -> None:
    shown = _html(app(q="qwxz"))
    line = shown.index(f'<h2 class="nearest">{t("find.nearest", "nb")}</h2>')
    assert shown.index('<section class="try">') < line < shown.index('<article class="card"')
    assert 'class="nearest"' not in _html(app(q=QUESTION)) + _html(app(country="is", language="da"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_practice_can_be_told_of_in_the_app(app: App, language: str) -> None:
    tips = _tips(app(q="qwxz", lang=language))
    assert re.search(rf'<a href="ny(\?lang={language})?" target="_self">{t("add.title", language)}</a>', tips)
    assert t("try.propose", language) in tips
    assert "CONTRIBUTING" not in tips
    assert t("try.propose", language) not in _tips(app(country="is", language="da", lang=language))
