"""One spelling for all the Nordic ones, and the way back to what was written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.language.text import GRAM, fold, folded_words, grams, words

NORDIC = "abcdefghijklmnopqrstuvwxyzæøåäöéèêëüóúíýáðþđŋŧčšžÆØÅÄÖÉÜÁÐÞĐŊŦČŠŽǿǾǻœß"
NORDIC_TEXT = st.text(st.sampled_from(NORDIC + "0123456789 -,."))
ANY_TEXT = st.text() | NORDIC_TEXT | NORDIC_TEXT.map(lambda text: unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (("Sjøberg", "Sjöberg", "Sjoeberg", "SJØBERG"), "sjoeberg"),
        (("Ålesund", "Aalesund", "ÅLESUND", "A\u030alesund"), "aalesund"),
        (("lærer", "lärer", "laerer"), "laerer"),
        (("én", "En", "e\u0301n"), "en"),
        (("Kárášjohka", "Karasjohka"), "karasjohka"),
        (("Þórður", "thordur"), "thordur"),
        (("báŋki", "banki"), "banki"),
        (("fǿr", "før"), "foer"),
        (("prosjekt№", "ProsjektNo"), "prosjektno"),
    ],
)
def test_the_spellings_of_a_word_fold_to_one(spellings: tuple[str, ...], folded: str) -> None:
    for spelling in spellings:
        assert fold(spelling) == folded
        assert fold(unicodedata.normalize("NFD", spelling)) == folded


def test_letters_that_tell_words_apart_stay_apart() -> None:
    assert len({fold(word) for word in ("far", "får", "fär", "før", "for")}) == 5


@given(text=NORDIC_TEXT)
def test_nordic_letters_fold_to_ascii(text: str) -> None:
    assert fold(text).isascii()


@given(text=ANY_TEXT)
@example("ǿ ᴬ ℂ ™ ǻ İ ﬁ Å")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(text=NORDIC_TEXT)
def test_composed_and_decomposed_letters_are_the_same_words(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert [word.folded for word in folded_words(decomposed)] == [word.folded for word in folded_words(text)]


@given(text=ANY_TEXT)
def test_offsets_point_at_the_original_spelling(text: str) -> None:
    end = 0
    for word in folded_words(text):
        assert end <= word.start < word.end <= len(text)
        assert fold(text[word.start : word.end]) == word.folded
        assert not any(char.isspace() for char in text[word.start : word.end])
        assert not any(char.isalnum() for char in text[end : word.start])
        end = word.end
    assert not any(char.isalnum() for char in text[end:])


def test_words_are_cut_at_signs_and_keep_their_digits() -> None:
    assert list(words("Fire-dagers uke_test, 6-timmarsdag: 2,5 årsverk i 2024! K18 § 3.")) == (
        "fire dagers uke test 6 timmarsdag 2 5 årsverk i 2024 k18 3".split()
    )


def test_an_accent_of_its_own_stays_with_its_letter() -> None:
    text = "pa\u030a plass"
    assert [text[word.start : word.end] for word in folded_words(text)] == ["pa\u030a", "plass"]


def test_grams_mark_the_edges_of_a_word() -> None:
    assert list(grams("uke")) == ["_uke", "uke_"]
    assert list(grams("i")) == ["_i_"]
    assert list(grams("")) == ["__"]


@given(word=st.text(st.sampled_from("abcdefgh"), min_size=1, max_size=30), size=st.integers(2, 6))
def test_grams_put_together_give_the_word(word: str, size: int) -> None:
    pieces = list(grams(word, size))
    assert pieces[0] + "".join(piece[-1] for piece in pieces[1:]) == f"_{word}_"
    assert all(len(piece) == min(size, len(word) + 2) for piece in pieces)


def test_a_compound_shares_most_of_its_parts_grams() -> None:
    part, whole = (frozenset(grams(word, GRAM)) for word in ("sykehjem", "sykehjemsplass"))
    assert len(part & whole) >= len(part) - 1
