"""A concept in each place's own words: one passage a place, to be read side by side.

Only what a practice itself says is shown. A concept that the concordance knows is looked for by all its
words at once, so that it does not matter in which language it was asked for. What names it, and where a
place speaks in its own words, comes before what is only near in meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from kb.errors import SearchError
from kb.index.generation import Generation
from kb.index.means import unit
from kb.index.terms import SAME_MEANING
from kb.language.concordance import Asked, also_called, asked_words
from kb.language.naming import Span, naming
from kb.language.text import folded_words
from kb.passages import Passage
from kb.practice import Practice
from kb.search import facets
from kb.search.question import Question
from kb.search.run import found_passage
from kb.search.wordings import Wording, Wordings
from kb.vocabulary import Vocabulary

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

PLACES = frozenset({"municipality", "district"})

CANDIDATES = 500
"""Passages taken from each arm."""

ENOUGH = 0.43
"""A passage that does not name the concept is near enough from this score on; of unrelated words few have one."""

ENOUGH_WORDS = 0.16
"""The same where there is no model."""

WHOLE = 25
"""Words that a passage needs to say something: a shorter one is found by its title more than by what it says."""


@dataclass(frozen=True, slots=True)
class _Found:
    row: int
    passage: Passage
    names: frozenset[Span]
    titled: bool
    """The practice's title names it."""
    own_words: bool
    score: float

    @property
    def named(self) -> bool:
        """Whoever reads the passage under its title meets the concept."""
        return bool(self.names) or self.titled


def words(
    generation: Generation,
    question: Question,
    vocabulary: Vocabulary,
    embed: Callable[[str], tuple[Vectors | None, str]],
) -> Wordings:
    """The best passage of each place, best first; `embed` gives a text's vector, or none and a sentence on why.

    Raises:
        SearchError: nothing is asked for.
    """
    if not question.text.strip():
        raise SearchError("There is no concept to look for.", hint="Name one in a word or two, such as tillitsledelse.")
    store = generation.store
    asked = asked_words(question.text, store.same_words if question.settings.concordance else None)
    embedded = [embed(name) for name in _names(question.text, asked, vocabulary)]
    centred = [generation.means.without_language(vector) for vector, _ in embedded if vector is not None]
    question = replace(question, vector=unit(np.mean(centred, axis=0)) if centred else None)
    best: dict[str, tuple[str, Practice, _Found]] = {}
    for found in _ranked(generation, question, asked):
        practice = store.practice(int(store.owners["text"][found.row]))
        place = _place(practice, vocabulary)
        best.setdefault(place or practice.id, (place, practice, found))
    shown = list(best.values())[: question.limit]
    return Wordings(
        query=question.text,
        wordings=tuple(_wording(place, practice, found, question, asked) for place, practice, found in shown),
        total=len(best),
        named=sum(found.named for _, _, found in best.values()),
        mode="keyword" if question.vector is None else "hybrid",
        notice=embedded[0][1] if embedded else "",
        also=also_called(question.text, asked, vocabulary.spelling),
    )


def _phrases(asked: Sequence[Asked]) -> list[tuple[str, ...]]:
    """Every word for the concept; none where more than one is asked for, or it is not sure which."""
    if len(asked) != 1 or asked[0].certainty < 1:
        return []
    return sorted({asked[0].words, *asked[0].alternatives})


def _names(text: str, asked: Sequence[Asked], vocabulary: Vocabulary) -> list[str]:
    """The question, and every other word for it as it is spelled."""
    others = [" ".join(phrase) for phrase in _phrases(asked) if phrase != asked[0].words]
    return (
        [text, *(vocabulary.spelling[other].word if other in vocabulary.spelling else other for other in others)]
        if asked
        else []
    )


def _shares(generation: Generation, question: Question, asked: Sequence[Asked]) -> dict[int, float]:
    """Text passages with their share of a perfect match, by whichever word for the concept."""
    filters = {"kind": ("text",), **question.filters}
    # Each word in its own right: who is shown must not depend on the question's language.
    equal = [replace(item, certainty=item.certainty / SAME_MEANING) for item in asked]
    best: dict[int, float] = {}
    for wanted in [[Asked(phrase)] for phrase in _phrases(asked)] or [equal]:
        hits = generation.lexical.search(wanted, CANDIDATES, filters, pieces=question.settings.grams)
        for row, share in zip(hits.rows.tolist(), hits.shares.tolist(), strict=True):
            best[row] = max(best.get(row, 0.0), share)
    return dict(sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:CANDIDATES])


def _ranked(generation: Generation, question: Question, asked: Sequence[Asked]) -> list[_Found]:
    """The text passages that speak of the concept, best first."""
    store, vector = generation.store, question.vector
    shares = _shares(generation, question, asked)
    cosines: dict[int, float] = {}
    if vector is not None:
        allowed = facets.mask(question.filters, store)[store.owners["text"]]
        near, cosine = generation.dense["text"].search(vector, CANDIDATES, allowed)
        rows = sorted({*shares, *near[cosine >= ENOUGH].tolist()})
        if rows:
            cosines = dict(zip(rows, (generation.dense["text"].vectors(rows) @ vector).tolist(), strict=True))
    own_words = store.in_sections(["own_words"])
    named, enough = naming(asked), ENOUGH_WORDS if vector is None else ENOUGH

    @cache
    def titled(owner: int) -> bool:
        """A practice is asked about once, however many passages it has: its title may be as long as they are."""
        return bool(named(store.practice(owner).title))

    ranked = []
    for row in sorted({*shares, *cosines}):
        passage = store.passage("text", row)
        whole = min(1.0, len(passage.text.split()) / WHOLE)
        score = whole * (cosines.get(row, 0.0) + shares.get(row, 0.0) / 2)
        names, is_titled = named(passage.text), titled(int(store.owners["text"][row]))
        if names or is_titled or score >= enough:
            ranked.append(_Found(row, passage, names, is_titled, bool(own_words[row]), score))
    return sorted(ranked, key=_rank)


def _rank(found: _Found) -> tuple[int, bool, float, int]:
    """A passage that names the concept itself comes before one that stands under a title that does."""
    return -(found.named + found.own_words), not found.names, -found.score, found.row


def _place(practice: Practice, vocabulary: Vocabulary) -> str:
    """The municipality or district of a practice's first place; a country or region is itself."""
    first = practice.places[0] if practice.places else ""
    around = (vocabulary.places[key] for key in vocabulary.ancestors(first) if key in vocabulary.places)
    return next((place.key for place in around if place.kind in PLACES), first)


def _wording(place: str, practice: Practice, found: _Found, question: Question, asked: Sequence[Asked]) -> Wording:
    """The passage with its words marked as in a search, and wherever it names the concept."""
    passage = found_passage(found.passage, question.text, asked)
    tails = _tails(passage.text, question, asked)
    passage = replace(passage, highlights=tuple(sorted({*passage.highlights} - tails | found.names)))
    return Wording(practice, place, passage, found.score, found.named)


def _tails(text: str, question: Question, asked: Sequence[Asked]) -> frozenset[Span]:
    """The words that only end as one asked for does: modellen says nothing of tillitsmodellen."""
    wanted = {word.folded for word in folded_words(question.text)}
    wanted |= {phrase[0] for item in asked for phrase in item.alternatives if len(phrase) == 1}
    return frozenset(
        (word.start, word.end)
        for word in folded_words(text)
        if word.folded not in wanted and any(one.endswith(word.folded) for one in wanted)
    )
