"""Addresses on the forge: the file, where it is edited, and the commit that changed it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from kb.config import Config
from kb.propose.forge import new_file
from kb.propose.links import commit_url, edit_url, file_url, folder_url, kind

PATH = PurePosixPath("no/oslo/prøve 1.md")
QUOTED = "practices/no/oslo/pr%C3%B8ve%201.md"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An installation whose repository is on GitHub."""
    url = "https://github.com/k/p"
    return Config(root=tmp_path, practices=tmp_path / "practices", index=tmp_path / "index", repository_url=url)


@pytest.mark.parametrize(
    ("url", "file", "edit", "commit"),
    [
        ("https://github.com/k/p.git", "blob/main", "edit/main", "commit"),
        ("https://gitlab.com/k/p/", "-/blob/main", "-/edit/main", "-/commit"),
        ("https://codeberg.org/k/p", "src/branch/main", "_edit/main", "commit"),
    ],
)
def test_each_forge_has_its_own_addresses(config: Config, url: str, file: str, edit: str, commit: str) -> None:
    there = replace(config, repository_url=url)
    base = url.removesuffix("/").removesuffix(".git")
    assert file_url(there, PATH) == f"{base}/{file}/{QUOTED}"
    assert edit_url(there, PATH) == f"{base}/{edit}/{QUOTED}"
    assert commit_url(there, "abc123") == f"{base}/{commit}/abc123"


@pytest.mark.parametrize("said", ["github", "gitlab", "forgejo"])
def test_the_kind_of_a_forge_of_one_s_own_can_be_told(config: Config, said: str) -> None:
    own = replace(config, repository_url="https://kode.kommune.no/k/p", forge=said)
    assert kind(own) == said
    assert edit_url(own, PATH).startswith("https://kode.kommune.no/k/p/")
    made = new_file(own, PATH, "tekst")
    assert made is not None
    assert made.forge.lower() == said


def test_a_forge_of_no_known_kind_is_not_guessed_at(config: Config) -> None:
    unknown = replace(config, repository_url="https://kode.kommune.no/k/p")
    assert file_url(unknown, PATH) == f"https://kode.kommune.no/k/p/blob/main/{QUOTED}"
    assert edit_url(unknown, PATH) == commit_url(unknown, "abc123") == ""


def test_without_a_forge_there_are_no_addresses(config: Config) -> None:
    for none in (replace(config, repository_url=""), replace(config, repository_url="", forge="gitlab")):
        assert file_url(none, PATH) == edit_url(none, PATH) == commit_url(none, "abc123") == folder_url(none) == ""


def test_practices_that_lie_elsewhere_have_no_page_on_the_forge(config: Config) -> None:
    assert file_url(replace(config, practices=config.root.parent / "andre"), PATH) == ""


def test_a_branch_and_practices_at_the_top_of_the_repository(config: Config) -> None:
    top = replace(config, practices=config.root, branch="utkast/ny")
    assert edit_url(top, PATH) == "https://github.com/k/p/edit/utkast/ny/no/oslo/pr%C3%B8ve%201.md"
