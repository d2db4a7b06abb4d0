"""What is marked in a passage: forms and cousins of the question's words, never small words."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.language.highlight import ALIKE, SMALL_WORDS, highlights
from kb.language.text import fold, likeness, shape


def marked(text: str, question: str) -> list[str]:
    return [text[start:end] for start, end in highlights(text, question)]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("nattevakter", "Nattevaktene er slitne.", ["Nattevaktene"]),
        ("skole", "En skole og flere skoler.", ["skole", "skoler"]),
        ("kommun", "En kommune i nord.", ["kommune"]),
        ("sykehjem", "Sykehjemmet har ledige sykehjemsplasser.", ["Sykehjemmet", "sykehjemsplasser"]),
        ("barnehage", "Mange barnehagelærere sluttet.", ["barnehagelærere"]),
        ("kommune", "De møttes i bykommune og landkommune.", ["bykommune", "landkommune"]),
        ("arbeidstid", "Kortere arbejdstid for ansatte.", ["arbejdstid"]),
        ("bydelsmödrar", "Ti bydelsmødre i Grong.", ["bydelsmødre"]),
        ("Sjøberg", "Sjöbergs modell", ["Sjöbergs"]),
        ("aalesund", "Ålesund og A\u030alesund", ["Ålesund", "A\u030alesund"]),
        ("frivillighet", "De frivillige kom.", ["frivillige"]),
        ("demens", "Fotball for bilførere", []),
    ],
)
def test_forms_and_compounds_are_marked_in_every_nordic_spelling(question: str, text: str, expected: list[str]) -> None:
    assert marked(text, question) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("hva gjør vi når vi ikke har nok folk", "Når vi ikke har det, hva gjør vi da?"),
        ("vad gör vi när och hur", "Vad vi gör och hur är inte för alla."),
        ("hvordan kan man få flere med", "Man kan få flere med, hvordan?"),
        ("what do we do for them", "What we do is for them all."),
        ("korleis kan vi få det til", "Korleis vi fekk det til, og kva vi kan gjere."),
        ("på en og to", "På en og i et"),
    ],
)
def test_small_words_are_never_marked(question: str, text: str) -> None:
    assert marked(text, question) == []


def test_a_question_without_words_marks_nothing() -> None:
    assert highlights("Nattevaktene er slitne.", "") == ()
    assert highlights("Nattevaktene er slitne.", "?!") == ()
    assert highlights("", "nattevakt") == ()


TEXT = st.text() | st.lists(
    st.sampled_from("Nattevaktene nattevakt og sjöberg Sjøbergs på hjemmetjenesten a\u030a . , - \n".split()),
    max_size=12,
).map(" ".join)


@given(text=TEXT, question=TEXT)
def test_marks_are_in_order_apart_and_inside_the_text(text: str, question: str) -> None:
    end = 0
    for start, stop in highlights(text, question):
        assert end <= start < stop <= len(text)
        end = stop


@given(words=st.lists(st.sampled_from("nattevakt sjukeheim hemtjänst bydelsmødre Ålesund".split()), min_size=1))
def test_a_word_of_the_question_is_marked_wherever_it_stands(words: list[str]) -> None:
    assert marked(" og ".join(words), words[0]).count(words[0]) == words.count(words[0])


WORD = st.text("abdekmnorstvæøå", min_size=3, max_size=9)


@given(word=WORD, wanted=WORD)
def test_forms_and_compounds_are_marked_and_nothing_else(word: str, wanted: str) -> None:
    one, other = fold(word), fold(wanted)
    shorter, longer = sorted((one, other), key=len)
    compound = len(shorter) >= 5 and (longer.startswith(shorter) or longer.endswith(shorter))
    form = len(shorter) >= 4 and likeness(shape(one), shape(other)) >= ALIKE
    assume(SMALL_WORDS.isdisjoint({one, other}) and len(shorter) > 2)
    assert (marked(word, wanted) == [word]) == (one == other or compound or form)
