"""Markdown as a non-programmer writes it: sections, lines, and nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb import frontmatter, markdown
from kb.markdown import Chapter, chapters, links, slug

FIXTURE = Path(__file__).parents[1] / "fixtures" / "practice" / "markdown.md"
_CASE = re.compile(r"^## (.+)\n\n~~~~\n((?s:.*?))^~~~~\n((?:\n|- .*\n|  - .*\n)*)", re.MULTILINE)
CASES = [match.groups() for match in _CASE.finditer(FIXTURE.read_text(encoding="utf-8"))]


def outline(found: tuple[Chapter, ...]) -> Iterator[str]:
    """Chapters as the fixture writes them."""
    for chapter in found:
        heading = " > ".join((*chapter.parents, chapter.heading))
        yield f"- {chapter.line}-{chapter.end} {chapter.level} {heading}".rstrip()
        for block in chapter.blocks:
            yield f"  - {block.line} {block.text}"


def read(text: str) -> tuple[Chapter, ...]:
    front = frontmatter.split(text)
    return chapters(front.body, front.body_line)


def test_the_fixture_is_read_whole() -> None:
    assert len(CASES) == FIXTURE.read_text(encoding="utf-8").count("\n\n~~~~\n")
    assert len(CASES) >= 15


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_sections_and_lines_are_as_a_reader_sees_them(case: tuple[str, str, str], newline: str) -> None:
    _, text, expected = case
    assert list(outline(read(text.replace("\n", newline)))) == expected.strip().splitlines()


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_last_line_without_an_end_is_a_line(case: tuple[str, str, str]) -> None:
    _, text, expected = case
    assert list(outline(read(text.removesuffix("\n")))) == expected.strip().splitlines()


LINES = (
    *("# A", "## B", "####", "===", "---", "- x", "1. x", "> q", "```", "    code", "\t", "tekst", ""),
    *(
        "| a | b |",
        "|---|---|",
        "[^1]: note",
        "[a]: b",
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "<script>",
        "a<br>b",
        "\u2028",
    ),
)
MARKDOWN = st.builds(str.join, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.sampled_from(LINES), max_size=12))


@given(body=st.text() | MARKDOWN, first=st.integers(1, 50))
@example("a\rb\n\n# C\n", 1)
def test_any_text_is_cut_into_sections_whose_lines_lie_in_the_file(body: str, first: int) -> None:
    beyond = first + len(re.findall(r"(?s).*?(?:\r\n|\r|\n)|.+\Z", body))
    end = first
    for chapter in chapters(body, first):
        assert first <= chapter.line < chapter.end <= beyond
        assert chapter.line >= end
        assert chapter.level or not chapter.heading
        end = chapter.end
        line = chapter.line
        for block in chapter.blocks:
            assert line <= block.line < chapter.end
            assert block.text == " ".join(block.text.split()) != ""
            line = block.line
    assert end in {first, beyond}


class Tags(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def tags(text: str) -> Tags:
    parser = Tags()
    parser.feed(markdown.html(text))
    parser.close()
    return parser


MADE_BY_MARKDOWN = set(
    "p h1 h2 h3 h4 h5 h6 em strong a img code pre ul ol li blockquote hr br table thead tbody tr th td".split()
)
PIECES = (
    *(
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:x'>",
        "<!--",
        "-->",
        "<svg/onload=x>",
    ),
    *("[a](", ")", "[a]: ", "![b](", "javascript:alert(1)", "JaVaScRiPt:x", "java\tscript:x", "&#106;avascript:x"),
    *("vbscript:x", "data:text/html,<b>", "file:///etc/passwd", "<javascript:x>", "https://a.no/", "\n", "\n\n", " "),
    *("&lt;b&gt;", "\\<", "| a |\n|---|\n| ", "> ", "- ", "# ", "\x00", "*", '"', "'", "`", "```\n"),
)
NASTY = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


@given(text=NASTY | st.text())
def test_no_tag_or_script_of_the_source_reaches_the_page(text: str) -> None:
    seen = tags(text)
    assert seen.tags <= MADE_BY_MARKDOWN
    for name, value in seen.attributes:
        assert name in {"href", "src", "alt", "title", "start", "class", "style"}
        if name in {"href", "src"}:
            plain = re.sub(r"[\x00-\x20]", "", value).casefold()
            assert not plain.startswith(("javascript:", "vbscript:", "file:", "data:text"))
        if name == "style":
            assert value.startswith("text-align:")


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[a](&#106;avascript:alert(1))",
        "![a](vbscript:x)",
        "[a]\n\n[a]: JAVASCRIPT:alert(1)",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_a_link_that_runs_something_is_no_link(text: str) -> None:
    assert not tags(text).tags & {"a", "img"}


def test_html_in_the_source_is_shown_as_it_was_written() -> None:
    assert markdown.html("Hei <b onclick='x'>du</b>") == "<p>Hei &lt;b onclick='x'&gt;du&lt;/b&gt;</p>\n"
    assert markdown.html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"


def test_ordinary_markdown_becomes_ordinary_html() -> None:
    seen = tags("## A\n\n[b](b.md) **c**\n\n| d |\n|---|\n| e |\n")
    assert seen.tags == {"h2", "p", "a", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert ("href", "b.md") in seen.attributes


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Slik gjør vi det", "slik-gjør-vi-det"),
        ("Hvem var med?", "hvem-var-med"),
        ("A & B", "a--b"),
        ("C++ / C#", "c--c"),
        ("Øvelse_1 – test (2024)", "øvelse_1--test-2024"),
        ("  Åpent hus  ", "åpent-hus"),
        ("fire-dagers uke", "fire-dagers-uke"),
        ("Cafe\u0301", "cafe\u0301"),
        ("½ stilling", "-stilling"),
        ("😀", ""),
    ],
)
def test_an_anchor_is_as_github_makes_it(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_every_link_and_picture_is_found_with_its_line() -> None:
    no_links = "`[e](e.md)` \\[f](f.md)\n"
    body = f"# A [i](h.md)\n\nSe [a](a.md)\nog ![b](b.png).\n\n- [c][d]\n\n[d]: https://d.no\n\n{no_links}"
    assert [(link.target, link.line) for link in links(body, 5)] == [
        ("h.md", 5),
        ("a.md", 7),
        ("b.png", 8),
        ("https://d.no", 10),
    ]


def test_a_bomb_of_links_by_name_leads_nowhere_beyond_its_limit() -> None:
    text = f"[a]: https://example.org/{'x' * 2000}\n\n{'[a] ' * 2000}\n"
    shown = markdown.html(text)
    assert 1 < len(list(links(text))) < 60
    assert len(shown) < 300_000
    assert shown.count(">a</a>") == 2000


def test_many_links_in_a_long_text_all_lead_somewhere() -> None:
    text = "".join(f"[se {number}](https://example.org/sider/{number}) og mer.\n" for number in range(5000))
    assert len(list(links(text))) == 5000


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_text_longer_than_a_practice_has_its_lines_and_headings_all_the_same(newline: str) -> None:
    text = "".join(f"## Del {number}\n\nVi prøvde {number}.\n\n- ett\n- to\n\n" for number in range(6_500))
    assert len(text) > markdown.WHOLE
    found = chapters(text.replace("\n", newline))
    assert [chapter.line for chapter in found] == [1 + 7 * number for number in range(6_500)]
    assert all(len(chapter.blocks) == 3 for chapter in found)
    assert found[-1].blocks[0].text == "Vi prøvde 6499."


def test_a_line_longer_than_a_practice_is_cut_and_stays_one_line() -> None:
    found = chapters("# Lang\n\n" + "ord " * 200_000 + "\n\nslutt\n")
    assert {block.line for block in found[0].blocks} == {3, 5}
    assert sum(len(block.text.split()) for block in found[0].blocks) == 200_001


def test_what_stands_after_a_list_of_many_levels_is_read() -> None:
    levels = "".join(f"{'  ' * level}- nivå {level}\n" for level in range(30))
    found = chapters(f"## Før\n\n{levels}\n## Etter\n\nSlutt.\n")
    assert [chapter.heading for chapter in found] == ["Før", "Etter"]
    assert found[0].blocks[-1].text == "nivå 29"


def test_of_a_line_too_long_to_be_read_at_once_no_word_is_lost() -> None:
    for sign in ("#", "<![CDATA[", "1."):
        # Words of many lengths, so that a cut falls before the sign somewhere.
        line = " ".join(f"{'ord' * (1 + number % 11)} {sign} {sign}" for number in range(12_000))
        found = chapters(f"{line}\n\n## Neste\n\nTekst.\n")
        assert [chapter.heading for chapter in found] == ["", "Neste"], sign
        assert [word for block in found[0].blocks for word in block.text.split()] == line.split(), sign
