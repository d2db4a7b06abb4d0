"""Finding at its ends: a collection with nothing in it, and the last page that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import load_config
from kb.index.build import build
from kb.web.base import PAGE
from kb.web.state import asked_from
from web.web_library import plant, visit

App = Callable[..., AppTest]


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


@pytest.mark.parametrize("asked", [{}, {"q": "innovasjon"}])
def test_where_there_is_nothing_yet_one_is_told_how_to_begin(
    asked: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path)
    for path in (tmp_path / "practices").rglob("*.md"):
        path.unlink()
    build(load_config(tmp_path))
    monkeypatch.setenv("KB_ROOT", str(tmp_path))
    test = visit(**asked)
    assert test.info[0].value == "Det er ingen praksiser her ennå."
    assert 'href="ny"' in _html(test)
    assert "Søk i 0" not in _html(test)


def test_no_address_draws_more_than_some_hundreds_of_cards() -> None:
    assert asked_from({"page": ["1000"]}).page * PAGE == 500


def test_the_last_page_there_is_leads_to_narrowing_and_not_to_another_page(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.web.state.MAX_PAGE", 1)
    monkeypatch.setattr("kb.web.find.page.MAX_PAGE", 1)
    test = app(page="2")
    assert _html(test).count('<article class="card"') == 10
    assert not [button for button in test.button if button.key == "more"]
    assert "Bruk filtrene eller skriv et spørsmål" in " ".join(element.value for element in test.markdown)
