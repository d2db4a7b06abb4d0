"""Finding and browsing: what the front page shows for an address, and how choices change it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import kb
from kb.config import load_config
from kb.index import generations
from kb.index.build import build
from kb.index.layout import IndexLayout
from kb.web.base import open_site
from kb.web.find.cards import badges
from kb.web.find.start import EXAMPLES
from kb.web.state import Asked
from kb.web.texts import LANGUAGES, t
from web.web_library import CHOSEN, plant, visit

ALL = len(CHOSEN) + 1
App = Callable[..., AppTest]


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def _found(test: AppTest) -> str:
    return str(test.info[0].value)


def _address(test: AppTest) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else value for name, value in test.query_params.items()}


def _cards(test: AppTest) -> int:
    return _html(test).count('<article class="card"')


def _pills(test: AppTest, facet: str) -> list[str]:
    return [option.content for option in test.button_group(key=f"filter-{facet}").proto.options]


def test_without_a_question_every_practice_is_there_with_questions_to_begin_with(app: App) -> None:
    test = app()
    assert _found(test) == f"{ALL} praksiser."
    assert test.title[0].value == "Hva strever dere med?"
    assert _html(test).count('<a href="./?q=') == 6
    assert _cards(test) == 10


def test_more_is_shown_below_and_the_address_says_so(app: App) -> None:
    test = app().button(key="more").click().run()
    assert _cards(test) == ALL
    assert _address(test)["page"] == ["2"]
    assert not [button for button in test.button if button.key == "more"]


def test_a_question_is_answered_with_the_passage_and_the_reason(app: App) -> None:
    test = app()
    test.text_input(key="q").set_value("sekstimmarsdag i hemtjänsten").run()
    assert _address(test)["q"] == ["sekstimmarsdag i hemtjänsten"]
    shown = _html(test)
    assert "praksis?id=kiruna-sextimmarsdag-hemtjanst&amp;fra=q%3Dsekstimmarsdag" in shown
    assert '<p lang="sv">' in shown
    assert "<mark>" in shown
    assert "Felles ord" in shown
    assert "%" not in "".join(part.split("</details>")[0] for part in shown.split("<details")[1:])


def test_an_address_alone_shows_the_same_as_asking(app: App) -> None:
    test = app(q="arbeidstid", lens="lessons", country=["se", "is"])
    assert test.text_input(key="q").value == "arbeidstid"
    assert test.button_group(key="lens").value == "lessons"
    assert test.button_group(key="filter-country").value == ["se", "is"]


def test_choosing_a_filter_narrows_counts_and_address(app: App) -> None:
    test = app()
    assert "Sverige \\(2\\)" in _pills(test, "country")
    test.button_group(key="filter-country").set_value(["se"]).run()
    assert _found(test) == "2 praksiser passer med filtrene."
    assert _address(test)["country"] == ["se"]
    assert "filter-language" not in [group.key for group in test.button_group]
    assert "Island \\(1\\)" in _pills(test, "country")


def _badges(test: AppTest) -> list[str]:
    """What the badges of each card say, in order."""
    lists = re.findall(r'<ul class="badges"[^>]*>(.*?)</ul>', _html(test))
    return [" | ".join(re.findall(r"<li[^>]*>([^<]*)</li>", one)) for one in lists]


def _orders(test: AppTest) -> list[str]:
    return [option.content for option in test.button_group(key="sort").proto.options]


def test_without_a_question_the_newest_comes_first_and_it_is_said(app: App) -> None:
    test = app(page="2")
    assert test.button_group(key="sort").value == "newest"
    assert _orders(test) == ["Nyeste", "Mest lånte"]
    assert "Etter når praksisen startet." in _html(test)
    years = [re.findall(r"Startet (\d{4})|per (\d{4})", badges) for badges in _badges(test)]
    shown = [max(filter(None, found[-1])) if found else "" for found in years]
    assert shown == sorted(shown, reverse=True)
    assert shown[0] > shown[-1]


def test_an_order_is_chosen_said_and_kept_in_the_address(app: App) -> None:
    test = app(q="arbeid")
    best = _found(test)
    assert _orders(test) == ["Beste treff", "Nyeste", "Mest lånte"]
    assert test.button_group(key="sort").value == "relevance"
    assert "Etter når" not in _html(test)
    test.button_group(key="sort").set_value("borrowed").run()
    assert _address(test) == {"q": ["arbeid"], "sort": ["borrowed"]}
    assert _found(test) == f"{best} Mest lånte først."
    assert "Lånt av 1 annen" in _badges(test)[0]
    assert "sort%3Dborrowed" in _html(test)
    test.button_group(key="sort").set_value("relevance").run()
    assert _address(test) == {"q": ["arbeid"]}


def test_an_order_lasts_through_filters_and_pages_and_ends_with_a_new_question(app: App) -> None:
    test = app(sort="borrowed").button(key="more").click().run()
    assert _address(test) == {"sort": ["borrowed"], "page": ["2"]}
    test.button_group(key="filter-country").set_value(["no"]).run()
    assert _address(test) == {"country": ["no"], "sort": ["borrowed"]}
    test.text_input(key="q").set_value("arbeid").run()
    assert _address(test) == {"q": ["arbeid"], "country": ["no"]}


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ({"q": "arbeid", "sort": "newest"}, "newest"),
        ({"q": "arbeid", "sort": "relevance"}, "relevance"),
        ({"q": "arbeid", "sort": "<b>"}, "relevance"),
        ({"sort": "relevance"}, "newest"),
        ({"sort": "oldest"}, "newest"),
        ({"sort": "borrowed"}, "borrowed"),
    ],
)
def test_an_order_that_there_is_not_is_passed_over(app: App, asked: dict[str, str | list[str]], order: str) -> None:
    test = app(**asked)
    assert not test.exception
    assert test.button_group(key="sort").value == order


def test_there_is_nothing_to_put_in_order_where_nothing_answers(app: App) -> None:
    for test in (app(q="qwxz", sort="newest"), app(country="is"), app(country="is", language="da")):
        assert "sort" not in [group.key for group in test.button_group]
        assert "først" not in _found(test)


def test_a_less_sure_hit_is_named_where_another_order_mixes_them(app: App) -> None:
    best, newest = app(q="sekstimmarsdag i hemtjänsten"), app(q="sekstimmarsdag i hemtjänsten", sort="newest")
    line, badge = "Mulige treff – mindre sikre enn de over", "Mulig treff"
    assert line in _html(best)
    assert not any(badge in badges for badges in _badges(best))
    assert line not in _html(newest)
    sure = sum(badge not in badges for badges in _badges(newest))
    assert 0 < sure < len(_badges(newest))


def test_a_card_names_place_and_country_status_with_date_evidence_and_who_borrowed_it(app: App) -> None:
    (card,) = [badges for badges in _badges(app(q="sekstimmarsdag i hemtjänsten")) if "Kiruna" in badges]
    assert card == "Kiruna, Sverige | Avsluttet per 2006 | Forskning | Lånt av 1 annen | På svensk"


def test_a_practice_of_many_places_names_the_first_and_how_many_more(own_library: Path) -> None:
    path = own_library / "practices/no/oslo/oslo-vaktliste.md"
    places = "".join(f"  - no/oslo/{name}\n" for name in ("alna", "bjerke", "frogner", "sagene"))
    path.write_text(path.read_text(encoding="utf-8").replace("place: no/oslo\n", f"place:\n{places}"), encoding="utf-8")
    build(load_config(own_library))
    site = open_site(load_config(own_library), "sv")
    (hit,) = site.search(Asked(q="Vaktliste").narrowed("place", ["no/oslo/alna"]))
    shown = str(badges(hit, site.search(Asked(q="Vaktliste")), site))
    assert "Alna, Oslo, Norge och 3 till" in shown


def test_questions_to_begin_with_stay_until_something_is_asked(app: App) -> None:
    for asked, shown in (
        ({"page": "2"}, True),
        ({"sort": "borrowed"}, True),
        ({"q": "arbeid"}, False),
        ({"country": "no"}, False),
        ({"lens": "problem"}, False),
    ):
        assert ("Spør for eksempel" in _html(app(**asked))) is shown


@pytest.mark.model
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_to_begin_with_has_strong_hits(base: kb.KnowledgeBase, language: str) -> None:
    for key in EXAMPLES:
        results = base.search(t(key, language), limit=4)
        assert [hit.strength for hit in results] == ["strong"] * 4, t(key, language)


def test_the_way_out_of_the_filters_says_how_many_there_are(app: App) -> None:
    assert f">Vis {ALL} praksiser</button>" in _html(app())
    assert ">Vis 1 praksis</button>" in _html(app(country="is"))
    assert ">Skjul filtrene</button>" in _html(app(country="is", language="da"))


def test_several_values_of_one_filter_widen_it(app: App) -> None:
    assert _found(app(country=["se", "is"])) == "3 praksiser passer med filtrene."


def test_a_chosen_filter_is_removed_with_a_press(app: App) -> None:
    test = app(country="se", has_lessons="yes")
    test.button(key="remove-country-se").click().run()
    assert "country" not in _address(test)
    assert _address(test)["has_lessons"] == ["yes"]
    assert test.checkbox(key="filter-has_lessons").value


def test_all_filters_are_removed_with_a_press(app: App) -> None:
    test = app(q="arbeidstid", country=["se", "is"]).button(key="clear").click().run()
    assert _address(test) == {"q": ["arbeidstid"]}


def test_ticking_lessons_asks_for_them(app: App) -> None:
    test = app().checkbox(key="filter-has_lessons").check().run()
    assert _address(test)["has_lessons"] == ["yes"]
    assert test.checkbox(key="filter-has_lessons").label.startswith("lærdommer (")


def test_a_lens_narrows_to_what_speaks_of_it(app: App) -> None:
    test = app(q="sekstimmarsdag").button_group(key="lens").set_value("lessons").run()
    assert _address(test)["lens"] == ["lessons"]
    assert "Lärdomar" in _html(test)


def test_a_new_question_begins_on_the_first_page_with_the_same_filters(app: App) -> None:
    test = app(page="2", country="no").text_input(key="q").set_value("innovasjon").run()
    assert _address(test) == {"q": ["innovasjon"], "country": ["no"]}


def test_filters_that_shut_each_other_out_are_told_apart_from_no_answer(app: App) -> None:
    test = app(country="is", language="da")
    assert _found(test) == "Ingen praksiser passer med alle filtrene."


def test_a_filter_that_is_gone_is_dropped_and_named(app: App) -> None:
    test = app(country=["se", "atlantis"])
    assert "atlantis" in test.warning[0].value
    assert _found(test) == "2 praksiser passer med filtrene."


def test_a_filter_from_an_address_is_shown_and_not_formatted(app: App) -> None:
    said = app(country="![bilde](https://ond.example/x.png)").warning[0].value
    assert "![bilde](" not in said
    assert "ond" in said


def test_keyword_search_alone_is_told_in_the_reader_s_language(app: App) -> None:
    assert "etter ordene du skriver" in app(q="arbeidstid").warning[0].value


def test_what_a_practice_says_is_shown_and_not_run(app: App) -> None:
    shown = _html(app(q="vaktliste vikarer"))
    assert "Vaktliste &lt;script&gt;" in shown
    assert "<script" not in shown


def test_a_new_generation_is_shown_at_the_next_run(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_ROOT", str(own_library))
    test = visit()
    assert _found(test) == f"{ALL} praksiser."
    (own_library / "practices/no/oslo/oslo-vaktliste.md").unlink()
    build(load_config(own_library))
    assert _found(test.run()) == f"{ALL - 1} praksiser."


def test_without_an_index_one_is_built_and_the_page_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path)
    monkeypatch.setenv("KB_ROOT", str(tmp_path))
    test = visit(q="arbeidstid")
    assert not test.exception
    assert (tmp_path / "index" / "CURRENT").is_file()
    assert "Fant" in _found(test)


def test_while_another_program_builds_it_says_so_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path)
    monkeypatch.setenv("KB_ROOT", str(tmp_path))
    with generations.writing(IndexLayout(tmp_path / "index")):
        test = visit()
        assert "annet program" in test.info[0].value
    test.button[0].click().run()
    assert _found(test) == f"{ALL} praksiser."


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda root: (root / "kb.toml").write_text("[encoder]\nmodell = 1\n"), "Oppsettet"),
        (lambda root: (root / "practices").rename(root / "borte"), "ikke gjøres klare"),
    ],
    ids=["settings", "no practices"],
)
def test_errors_are_sentences_and_never_tracebacks(
    break_it: Callable[[Path], object], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path)
    break_it(tmp_path)
    monkeypatch.setenv("KB_ROOT", str(tmp_path))
    test = visit()
    assert not test.exception
    assert says in test.error[0].value
    assert "Til den som driver Praksis" in _html(test)


def test_a_run_that_has_been_made_before_costs_little(app: App) -> None:
    test = app(q="arbeidstid")
    began = time.perf_counter()
    for _ in range(5):
        test.run()
    assert (time.perf_counter() - began) / 5 < 0.25


def test_the_encoder_is_asked_by_one_reader_at_a_time(library: Path) -> None:
    site = open_site(load_config(library))
    threads = [threading.Thread(target=site.search, args=(Asked(q=f"ord {n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
