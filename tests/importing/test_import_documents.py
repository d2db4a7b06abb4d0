"""A case description in Word, HTML, PDF or Markdown: its sections where they belong, and all of its text."""

from __future__ import annotations

import subprocess
import sys

import pytest
from import_helpers import codes, imported, one, pdf, practice, texts, word

from kb.errors import CannotImport, NoConverter

CASE = (
    ("Title", "Faste team i hjemmetjenesten"),
    ("", "Et møte i to bydeler."),
    ("Heading1", "Bakgrunn"),
    ("", "Mange ulike ansatte & 3 < 4 *stjerner*."),
    ("Heading1", "Slik gjorde vi"),
    ("", "Vi delte opp."),
    ("Heading2", "Detaljer"),
    ("", "Tolv i hvert team."),
    ("Heading1", "Budsjett 2020"),
    ("", "1 mill."),
)
TEXTS = {
    "Utfordringen": "Mange ulike ansatte & 3 < 4 *stjerner*.",
    "Slik gjør vi det": "Vi delte opp.\nDetaljer\nTolv i hvert team.",
    "Fra kilden": "Et møte i to bydeler.",
    "Budsjett 2020": "1 mill.",
}
MISSING = ["summary", "language", "place", "areas", "status", "status_as_of", "evidence"]
PAGE = """<!doctype html><html lang="nb"><head><title>Sak 12</title><style>p { color: red }</style>
<link rel="canonical" href="https://kommune.example/sak/12"></head><body><nav>Meny</nav>
<main><h1>Leksehjelp på nett</h1><h2>Utfordringer</h2><p>Barn <b>falt</b> fra &lt;midt&gt; i året.</p>
<ul><li>én</li><li>to</li></ul><h2>Erfaringer</h2><table><tr><th>År</th></tr><tr><td>2020</td></tr></table>
<img src="a.png" alt="bilde"></main><footer>Bunn</footer><script>alert(1)</script></body></html>"""


def test_a_word_document_keeps_its_headings_and_all_its_text() -> None:
    made = one(word(CASE), ".docx")
    found = practice(made)
    assert found.title == "Faste team i hjemmetjenesten"
    assert texts(found) == TEXTS
    assert codes(made) == {"missing-key": MISSING, "missing-sources": ["sources"]}


def test_a_web_page_gives_its_main_part_and_its_own_address_as_the_source() -> None:
    made = one(PAGE, ".html")
    found = practice(made)
    assert found.title == "Leksehjelp på nett"
    assert [(source.title, source.url) for source in found.sources] == [
        ("Leksehjelp på nett", "https://kommune.example/sak/12")
    ]
    told = texts(found)
    assert told["Utfordringen"] == "Barn falt fra <midt> i året.\nén\nto"
    assert told["Lærdommer"].split() == ["År", "2020"]
    assert not {"Meny", "Bunn", "alert"} & set(made.draft.text.split())
    assert made.notes == ("1 picture left out.",)


def test_a_pdf_is_cut_at_the_headings_that_are_known() -> None:
    lines = (
        "Faste team",
        "Bakgrunn",
        "Mange ulike an-",
        "satte på sør- og østsiden",
        "kom hver dag.",
        "Tiltak:",
        "Vi delte",
    )
    found = practice(one(pdf(lines), ".pdf"))
    told = texts(found)
    assert told["Utfordringen"] == "Mange ulike ansatte på sør- og østsiden kom hver dag."
    assert told["Slik gjør vi det"] == "Vi delte"
    assert told["Fra kilden"] == "Faste team"
    assert found.title == "kilden"


def test_the_language_is_told_by_a_text_of_some_length_and_asked_for_in_a_short_one() -> None:
    swedish = "Utmaningen var att många inte visste vad som skulle göras när de kom till jobbet på morgonen. " * 4
    assert practice(one(f"# Ett\n\n## Bakgrund\n\n{swedish}", ".md")).language == "sv"
    short = one("# Ett\n\n## Bakgrund\n\nUtmaningen var stor.", ".md")
    assert "language" in codes(short)["missing-key"]


def test_a_file_on_this_machine_is_never_named_in_the_draft() -> None:
    for data, suffix in ((word(CASE), ".docx"), (pdf(["Bakgrunn", "a"]), ".pdf")):
        assert "hemmelig-mappe" not in one(data, suffix, name="hemmelig-mappe").draft.text


def test_markdown_with_front_matter_keeps_it() -> None:
    text = "---\ntitle: En\nstatus: pilot\n---\n\n## Challenge\n\na\n\n## Noe\n\nb\n"
    found = practice(one(text, ".md", language="en"))
    assert (found.title, found.status) == ("En", "pilot")
    assert texts(found) == {"The problem": "a", "What we do": "", "Noe": "b"}


@pytest.mark.parametrize(
    ("data", "suffix", "said"),
    [
        (b"not a zip", ".docx", "not a Word document"),
        (b"%PDF-1.4 broken", ".pdf", "cannot be read"),
        (pdf([]), ".pdf", "no text"),
        (b"<html><body></body></html>", ".html", "no text"),
        (b"", ".md", "nothing in it"),
        (b"\0\1\2", ".txt", "binary"),
        (b"", ".csv", "nothing in it"),
        (b"{", ".json", "not JSON"),
        (b"[]", ".json", "no practices"),
        (b"x", ".xlsx", "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, suffix: str, said: str) -> None:
    (made,) = imported(data, suffix)
    assert isinstance(made, CannotImport)
    assert said in str(made)
    assert made.hint


def test_without_the_converters_the_command_that_brings_them_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mammoth", "bs4", "pypdf"):
        monkeypatch.setitem(sys.modules, name, None)
    for suffix in (".docx", ".html", ".pdf"):
        (made,) = imported(b"x", suffix)
        assert isinstance(made, NoConverter)
        assert 'pip install "praksis[import]"' in made.hint


def test_tables_and_forms_need_no_converter() -> None:
    program = (
        "import sys; from import_helpers import imported; "
        "imported('Tittel;Bakgrunn\\na;b\\n', '.csv'); imported('### Tittel\\n\\na', '.md'); "
        "print({'mammoth', 'bs4', 'markdownify', 'pypdf', 'torch', 'streamlit', 'faiss'} & set(sys.modules))"
    )
    path = [p for p in sys.path if p]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; {program}"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "set()", done.stderr
