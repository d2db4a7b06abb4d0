"""`kb preview`: a folder of pages that open from disk, of what a change touches."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli_helpers import kb, repository

GRONG = "practices/no/grong/grong-bygdemodre.md"
ALNA = "practices/no/oslo/oslo-alna-bydelsmodre.md"
KIRUNA = "practices/se/kiruna/kiruna-sextimmarsdag-hemtjanst.md"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Kari", "-c", "user.email=post@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A clone with one practice changed, one new, one removed and the card of a fourth changed."""
    root = repository(tmp_path / "praksis", indexed=False)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Begin")
    text = (root / GRONG).read_text(encoding="utf-8")
    (root / GRONG).write_text(
        text.replace("title: ", "title: <script>alert(1)</script> ", 1).replace("status: ", "status: rar-", 1),
        encoding="utf-8",
    )
    (root / GRONG).with_name("grong-igjen.md").write_text(text, encoding="utf-8")
    (root / ALNA).unlink()
    (root / ALNA).with_name("oslo-alna-bydelsmodre.i18n.yaml").unlink()
    cards = (root / KIRUNA).with_name("kiruna-sextimmarsdag-hemtjanst.i18n.yaml")
    cards.write_text(cards.read_text(encoding="utf-8").replace("by: machine", "by: human", 1), encoding="utf-8")
    git(root, "add", "-A")
    return root


class Page(HTMLParser):
    """What a browser would load, run and follow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.links += [given["href"] or ""] if tag == "a" and "href" in given else []
        self.loaded += (
            [given.get("src") or given.get("href") or ""] if tag in {"img", "link", "script", "iframe"} else []
        )
        assert not any(name.startswith("on") for name in given)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_each_practice_that_is_touched_has_a_page_and_the_list_says_how(root: Path) -> None:
    done = kb("preview", "--changed", "HEAD", "--out", "ut", cwd=root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 new, 2 changed, 1 removed.")
    assert done.stderr == ""
    pages = sorted(path.name for path in (root / "ut").iterdir())
    assert pages == ["grong-bygdemodre.html", "grong-igjen.html", "index.html", "kiruna-sextimmarsdag-hemtjanst.html"]
    index = text_of(root / "ut" / "index.html")
    new, changed, removed = (index.index(f"<h2>{word}</h2>") for word in ("Nye", "Endret", "Tatt bort"))
    assert new < index.index('href="grong-igjen.html"') < changed
    assert changed < index.index("rar-") < removed
    assert removed < index.rindex("oslo-alna-bydelsmodre.md")


def test_the_check_and_what_is_near_stand_beside_each(root: Path) -> None:
    kb("preview", "--changed", "HEAD", "--out", "ut", cwd=root)
    index = text_of(root / "ut" / "index.html")
    entry = index[index.index('href="grong-igjen.html"') : index.index("<h2>Endret</h2>")]
    assert "Ligner på" in entry
    assert "<code>grong-bygdemodre</code>" in entry
    line = (
        text_of(root / GRONG).split("\n").index(next(x for x in text_of(root / GRONG).split("\n") if "rar-" in x)) + 1
    )
    assert f"linje {line}" in index


def test_the_pages_say_what_the_practice_says_and_run_nothing(root: Path) -> None:
    kb("preview", "--changed", "HEAD", "--out", "ut", cwd=root)
    for path in (root / "ut").iterdir():
        text = text_of(path)
        parsed = Page(text)
        assert "script" not in parsed.tags
        assert parsed.loaded == []
        assert "default-src &#x27;none&#x27;" in text
        # Whatever can be followed is beside the page, on it, or on the web.
        for link in parsed.links:
            assert link.startswith(("#", "https://", "http://", "mailto:")) or (path.parent / link).is_file(), link
    page = text_of(root / "ut" / "grong-bygdemodre.html")
    assert "&lt;script&gt;alert(1)" in page
    assert "Utfordringen" in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_with_the_app_s_address_other_practices_are_links_to_it(root: Path) -> None:
    with (root / "kb.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[app]\nurl = "https://praksis.example"\nlanguage = "en"\n')
    git(root, "commit", "-qm", "Endre")
    kb("preview", GRONG, "--out", "ut", cwd=root)
    page = Page(text_of(root / "ut" / "grong-bygdemodre.html"))
    assert "https://praksis.example/p/grong-igjen" in page.links
    assert "All changes" in text_of(root / "ut" / "grong-bygdemodre.html")


def test_a_preview_replaces_the_one_before_and_nothing_else(root: Path) -> None:
    assert kb("preview", "--changed", "HEAD", "--out", "ut", cwd=root).returncode == 0
    assert kb("preview", GRONG, "--out", "ut", cwd=root).returncode == 0
    assert sorted(path.name for path in (root / "ut").iterdir()) == ["grong-bygdemodre.html", "index.html"]
    refused = kb("preview", GRONG, "--out", "practices", cwd=root)
    assert refused.returncode == 2
    assert "not empty" in refused.stderr
    assert (root / GRONG).is_file()
    assert not [path for path in root.iterdir() if path.name.startswith(".ut")]


def test_where_nothing_has_changed_the_page_says_so(root: Path) -> None:
    git(root, "commit", "-qm", "Endre")
    done = kb("preview", "--changed", "HEAD", "--out", "ut", cwd=root)
    assert done.returncode == 0
    assert "Ingen praksiser er endret." in text_of(root / "ut" / "index.html")


@pytest.mark.parametrize("arguments", [(), ("--changed", "HEAD", GRONG), ("--changed", "finnes-ikke"), ("borte.md",)])
def test_misuse_is_told(root: Path, arguments: tuple[str, ...]) -> None:
    done = kb("preview", *arguments, cwd=root)
    assert done.returncode == 2
    assert done.stderr.startswith("kb: ")
    assert not (root / "preview").exists()
