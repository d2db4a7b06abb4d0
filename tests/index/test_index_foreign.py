"""Any folder of Markdown can be indexed and searched, however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from index_helpers import ids

import kb
from kb.config import Config
from kb.index.build import build

FILES = {
    "README.md": "# Håndbok\n\nHer står det meste om vaffelrøre.\n",
    "uten-forside.md": "Bare en linje om tranebær.\n",
    "html.md": "<div class='x'><table><tr><td>Elgjakt</td></tr></table></div>\n\n<!-- skjult --> og multebær.\n",
    "rar-forside.md": "---\ntitle: [en, to]\nplace: {a: b}\nstatus: 7\nquestions: nei\nresults: [1, x]\n---\nSkrei\n",
    "brutt-forside.md": '---\ntitle: "åpen\n  : - [\n---\n\nTyttebær i skogen.\n',
    "uten-slutt.md": "---\ntitle: Evig forside\n\nRognebær.\n",
    "tegn.md": '---\ntitle: "\\ud83d\\ude00 a\\0b"\n---\nKlokkeblomst \u2028 \x0b \x85 \U0001f600.\n',
    "tom.md": "",
    "bare-overskrift.md": "# Krekling\n",
    "dypt/nede/i/mange/mapper/side.md": "# Side\n\nBlåbær finnes her.\n",
    "a/notat.md": "# Notat\n\nBringebær i a.\n",
    "b/notat.md": "# Notat\n\nBringebær i b.\n",
    "b/Notat 2 – Ærlig talt.markdown": "# Ærlig\n\nBjørnebær.\n",
    "日本.md": "# 日本語\n\n日本語の文章。\n",
    ".skjult/hemmelig.md": "# Hemmelig\n",
    "bilde.png": "ikke tekst",
}


@pytest.fixture
def foreign(tmp_path: Path) -> Config:
    for name, text in FILES.items():
        path = tmp_path / "notater" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rows = "\n".join(f"| rad{row} | verdi {row} |" for row in range(5000))
    (tmp_path / "notater" / "tabell.md").write_text(f"# Tabell\n\n| a | b |\n|---|---|\n{rows}\n", encoding="utf-8")
    return Config(root=tmp_path, practices=tmp_path / "notater", index=tmp_path / "index", model="none")


def test_every_file_is_indexed(foreign: Config) -> None:
    report = build(foreign)
    assert report.unreadable == ()
    base = kb.KnowledgeBase(foreign)
    assert report.practices == len(ids(base)) == len(set(ids(base))) == 15
    assert {"a-notat", "b-notat", "side", "readme", "rar-forside"} <= set(ids(base))
    assert all(practice.title for practice in base.practices)


def test_every_file_is_found_by_its_words(foreign: Config) -> None:
    build(foreign)
    base = kb.KnowledgeBase(foreign)
    for words, wanted in {
        "vaffelrøre": "readme",
        "tranebær": "uten-forside",
        "Elgjakt": "html",
        "skrei": "rar-forside",
        "tyttebær": "brutt-forside",
        "klokkeblomst": "tegn",
        "krekling": "bare-overskrift",
        "blåbær finnes": "side",
        "bjørnebær": "notat-2-aerlig-talt",
        "rad4999": "tabell",
        "日本語": base.search("日本語")[0].practice.id,
    }.items():
        found = base.search(words)
        assert found.strength != "none", words
        assert found[0].practice.id == wanted


def test_same_stems_are_told_apart(foreign: Config) -> None:
    build(foreign)
    found = kb.KnowledgeBase(foreign).search("bringebær")
    assert {hit.practice.id for hit in found if "Bringebær" in hit.passage.text} == {"a-notat", "b-notat"}


def test_huge_table_is_cut_into_passages_with_their_own_lines(foreign: Config) -> None:
    build(foreign)
    hit = kb.KnowledgeBase(foreign).search("rad4321")[0]
    assert "rad4321" in hit.passage.text
    assert len(hit.passage.text.split()) < 400


def test_foreign_practices_can_be_browsed_and_compared(foreign: Config) -> None:
    build(foreign)
    base = kb.KnowledgeBase(foreign)
    assert base.search().total == 15
    for name in ids(base):
        assert all(hit.practice.id != name for hit in base.similar(name))
    assert base.get("tabell").body.count("\n") > 5000


def test_empty_folder_gives_an_empty_base(tmp_path: Path) -> None:
    (tmp_path / "practices").mkdir()
    config = Config(root=tmp_path, practices=tmp_path / "practices", index=tmp_path / "index", model="none")
    assert build(config).practices == 0
    assert not build(config).wrote
    base = kb.KnowledgeBase(config)
    assert (base.search("noe").total, base.search().total, base.practices) == (0, 0, ())


@pytest.mark.model
def test_empty_folder_gives_an_empty_base_with_a_model(tmp_path: Path) -> None:
    (tmp_path / "practices").mkdir()
    config = Config(root=tmp_path, practices=tmp_path / "practices", index=tmp_path / "index")
    build(config)
    base = kb.KnowledgeBase(config)
    assert base.search("noe").total == 0
    (config.practices / "en.md").write_text("# En side\n\nOm sykefravær.\n", encoding="utf-8")
    build(config)
    assert base.search("sykefravær")[0].practice.id == "en"
