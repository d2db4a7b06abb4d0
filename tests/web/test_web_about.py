"""About: what the reader is told of the search, the index, accessibility and privacy, and that it is so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kb.config import load_config
from kb.index.build import build
from kb.quality import read_quality
from web.web_library import CHOSEN, HOSTILE_ID, REPOSITORY

Show = Callable[..., str]

PAGE = """
import os
from kb.config import load_config
from kb.web.about import page
from kb.web.base import open_site
page(open_site(load_config(os.environ["KB_ROOT"]), os.environ["READER"]))
"""


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """The HTML of the page over a repository."""

    def visit(root: Path, language: str = "nb") -> str:
        monkeypatch.setenv("KB_ROOT", str(root))
        monkeypatch.setenv("READER", language)
        test = AppTest.from_string(PAGE, default_timeout=30).run()
        assert not test.exception
        return "".join(str(element.proto.body) for element in test.get("html"))

    return visit


def _git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    when = {"GIT_COMMITTER_DATE": "2025-03-01T12:00:00+00:00"}
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, check=True, capture_output=True, encoding="utf-8", env=os.environ | when
    )
    return done.stdout.strip()


def test_the_figures_of_the_search_are_those_of_the_documentation(show: Show, own_library: Path) -> None:
    (own_library / "docs").mkdir()
    shutil.copy(REPOSITORY / "docs" / "search-quality.md", own_library / "docs")
    found = read_quality(own_library)
    assert found is not None
    shown = show(own_library)
    for measured in found.sets.values():
        assert f"<td>{measured.questions}</td><td>{100 * measured.recall:.0f}\xa0%</td>" in shown
    easy, hard = (f"{100 * found.sets[name].recall:.0f}\xa0%" for name in ("development", "own"))
    assert re.search(rf"Kort sagt: .*{easy} blant de ti første.*{hard} når de er nye", shown)


def test_without_the_measurements_no_figures_are_told(show: Show, library: Path) -> None:
    shown = show(library)
    assert "Målingene følger ikke med denne installasjonen." in shown
    assert "Kort sagt" not in shown


def test_the_index_tells_how_many_and_at_which_commit_the_files_stand(show: Show, own_library: Path) -> None:
    settings = '[encoder]\nmodel = "none"\n\n[forge]\nurl = "https://github.com/k/p"\n'
    (own_library / "kb.toml").write_text(settings, encoding="utf-8")
    _git(own_library, "init", "-q")
    _git(own_library, "add", "practices")
    _git(own_library, "commit", "-qm", "alt")
    commit = _git(own_library, "rev-parse", "HEAD")
    shown = show(own_library)
    assert f"<dt>Praksiser</dt><dd>{len(CHOSEN) + 1}</dd>" in shown
    assert f'href="https://github.com/k/p/commit/{commit}" rel="noopener noreferrer"><code>{commit[:7]}</code>' in shown
    assert "1. mars 2025" in shown
    assert "Alle filene kunne leses." in shown
    assert "historikken" not in shown


def test_without_git_no_commit_is_told(show: Show, library: Path) -> None:
    assert "Praksisfilene nå" not in show(library)


def test_a_file_that_could_not_be_read_is_named_with_its_line_and_what_to_do(show: Show, own_library: Path) -> None:
    bad = own_library / "practices" / "no" / "feil.md"
    bad.write_bytes(b"---\ntitle: Feil\n---\n\xff\xfe\n")
    build(load_config(own_library))
    shown = show(own_library)
    assert "1 fil kunne ikke leses" in shown
    listed = re.findall(r"<li>(?:<a [^>]*>)?<code>no/feil.md:4</code>(.*?)</li>", shown)
    assert 'lang="en"' in listed[0]
    assert "Save it again as UTF-8" in listed[0]


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("praksis@kommune.no", "mailto:praksis@kommune.no"),
        ("https://kommune.no/kontakt", "https://kommune.no/kontakt"),
    ],
)
def test_those_who_run_it_can_say_where_to_tell_of_faults(
    show: Show, own_library: Path, contact: str, link: str
) -> None:
    assert "Skriv til:" not in show(own_library)
    settings = own_library / "kb.toml"
    settings.write_text(f'[app]\ncontact = "{contact}"\n' + settings.read_text("utf-8"), encoding="utf-8")
    assert f'Skriv til: <a href="{link}"' in show(own_library)


@pytest.mark.parametrize("language", ["nb", "nn", "da", "sv", "en"])
def test_every_section_is_there_in_each_language_and_can_be_reached(show: Show, library: Path, language: str) -> None:
    shown = show(library, language)
    names = ["search", "quality", "index", "accessibility", "privacy", "elsewhere", "licences"]
    assert re.findall(r'<section id="([a-z]+)"', shown) == names
    assert re.findall(r'href="#([a-z]+)"', shown) == names
    assert "_streamlit_xsrf" in shown
    assert "{" not in shown


def test_it_says_whether_questions_are_kept(show: Show, own_library: Path) -> None:
    assert "Spørsmålene som stilles her, lagres ikke." in show(own_library)
    settings = own_library / "kb.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[log]\nqueries = true\n", encoding="utf-8")
    assert "lagres på maskinen" in show(own_library)


def test_where_else_one_can_read_answers(show: Show, library: Path) -> None:
    assert {"p/", "feed.atom", "api/"} <= set(re.findall(r'href="([^"]*)"', show(library)))
    assert HOSTILE_ID not in show(library)
