"""What goes wrong is said in the reader's language, with what to do; what is mended is shown without a restart."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import load_config
from kb.index.build import build
from web.web_library import open_page, plant

Change = Callable[[Path], object]
SETTINGS = '[encoder]\nmodel = "none"\n'


def _html(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(element.proto.body) for element in test.get("html"))


def _spoil(name: str) -> Change:
    """Write something else over a file of the generation."""
    return lambda root: next((root / "index" / "generations").glob(f"*/{name}")).write_bytes(b"{")


def _settings(text: str) -> Change:
    return lambda root: (root / "kb.toml").write_text(text, encoding="utf-8")


def _no_index(then: Change) -> Change:
    """Take the index away, and change something more."""

    def change(root: Path) -> None:
        shutil.rmtree(root / "index")
        then(root)

    return change


@pytest.mark.parametrize(
    ("spoil", "mend", "says", "hint"),
    [
        (_settings("a = = 1"), _settings(SETTINGS), "Oppsettet", "kb.toml"),
        (_spoil("manifest.json"), lambda root: build(load_config(root)), "Indeksen", "Run kb index"),
        (_spoil("store.sqlite"), lambda root: build(load_config(root)), "Indeksen", "Run kb index"),
        (
            _no_index(lambda root: (root / "index").write_text("en fil")),
            lambda root: (root / "index").unlink(),
            "ikke gjøres klare",
            "that the app may write there",
        ),
        (
            _no_index(lambda root: (root / "practices").rename(root / "borte")),
            lambda root: (root / "borte").rename(root / "practices"),
            "ikke gjøres klare",
            "There is no folder",
        ),
    ],
    ids=["settings", "manifest", "store", "cannot write", "no practices"],
)
def test_what_is_wrong_is_said_and_what_is_mended_is_shown(
    spoil: Change, mend: Change, says: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_ROOT", str(tmp_path))
    plant(tmp_path)
    _settings(SETTINGS)(tmp_path)
    build(load_config(tmp_path))
    spoil(tmp_path)
    test = open_page("")
    html = _html(test)
    assert says in test.error[0].value
    assert hint in html
    assert "Til den som driver Praksis" in html
    mend(tmp_path)
    test.run()
    assert not test.error
    assert '<article class="card"' in _html(test)


def test_an_index_whose_newest_part_is_damaged_still_answers_and_says_so(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_ROOT", str(own_library))
    (own_library / "index" / "CURRENT").write_text("../..", encoding="utf-8")
    test = open_page("", q="arbeidstid")
    assert "Fant" in test.info[0].value
    assert "slik de var før" in test.warning[0].value
    assert "An earlier one answers" in _html(test)


def test_a_model_that_is_missing_leaves_search_by_words(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_ROOT", str(own_library))
    _settings('[encoder]\nmodel = "practices"\n')(own_library)
    test = open_page("", q="arbeidstid")
    assert "Fant" in test.info[0].value
    assert "etter ordene du skriver" in test.warning[0].value


def test_practices_that_are_gone_can_still_be_read(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_ROOT", str(own_library))
    shutil.rmtree(own_library / "practices")
    assert "Svartedalen" in _html(open_page("praksis", id="goteborg-svartedalen-sextimmarsdag"))


@pytest.mark.parametrize(("language", "says"), [("sv", "inställningarna"), ("en", "settings")])
def test_it_is_said_in_the_reader_s_language(
    language: str, says: str, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_ROOT", str(own_library))
    _settings("a = = 1")(own_library)
    assert says in open_page("", lang=language).error[0].value
