"""What people write is shown as they wrote it, and never runs."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb.practice import parse_practice
from kb.vocabulary import Vocabulary
from kb.web import markup, state
from kb.web.prose import Links, parts

PATH = PurePosixPath("no/oslo/her.md")
LINKS = Links({"no/oslo/der.md": "der", "dk/langt-borte.md": "langt-borte"}, "q=natt", "https://forge.example/files")


def _rendered(body: str) -> str:
    practice = parse_practice(f"---\ntitle: T\n---\n\n{body}", PATH, Vocabulary())
    return "".join(part.html for part in parts(practice, LINKS))


@given(some.text(), some.text())
def test_no_text_becomes_markup(text: str, value: str) -> None:
    made = markup.tag("p", text, title=value)
    assert re.fullmatch(r'<p(?: title="[^"<>]*")?>[^<>]*</p>', made, re.DOTALL)


@given(some.text(alphabet=some.sampled_from("<>\"'&[]()!`*_#| \n-abcjavscript:/.md")))
def test_no_markdown_becomes_a_script_or_a_handler(body: str) -> None:
    made = _rendered(body)
    assert "<script" not in made.lower()
    assert not re.search(r"<[^>]*\s(?:on\w+|src)=", made)
    assert not re.search(r'href="\s*javascript:', made, re.IGNORECASE)


def test_links_to_practices_lead_to_their_pages_and_keep_the_search() -> None:
    assert 'href="praksis?id=der&amp;fra=q%3Dnatt"' in _rendered("[der](der.md)")
    assert 'href="praksis?id=langt-borte&amp;fra=q%3Dnatt"' in _rendered("[der](../../dk/langt-borte.md#resultater)")


def test_other_relative_links_lead_to_the_file_where_there_is_a_forge() -> None:
    assert 'href="https://forge.example/files/no/oslo/plan.pdf"' in _rendered("[plan](plan.pdf)")
    assert "<a>" in _rendered("[ut](../../../../etc/passwd)")


def test_links_to_the_web_are_kept() -> None:
    assert 'href="https://example.org/"' in _rendered("<https://example.org/>")


def test_pictures_are_told_by_their_text_and_load_nothing() -> None:
    assert "<img" not in _rendered("![et kart](https://example.org/x.png)")
    assert "[et kart]" in _rendered("![et kart](https://example.org/x.png)")


def test_headings_stand_under_the_heading_of_their_section() -> None:
    made = _rendered("## Utfordringen\n\n### Mer\n\ntekst\n\n##### Enda mer\n\ntekst\n")
    assert re.findall(r"<h\d", made) == ["<h3", "<h5"]


def test_a_long_passage_is_cut_to_where_the_words_are() -> None:
    text = "ord " * 200 + "vikarer mangler " + "ord " * 200
    at = text.index("vikarer")
    made = markup.marked(text, [(at, at + 7)])
    assert "<mark>vikarer</mark>" in made
    assert made.startswith("… ")
    assert made.endswith(" …")
    assert len(made) < markup.EXCERPT + 40


def test_a_short_passage_is_shown_whole() -> None:
    assert markup.marked("a < b og c", [(0, 1)]) == "<mark>a</mark> &lt; b og c"


def test_the_first_sentence_stops_before_the_next() -> None:
    assert markup.first_sentence("Det tok 1.5 år før det satt. Så gikk det.", 100) == "Det tok 1.5 år før det satt."


@given(
    some.text(max_size=200), some.lists(some.sampled_from(["no", "dk", "no/oslo"]), unique=True), some.integers(1, 50)
)
def test_an_address_says_all_that_was_asked(question: str, values: list[str], page: int) -> None:
    asked = state.Asked().asking(question).narrowed("place", values).through("lessons")
    asked = state.asked_from(
        {**{k: [v] if isinstance(v, str) else v for k, v in asked.params().items()}, "page": [str(page)]}
    )
    assert state.asked_from_query(asked.query()) == asked


def test_an_address_with_far_too_many_values_is_read_as_any_other() -> None:
    assert state.asked_from_query("q=vakt&" + "a=b&" * 900).q == "vakt"


def test_nonsense_in_an_address_is_passed_over() -> None:
    asked = state.asked_from({"page": ["minus"], "lens": ["røntgen"], "ukjent": ["x"], "country": [""]})
    assert asked == state.Asked()


@given(some.text())
def test_a_label_is_one_line_with_every_sign_told_to_be_text(text: str) -> None:
    made = markup.plain_markdown(text)
    assert "\n" not in made
    assert re.sub(r"\\(.)", r"\1", made).replace("\u2060", "") == " ".join(text.split()).replace("\u2060", "")
    assert not re.search(r"(?<!\\)[`*_\[\]<>~$#]", re.sub(r"\\\\", "", made))


@pytest.mark.parametrize("text", ["a -> b", "a -- b", "a >= b", ":material/delete:", "https://x.no", "a@b.no"])
def test_signs_that_streamlit_reads_as_one_are_kept_apart(text: str) -> None:
    assert "\u2060" in markup.plain_markdown(text)
