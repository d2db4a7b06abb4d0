"""The way to a forge's own page for a new file."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, urlsplit

import pytest

from kb.config import Config
from kb.propose.forge import new_file
from kb.propose.links import MAX_URL

PATH = PurePosixPath("no/oslo/oslo-ny.md")
TEXT = "---\ntitle: 'Å: låne & dele'\n---\n\n## Utfordringen\n"


def config(url: str, branch: str = "main") -> Config:
    root = Path("/repo")
    return Config(root=root, practices=root / "practices", index=root / "index", repository_url=url, branch=branch)


@pytest.mark.parametrize(
    ("url", "path", "name", "text"),
    [
        ("https://github.com/kommune/praksis", "/kommune/praksis/new/main", "filename", "value"),
        ("https://gitlab.com/k/p/", "/k/p/-/new/main/practices/no/oslo", "file_name", "content"),
        ("https://codeberg.org/k/p", "/k/p/_new/main/practices/no/oslo", "filename", "value"),
        ("https://forgejo.kommune.no/k/p.git", "/k/p/_new/main/practices/no/oslo", "filename", "value"),
    ],
)
def test_each_forge_gets_the_file_s_name_and_text_its_own_way(url: str, path: str, name: str, text: str) -> None:
    found = new_file(config(url), PATH, TEXT)
    assert found is not None
    assert found.filled
    parts = urlsplit(found.url)
    asked = parse_qs(parts.query)
    assert parts.path == path
    assert (parts.path + "/" + asked[name][0]).endswith("practices/no/oslo/oslo-ny.md")
    assert asked[text] == [TEXT]


def test_a_text_too_long_for_an_address_is_left_to_be_pasted() -> None:
    found = new_file(config("https://github.com/k/p"), PATH, "å" * 3000)
    assert found is not None
    assert not found.filled
    assert len(found.url) < MAX_URL
    assert "value" not in found.url


@pytest.mark.parametrize("url", ["", "https://git.example.org/k/p", "https://[x"])
def test_no_way_is_shown_where_the_forge_is_not_known(url: str) -> None:
    assert new_file(config(url), PATH, TEXT) is None
