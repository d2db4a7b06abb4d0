"""The log of questions in the app: told to users, once a visit, and only where it is turned on."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import load_config
from kb.usage import DAYS, Event, Opened, Shown, log_path, read_log, today
from kb.web.texts import t
from web.web_library import visit

NOTE = t("find.kept", "nb")
QUESTION = "sekstimmarsdag i hemtjänsten"
FOUND = "kiruna-sextimmarsdag-hemtjanst"

PAGE = """
import os
from kb.config import load_config
from kb.web.base import open_site
from kb.web.practice.page import page
page(open_site(load_config(os.environ["KB_ROOT"])))
"""


@pytest.fixture
def keeping(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of an installation that keeps its questions."""
    settings = own_library / "kb.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[log]\nqueries = true\n", encoding="utf-8")
    monkeypatch.setenv("KB_ROOT", str(own_library))
    return own_library


def _log(root: Path) -> tuple[Event, ...]:
    return read_log(log_path(load_config(root)))


def _open(practice_id: str, back: str) -> AppTest:
    test = AppTest.from_string(PAGE, default_timeout=30)
    test.query_params["id"] = practice_id
    test.query_params["fra"] = back
    test.run()
    assert not test.exception
    return test


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def test_without_the_setting_nothing_is_kept_and_nothing_said(library: Path, app: Callable[..., AppTest]) -> None:
    assert NOTE not in _html(app(q=QUESTION))
    _open(FOUND, f"q={QUESTION}")
    assert not log_path(load_config(library)).exists()


def test_users_are_told(keeping: Path) -> None:
    assert _html(visit()).count(NOTE) == 1
    assert _log(keeping) == ()


def test_a_question_is_kept_with_what_was_shown(keeping: Path) -> None:
    visit(q=QUESTION, country="se")
    (event,) = _log(keeping)
    assert isinstance(event, Shown)
    assert (event.query, event.language) == (QUESTION, "sv")
    assert FOUND in event.shown


def test_a_question_that_nothing_answers_is_kept_too(keeping: Path) -> None:
    visit(q="qwxz")
    (event,) = _log(keeping)
    assert isinstance(event, Shown)
    assert event.strength == "none"


def test_the_same_question_counts_once_a_visit_whatever_is_done_with_it(keeping: Path) -> None:
    test = visit(q="arbeid").run()
    visit(q="arbeid", page="2")
    test.button_group(key="filter-country").set_value(["no"]).run()
    visit(q="arbeid")
    assert len(_log(keeping)) == 1
    test.text_input(key="q").set_value("ensomme eldre").run()
    assert [event.query for event in _log(keeping)] == ["arbeid", "ensomme eldre"]


def test_a_practice_opened_from_the_answers_is_kept_once(keeping: Path) -> None:
    for _ in range(2):
        _open(FOUND, f"q={QUESTION}&country=se").run()
    assert [(event.query, event.id) for event in _log(keeping) if isinstance(event, Opened)] == [(QUESTION, FOUND)]


@pytest.mark.parametrize(
    ("practice_id", "back"),
    [
        (FOUND, ""),
        (FOUND, "country=se"),
        (FOUND, f"q={QUESTION}&country=is"),
        (FOUND, "q=qwxz&country=no"),
        ("finnes-ikke", f"q={QUESTION}"),
    ],
    ids=["no question", "browsing", "filtered away", "not among the nearest", "no such practice"],
)
def test_a_practice_that_was_not_among_the_answers_is_not_kept(keeping: Path, practice_id: str, back: str) -> None:
    _open(practice_id, back)
    assert _log(keeping) == ()


def _asked_before(root: Path, query: str, *, days: int) -> None:
    """Let a question have come on each of the last days."""
    dates = [(today() - datetime.timedelta(days=back)).isoformat() for back in range(1, days + 1)]
    with log_path(load_config(root)).open("a", encoding="utf-8") as log:
        for at in reversed(dates):
            event = {
                "event": "shown",
                "at": at,
                "query": query,
                "language": "sv",
                "shown": [FOUND],
                "strength": "strong",
            }
            log.write(json.dumps(event) + "\n")


def test_what_several_others_asked_is_offered_before_anything_is_asked(keeping: Path) -> None:
    _asked_before(keeping, QUESTION, days=DAYS)
    _asked_before(keeping, "<b>en gång</b>", days=DAYS - 1)
    _asked_before(keeping, t("example.1", "nb"), days=DAYS)
    shown = _html(visit())
    others = shown.split("Andre har spurt", 1)[1].split("</section>", 1)[0]
    assert re.findall(r"<a [^>]*>(.*?)</a>", others) == [QUESTION]
    assert f'lang="sv" href="./?q={QUESTION[:10]}' in others
    assert "Andre har spurt" not in _html(visit(q="arbeid"))


def test_what_others_asked_is_not_shown_where_the_log_is_off(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asked_before(own_library, QUESTION, days=DAYS)
    monkeypatch.setenv("KB_ROOT", str(own_library))
    assert "Andre har spurt" not in _html(visit())


def test_a_log_that_cannot_be_written_leaves_the_pages_whole(keeping: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_path(load_config(keeping)).mkdir()
    assert FOUND in _html(visit(q=QUESTION))
    assert "<h1>" in _html(_open(FOUND, f"q={QUESTION}"))
    assert capsys.readouterr().err.count("Questions cannot be kept") == 1
