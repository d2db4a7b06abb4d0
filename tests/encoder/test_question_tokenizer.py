"""The quick tokenizer gives the tokens of the full one, or says that it cannot."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kb.encoder.prepare import prepare
from kb.encoder.unigram import QuestionTokenizer
from kb.repository import load

pytestmark = pytest.mark.model

PRACTICES = Path(__file__).parents[2] / "practices"


@cache
def quick() -> QuestionTokenizer:
    layout = prepare("packaged")
    return QuestionTokenizer(layout.pieces, layout.read_card().max_tokens)


@cache
def full() -> Tokenizer:
    return Tokenizer.from_file(str(prepare("packaged").tokenizer))


LATIN = st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=["Cc"])
PUNCTUATION = st.sampled_from("–—‘’“”„…•‰‹›€«»§·\u00a0\u00ad\t\n\r▁ ")
WORDS = st.sampled_from(
    "query: passage: hjemmetjeneste bydelsmødre ﬁ ½ ² ™ a\u0301 Ǆ ŉ İ ĳ <s> <mask> 日本 😀 №".split()
)
TEXT = st.lists(LATIN | PUNCTUATION | WORDS).map("".join) | st.lists(WORDS | LATIN).map(" ".join)


@given(text=TEXT)
@settings(max_examples=400, deadline=None)
@example("")
@example(" ")
@example("query: ")
@example("  to   mellomrom  ")
@example("a" * 2000)
@example("x y " * 600)
def test_any_text_has_the_same_tokens_or_is_left_to_the_full_tokenizer(text: str) -> None:
    assert quick().ids(text) in (full().encode(text).ids, None)


@given(text=st.lists(LATIN | st.sampled_from(" ,.?!-–’«»€")).map("".join))
@settings(max_examples=400, deadline=None)
def test_latin_letters_and_everyday_signs_are_never_left_to_it(text: str) -> None:
    plain = text.replace("<", "(")
    assert quick().ids(plain) == full().encode(plain).ids


@pytest.mark.parametrize("text", ["日本語", "Ελλάδα", "😀", "a\u0301", "</s>", "vi <mask> det"])
def test_other_letters_and_the_models_own_signs_are(text: str) -> None:
    assert quick().ids(text) is None


def test_the_shipped_questions_have_the_same_tokens() -> None:
    practices = load(PRACTICES).practices
    questions = {q for p in practices for card in (p.card(p.language), *p.cards.values()) for q in card.questions}
    assert len(questions) > 2000
    for question in sorted(questions):
        assert quick().ids(f"query: {question}") == full().encode(f"query: {question}").ids
