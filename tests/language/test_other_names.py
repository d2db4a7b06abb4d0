"""What a question asks for under other names, told as people write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from kb.language.concordance import also_called, asked_words
from kb.vocabulary import Concept, Vocabulary

WORDS = Vocabulary(
    concepts=(
        Concept({"nb": ("sykefravær", "sykmelding"), "da": ("sygefravær",), "sv": ("sjukfrånvaro", "sjukskrivning")}),
        Concept({"nb": ("dagtilbud for eldre",), "sv": ("dagverksamhet",), "en": ("day centre",)}),
        Concept({"nb": ("eldre",), "sv": ("äldre",), "en": ("older people",)}),
    )
)


def known(phrases: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The concordance as the index looks it up: folded phrases to every other word, folded."""
    folded = {spelled.word: word for word, spelled in WORDS.spelling.items()}
    groups = [[folded[word] for word in concept.all] for concept in WORDS.concepts]
    return {
        phrase: tuple(word for word in group if word != phrase)
        for phrase in phrases
        for group in groups
        if phrase in group
    }


def also(text: str) -> dict[str, tuple[str, ...]]:
    return also_called(text, asked_words(text, known), WORDS.spelling)


def test_words_are_told_as_written_one_of_each_language_first() -> None:
    assert also("Hvorfor er SYKEFRAVÆRET så høyt?") == {
        "SYKEFRAVÆRET": ("sygefravær", "sjukfrånvaro", "sykmelding", "sjukskrivning")
    }


@pytest.mark.parametrize("text", ["dagtilbud for eldre", "eldre vil ha et dagtilbud for eldre, ikke to"])
def test_a_phrase_is_told_as_it_was_asked(text: str) -> None:
    assert also(text)["dagtilbud for eldre"] == ("dagverksamhet", "day centre")


def test_what_has_no_other_name_is_left_out() -> None:
    assert also("vikarer på natt") == {}
    assert also("") == also("er det") == {}


def test_a_word_that_nobody_spells_is_told_as_it_was_searched() -> None:
    text = "sykefravær"
    assert also_called(text, asked_words(text, known), {})[text] == (
        "sjukfraanvaro",
        "sjukskrivning",
        "sygefravaer",
        "sykmelding",
    )
