"""A practice is read as far as it can be, and never as something that it does not say."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import UnreadableFile
from kb.practice import (
    Assessment,
    Borrowing,
    Card,
    Practice,
    Result,
    Source,
    cards_path,
    parse_cards,
    parse_practice,
    read_file,
    write_practice,
)
from kb.vocabulary import load_vocabulary

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "practices").rglob("*/*.md"))
VOCABULARY = load_vocabulary(ROOT / "practices")
WHOLE = (Path(__file__).parents[1] / "fixtures" / "practice" / "whole.md").read_text(encoding="utf-8")


def parse(text: str, path: str = "no/oslo/faste-team.md", cards: str = "") -> Practice:
    return parse_practice(text, PurePosixPath(path), VOCABULARY, cards=cards)


def test_every_key_of_the_format_is_read() -> None:
    practice = parse(WHOLE)
    assert practice.id == "faste-team"
    assert practice.title == "Fem om dagen"
    assert practice.summary == "Hvert team har fem faste brukere."
    assert practice.language == "nb"
    assert practice.places == ("no/oslo/nordstrand", "dk/aarhus")
    assert practice.country == "no"
    assert practice.areas == ("helse-omsorg", "velferd")
    assert practice.themes == ("tillit",)
    assert (practice.status, practice.status_as_of) == ("in-use", "2024-05")
    assert (practice.started, practice.ended) == ("2017", "2023-10")
    assert (practice.evidence, practice.evidence_note) == ("own-evaluation", "Bydelens egen evaluering.")
    assert practice.results == (
        Result("realised", "Færre møter.", "antall møter", "1.10", "timer", "2017"),
        Result("expected", "Flere blir."),
    )
    assert practice.borrowed_from == (
        Borrowing(
            "dk-aarhus-team",
            "dk/aarhus",
            "En konferanse",
            "Små team",
            "https://aarhus.dk/team",
            "Vi tok bare halve ideen.",
        ),
    )
    assert practice.related == ("andre-team",)
    assert practice.contact == "post@oslo.example"
    assert practice.sources == (Source("Rapport", "https://oslo.example/rapport", "Oslo", "2019"),)
    assert practice.questions == ("brukeren møter for mange ulike", "hvordan dele inn i små team")
    assert practice.reviewed == "2024-06-01"
    assert practice.assessment == Assessment("high", "low", "try", "2024", "Det koster lite.")
    assert practice.has_realised_results
    assert not practice.has_lessons
    assert practice.problems == ()


@pytest.mark.parametrize("value", ["no", "yes", "on", "1.10", "017", "2017", "0x1F", "1e3", "2024-05-01", "12:30"])
def test_a_value_is_the_text_that_was_written(value: str) -> None:
    assert parse(f"---\ntitle: {value}\nareas: [{value}]\n---\n").title == value
    assert parse(f"---\ntitle: {value}\nareas: [{value}]\n---\n").areas == (value,)


@pytest.mark.parametrize("value", ["~", "null", "", "''"])
def test_a_value_that_says_nothing_is_empty(value: str) -> None:
    practice = parse(f"---\ntitle: A\nstatus: {value}\nareas: {value}\nresults: {value}\n---\n")
    assert (practice.status, practice.areas, practice.results) == ("", (), ())


@pytest.mark.parametrize("value", ["'~'", '"null"'])
def test_a_quoted_sign_for_nothing_is_text(value: str) -> None:
    assert parse(f"---\ntitle: {value}\n---\n").title == value[1:-1]


def test_what_is_missing_stays_empty() -> None:
    assert parse("---\ntitle: A\n---\n") == Practice(
        "faste-team", PurePosixPath("no/oslo/faste-team.md"), "A", body="", body_line=4
    )


@pytest.mark.parametrize(
    ("text", "title", "code", "line"),
    [
        ("# Faste team\n\nHver har fem.\n", "Faste team", "", 1),
        ("Faste team\n===\n\nHver har fem.\n", "Faste team", "", 1),
        ("## Under\n\n# Faste team\n\nHver har fem.\n", "Faste team", "", 1),
        ("Hver har fem.\n", "faste team", "", 1),
        ("#\n\nHver har fem.\n", "faste team", "", 1),
        ("", "faste team", "", 1),
        ("---\n- en\n- liste\n---\n# Liste\n", "Liste", "not-a-mapping", 5),
        ("---\nbare tekst\n---\n# Tekst\n", "Tekst", "not-a-mapping", 4),
        ("---\ntitle: Åpen\n\n# Uten slutt\n", "Uten slutt", "front-matter-open", 2),
        ("---\ntitle: [\n---\n# Brutt\n", "Brutt", "yaml", 4),
        ("---\ntitle: En\ntitle: To\n---\n# Tre\n", "En", "duplicate-key", 5),
        ("---\ntitle:\n\tA\n---\n# Tabulator\n", "Tabulator", "tab", 5),
        ("---\ntitle: [a, b]\n---\n# Overskrift\n", "Overskrift", "", 4),
        ("\ufeff---\ntitle: Merke\n---\n", "Merke", "bom", 4),
        ("---\r\ntitle: Vindu\r\n---\r\nTekst\r\n", "Vindu", "", 4),
        ("---\n---\n# Tom\n", "Tom", "", 3),
        ("----\ntitle: A\n----\n", "faste team", "", 1),
        ("---  \ntitle: Luft\n---  \n", "Luft", "", 4),
    ],
)
def test_any_markdown_becomes_a_practice(text: str, title: str, code: str, line: int) -> None:
    practice = parse(text, "faste-team.md")
    assert practice.title == title
    assert practice.body_line == line
    assert [problem.code for problem in practice.problems][:1] == ([code] if code else [])


def test_a_file_without_a_language_has_the_one_it_is_written_in() -> None:
    assert parse("# Faste team\n\nVi har ikke nok folk, og hva gjør vi når noen blir syke?\n").language == "nb"
    assert parse("# Fasta team\n\nVi har inte nog med folk, och vad gör vi när någon blir sjuk?\n").language == "sv"
    assert parse("---\nlanguage: da\n---\n\nVi har inte nog med folk, och vad gör vi?\n").language == "da"


@given(text=st.text() | st.text().map("---\n{}\n---\n".format), cards=st.text())
def test_no_text_is_too_strange_to_be_read(text: str, cards: str) -> None:
    practice = parse(text, cards=cards)
    assert practice.title.strip()
    assert text.endswith(practice.body)


@given(
    key=st.sampled_from(["title", "place", "results", "sources", "borrowed_from", "assessment", "questions"]),
    value=st.recursive(
        st.sampled_from(["a", "", "no"]),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["title", "kind"]), inner, max_size=2)
        ),
        max_leaves=5,
    ),
)
def test_a_key_of_another_shape_than_due_hurts_nothing_else(key: str, value: object) -> None:
    front = f"status: idea\n{key}: {json.dumps(value)}"
    practice = parse(f"---\n{front}\n---\n\n## Problem\n\nTekst.\n", cards=f"nb: {json.dumps(value)}")
    assert practice.status == "idea"
    assert practice.sections[0].text == "Tekst."
    assert practice.problems == ()


@pytest.mark.parametrize("language", ["nb", "nn", "da", "sv", "en"])
def test_a_template_heading_in_any_language_answers_its_question(language: str) -> None:
    keys = [key for key, names in VOCABULARY.headings.items() if names.get(language)]
    assert len(keys) >= 8
    body = "".join(f"## {VOCABULARY.heading(key, language)}\n\nTekst.\n\n" for key in keys)
    assert [section.key for section in parse(body).sections] == keys


@pytest.mark.parametrize("heading", ["  UTFORDRINGEN: ", "utfordringen", "Utfordringen.", "**Utfordringen**"])
def test_a_template_heading_need_not_be_written_exactly(heading: str) -> None:
    assert parse(f"# {heading}\n").sections[0].key == "problem"


def test_a_sub_heading_belongs_to_the_question_above_it() -> None:
    sections = parse(WHOLE).sections
    assert [(section.key, section.heading, section.level, section.line) for section in sections] == [
        ("other", "En annen overskrift", 1, 56),
        ("problem", "Utfordringen", 2, 60),
        ("problem", "Natt", 3, 64),
        ("other", "Noe helt annet", 2, 68),
    ]
    assert [section.text for section in parse(WHOLE).section("problem")] == ["For mange.", "Verst da."]
    lines = WHOLE.splitlines()
    for section in sections:
        assert section.heading in lines[section.line - 1]
        assert [lines[block.line - 1] for block in section.blocks] == section.text.splitlines()


def test_lessons_count_only_when_something_is_written_under_them() -> None:
    heading = VOCABULARY.heading("lessons", "nb")
    assert not parse(f"## {heading}\n").has_lessons
    assert parse(f"## {heading}\n\nVi var for raske.\n").has_lessons
    assert parse(f"## {heading}\n\n### Om natten\n\nVi var for raske.\n").has_lessons


def test_cards_are_read_in_their_languages() -> None:
    danish = "da:\n  by: machine\n  title: Faste teams\n  summary: Kort.\n  questions:\n    - hvem\n    - hvad\n"
    cards = f"{danish}sv:\n  title: Fasta\n"
    practice = parse(WHOLE, cards=cards)
    assert practice.card("da") == Card("da", "Faste teams", "Kort.", ("hvem", "hvad"), "machine")
    assert practice.card("sv") == Card("sv", "Fasta", "")
    own = Card("nb", "Fem om dagen", practice.summary, practice.questions, "human")
    assert practice.card("nb") == own
    assert practice.card("en") == own


def test_a_reader_of_nynorsk_is_given_bokmal_before_a_foreign_language_and_the_other_way_round() -> None:
    swedish = WHOLE.replace("language: nb", "language: sv")
    assert parse(swedish, cards="nb:\n  title: Faste team\n").card("nn").language == "nb"
    assert parse(swedish, cards="nn:\n  title: Faste team\n").card("nb").language == "nn"
    assert parse(WHOLE).card("nn").language == "nb"


def test_the_practices_own_words_win_over_a_card_in_its_language() -> None:
    assert parse(WHOLE, cards="nb:\n  title: Maskinens\n").card("nb").title == "Fem om dagen"


@pytest.mark.parametrize(
    "cards", ["", "[", "- a\n- b\n", "bare tekst", "da: tekst\n", "da:\n  summary: uten tittel\n", "da: []"]
)
def test_cards_that_cannot_be_read_are_left_out(cards: str) -> None:
    assert parse_cards(cards) == {}
    assert parse(WHOLE, cards=cards).title == "Fem om dagen"


def test_one_broken_card_does_not_hide_the_others() -> None:
    assert set(parse_cards("da: tekst\nsv:\n  title: Fasta\nen:\n  title: [a]\n")) == {"sv"}


def test_cards_stand_beside_their_practice() -> None:
    assert cards_path(Path("no/oslo/a.b.md")) == Path("no/oslo/a.b.i18n.yaml")


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_writing_a_shipped_practice_moves_no_other_byte(path: Path) -> None:
    text = read_file(path)
    practice = parse(text)
    assert practice.problems == ()
    assert write_practice(text, {"title": practice.title, "status": practice.status}) == text
    changed = "scaled" if practice.status != "scaled" else "stopped"
    before, after = text.splitlines(keepends=True), write_practice(text, {"status": changed}).splitlines(keepends=True)
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        (f"status: {practice.status}\n", f"status: {changed}\n")
    ]


def test_all_the_shipped_practices_are_tried() -> None:
    assert len(SHIPPED) >= 170


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        ("Vi møtes på Ås".encode("latin-1"), 1, "UTF-8"),
        (b"en\nto\nt\xf8r\n", 3, "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", 0, "binary"),
        ("hei".encode("utf-16"), 0, "binary"),
        (b"a" * (16 * 1024 * 1024 + 1), 0, "16 MB"),
    ],
    ids=["latin-1", "third line", "picture", "utf-16", "large"],
)
def test_a_file_that_is_no_text_is_refused_with_a_reason(tmp_path: Path, data: bytes, line: int, word: str) -> None:
    (tmp_path / "a.md").write_bytes(data)
    with pytest.raises(UnreadableFile) as caught:
        read_file(tmp_path / "a.md")
    assert caught.value.line == line
    assert word in caught.value.reason
    assert caught.value.hint


def test_a_file_that_is_gone_is_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_file(tmp_path / "borte.md")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_in_toml_gives_its_title_and_is_no_text(newline: str) -> None:
    text = '+++\ntitle = "Fra Hugo"\ntags = ["a", "b"]\ndate = 2022-05-17\n[params]\n  x = 1\n+++\n\nVi prøvde noe.\n'
    practice = parse(text.replace("\n", newline))
    assert practice.title == "Fra Hugo"
    assert [(block.text, block.line) for section in practice.sections for block in section.blocks] == [
        ("Vi prøvde noe.", 9)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "+++\ntitle = \n+++\nTekst\n",
        "+++\ntitle = 'a'\nTekst\n",
        "+++",
        "+++\na = " + "[" * 5000 + "\n+++\n",
        "+++\na = " + "9" * 5000 + "\n+++\n",
        "+++\na = 0x" + "f" * 5000 + "\n+++\n",
    ],
)
def test_toml_that_cannot_be_read_is_text(text: str) -> None:
    assert parse(text).title == "faste team"
