"""What of a practice is searched: its text without the template, its cards, its questions."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.passages import MAX_WORDS, Passage, passages
from kb.practice import parse_practice
from kb.repository import load
from kb.vocabulary import load_vocabulary

PRACTICES = Path(__file__).parents[2] / "practices"
VOCABULARY = load_vocabulary(PRACTICES)
HEAD = "---\ntitle: Faste team\nsummary: Kort om det.\nlanguage: nb\nquestions:\n  - for mange ulike\n---\n"
CARDS = (
    "da:\n  title: Faste teams\n  summary: Kort.\n  questions: [for mange forskellige]\n"
    "sv:\n  title: Fasta team\n  questions: [för många olika, for mange ulike]\n"
)


def cut(text: str, kind: str = "text", cards: str = "") -> list[Passage]:
    practice = parse_practice(text, PurePosixPath("faste-team.md"), VOCABULARY, cards=cards)
    return [passage for passage in passages(practice) if passage.kind == kind]


def test_a_template_heading_is_not_embedded_and_the_title_is() -> None:
    (passage,) = cut(f"{HEAD}\n## Utfordringen\n\nFor mange.\n")
    assert passage.embedded == "Faste team\nFor mange."
    assert passage == Passage("text", "problem", "Utfordringen", 11, "nb", "For mange.", "Faste team")


def test_headings_of_the_writers_own_are_embedded() -> None:
    own = "### Om natten\n\nVerst.\n\n#### I helgen\n\nSå.\n\n## Eget\n\nTekst.\n"
    body = f"# Faste team\n\nHei.\n\n## Utfordringen\n\n{own}"
    assert [(p.section, p.heading, p.embedded) for p in cut(HEAD + body)] == [
        ("other", "Faste team", "Faste team\nHei."),
        ("problem", "Om natten", "Faste team. Om natten\nVerst."),
        ("problem", "I helgen", "Faste team. Om natten. I helgen\nSå."),
        ("other", "Eget", "Faste team. Eget\nTekst."),
    ]


def test_a_template_heading_below_another_is_left_out_too() -> None:
    found = cut(f"{HEAD}\n## Slik gjør vi det\n\nSlik.\n\n### Resultater\n\nGodt.\n\n#### Om natten\n\nBedre.\n")
    assert [(p.section, p.embedded) for p in found] == [
        ("practice", "Faste team\nSlik."),
        ("results", "Faste team\nGodt."),
        ("results", "Faste team. Om natten\nBedre."),
    ]


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_template_heading_is_left_out_at_any_level(level: int) -> None:
    (passage,) = cut(f"{HEAD}\n{'#' * level} Utfordringen\n\nFor mange.\n")
    assert passage.section == "problem"
    assert passage.embedded == "Faste team\nFor mange."


def test_what_is_shown_is_the_text_alone() -> None:
    (passage,) = cut(f"{HEAD}\n## Utfordringen\n\nFor *mange*.\n\n- punkt\n")
    assert passage.text == "For mange.\npunkt"


def test_a_long_section_is_cut_between_its_blocks_with_the_right_lines() -> None:
    blocks = [f"{name} " * 70 for name in ("en", "to", "tre", "fire", "fem")]
    found = cut(HEAD + "## Utfordringen\n\n" + "\n\n".join(blocks))
    assert [(p.line, p.text.split()[0], len(p.text.split())) for p in found] == [
        (10, "en", 140),
        (14, "tre", 140),
        (18, "fem", 70),
    ]
    assert {p.context for p in found} == {"Faste team"}


def test_a_long_block_is_cut_between_words() -> None:
    words = [f"ord{number}" for number in range(2 * MAX_WORDS + 5)]
    found = cut(HEAD + "\n" + " ".join(words) + "\n\nEtter.\n")
    assert [(p.line, len(p.text.split())) for p in found] == [(9, MAX_WORDS), (9, MAX_WORDS), (9, 6)]
    assert " ".join(p.text for p in found).split() == [*words, "Etter."]


@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_no_word_is_lost_or_said_twice(sizes: list[int]) -> None:
    blocks = [" ".join(f"b{number}o{word}" for word in range(size)) for number, size in enumerate(sizes)]
    lines = [
        f"## Eget {number}\n\n{block}\n" if number % 3 == 0 else block + "\n" for number, block in enumerate(blocks)
    ]
    text = HEAD + "\n".join(lines)
    found = cut(text)
    assert " ".join(p.text for p in found).split() == " ".join(blocks).split()
    assert all(len(p.text.split()) <= MAX_WORDS for p in found)
    source = text.splitlines()
    for passage in found:
        assert passage.text.split()[0] in source[passage.line - 1].split()


def test_cards_in_every_language_are_said_once() -> None:
    again = "en:\n  title: Faste teams\n  summary: Kort.\n"
    assert [(p.language, p.embedded) for p in cut(HEAD, "card", CARDS + again)] == [
        ("nb", "Faste team. Kort om det."),
        ("da", "Faste teams. Kort."),
        ("sv", "Fasta team"),
    ]


def test_a_card_in_the_practices_own_language_is_also_searched() -> None:
    assert [p.embedded for p in cut(HEAD, "card", "nb:\n  title: Små team\n")] == [
        "Faste team. Kort om det.",
        "Små team",
    ]


def test_questions_in_every_language_are_asked_once() -> None:
    assert [(p.language, p.embedded) for p in cut(HEAD, "question", CARDS)] == [
        ("nb", "for mange ulike"),
        ("da", "for mange forskellige"),
        ("sv", "för många olika"),
    ]


def test_nothing_is_made_up_where_nobody_wrote_a_question_or_a_summary() -> None:
    text = HEAD.replace("questions:\n  - for mange ulike\n", "").replace("summary: Kort om det.\n", "")
    cards = "da:\n  title: Faste teams\n"
    assert cut(text, "question", cards) == []
    assert [p.text for p in cut(text, "card", cards)] == ["Faste teams"], "the own title is in front of each text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, "Faste team\nKort om det."),
        (HEAD + "\n## Utfordringen\n\n## Slik gjør vi det\n", "Faste team\nKort om det."),
        ("---\ntitle: Bare tittel\n---\n", "Bare tittel\nBare tittel"),
        ("", "faste team\nfaste team"),
    ],
)
def test_an_empty_body_still_has_one_text_passage(text: str, expected: str) -> None:
    (passage,) = cut(text)
    assert passage.embedded == expected


def test_the_shipped_practices_say_no_template_heading_to_the_encoder() -> None:
    repository = load(PRACTICES)
    headings = {name for names in VOCABULARY.headings.values() for name in names.values()}
    for practice in repository.practices:
        found = list(passages(practice))
        assert {p.kind for p in found} == {"text", "card", "question"}
        assert len({(p.kind, p.embedded) for p in found}) == len(found)
        contexts = {
            part for p in found if p.kind == "text" for part in p.context.removeprefix(practice.title).split(". ")
        }
        assert not contexts & headings
