"""What is left of a vector without its language is its meaning."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.index.means import GLOBAL, Means, centre, language_means, read_means, unit
from kb.passages import KINDS

Vectors = NDArray[np.float32]

DIMENSION = 48
TOPICS = 60
LANGUAGES = ("nb", "sv", "da")


def tongue(language: str) -> NDArray[np.float64]:
    """The direction that a language pulls every vector in, stronger than any topic."""
    return 3.0 * np.random.default_rng(len(language) + LANGUAGES.index(language)).normal(size=DIMENSION)


def topics() -> NDArray[np.float64]:
    return np.random.default_rng(1).normal(size=(TOPICS, DIMENSION))


def spoken(language: str) -> Vectors:
    """The same sixty topics in one language."""
    return unit((topics() + tongue(language)).astype(np.float32))


@pytest.fixture
def everything() -> tuple[Vectors, list[str]]:
    return np.concatenate([spoken(language) for language in LANGUAGES]), [
        language for language in LANGUAGES for _ in range(TOPICS)
    ]


def means_of(vectors: Vectors, languages: list[str]) -> Means:
    means = language_means(vectors, languages)
    centred = centre(vectors, languages, means)
    owners = np.arange(len(vectors), dtype=np.int32)
    return Means(
        by_kind=dict.fromkeys(KINDS, means),
        reference=dict.fromkeys(KINDS, centred),
        reference_practices=dict.fromkeys(KINDS, owners),
    )


def test_each_language_loses_its_mean(everything: tuple[Vectors, list[str]]) -> None:
    # Enough passages that the shrinking towards the mean of all is small.
    vectors, languages = np.repeat(everything[0], 20, axis=0), [name for name in everything[1] for _ in range(20)]
    before = vectors.reshape(len(LANGUAGES), -1, DIMENSION).mean(axis=1)
    centred = centre(vectors, languages, language_means(vectors, languages))
    after = centred.reshape(len(LANGUAGES), -1, DIMENSION).mean(axis=1)
    assert (np.linalg.norm(before, axis=1) > 0.9).all()
    assert (np.linalg.norm(after, axis=1) < 0.15).all()


def test_a_topic_is_nearest_itself_in_another_language(everything: tuple[Vectors, list[str]]) -> None:
    vectors, languages = everything
    assert (np.argmax(spoken("nb") @ vectors.T, axis=1) < TOPICS).all()
    centred = centre(vectors, languages, language_means(vectors, languages))
    swedish = centred[TOPICS : 2 * TOPICS]
    assert (np.argmax(centred[:TOPICS] @ swedish.T, axis=1) == np.arange(TOPICS)).all()


def test_a_question_loses_half_of_its_own_language(everything: tuple[Vectors, list[str]]) -> None:
    means = means_of(*everything)
    for language in LANGUAGES:
        query = spoken(language)[7]
        assert means.language_of(query) == language
        centred = means.centre_query(query)
        own = unit(means.by_kind["question"][language])
        assert float(centred @ own) < float(query @ own) - 0.03
        for number in range(len(LANGUAGES)):
            rows = means.reference["text"][number * TOPICS : (number + 1) * TOPICS]
            before, after = ((rows[7] - np.delete(rows, 7, axis=0).max(axis=0)) @ asked for asked in (query, centred))
            assert after >= before - 0.05
    left_in = replace(means, centring=False)
    assert (left_in.centre_query(query) == query).all()


def test_everything_centred_has_length_one(everything: tuple[Vectors, list[str]]) -> None:
    vectors, languages = everything
    means = means_of(vectors, languages)
    assert np.allclose(np.linalg.norm(means.reference["text"], axis=1), 1, atol=1e-5)
    assert np.isclose(np.linalg.norm(means.centre_query(vectors[0])), 1, atol=1e-5)
    assert means.reference["text"].dtype == np.float32


def test_language_with_one_passage_keeps_its_topic(everything: tuple[Vectors, list[str]]) -> None:
    vectors, languages = everything
    lone = unit((topics()[3] + tongue("nb")).astype(np.float32))
    vectors, languages = np.vstack([vectors, lone]), [*languages, "is"]
    centred = centre(vectors, languages, language_means(vectors, languages))
    assert np.isclose(np.linalg.norm(centred[-1]), 1, atol=1e-5)
    assert np.isfinite(centred).all()


def test_language_that_nobody_knows_is_centred_by_all(everything: tuple[Vectors, list[str]]) -> None:
    vectors, languages = everything
    means = language_means(vectors, languages)
    centred = centre(vectors[:2], ["fi", ""], means)
    assert np.allclose(centred, unit(vectors[:2] - means[GLOBAL]))


def test_one_passage_in_all_is_safe() -> None:
    vectors = spoken("nb")[:1]
    means = means_of(vectors, ["nb"])
    assert np.isfinite(means.reference["text"]).all()
    assert np.isfinite(means.centre_query(vectors[0])).all()
    assert np.isfinite(means.ordinary("text", vectors[0])).all()


def test_no_passages_at_all_leave_the_question_as_it_is() -> None:
    means = means_of(np.empty((0, DIMENSION), dtype=np.float32), [])
    query = spoken("nb")[0]
    assert (means.centre_query(query) == query).all()
    assert means.ordinary("text", query) == (0.0, 1.0)


def test_nynorsk_and_bokmal_share_a_mean() -> None:
    vectors = np.vstack([spoken("nb"), spoken("sv")])
    means = language_means(vectors, ["nb"] * 30 + ["nn"] * 30 + ["sv"] * TOPICS)
    assert set(means) == {GLOBAL, "nb", "sv"}


def test_ordinary_is_what_the_reference_practices_get(everything: tuple[Vectors, list[str]]) -> None:
    means = means_of(*everything)
    query = means.centre_query(everything[0][5])
    best = means.reference["text"] @ query
    mean, spread = means.ordinary("text", query)
    assert np.isclose(mean, best.mean(), atol=1e-5)
    assert np.isclose(spread, best.std(), atol=1e-5)


def test_means_are_read_back(everything: tuple[Vectors, list[str]]) -> None:
    means, stream = means_of(*everything), io.BytesIO()
    means.write(stream)
    stream.seek(0)
    again = read_means(stream)
    assert set(again.by_kind["card"]) == {GLOBAL, *LANGUAGES}
    for kind in KINDS:
        assert (again.by_kind[kind]["sv"] == means.by_kind[kind]["sv"]).all()
        assert np.allclose(again.reference[kind], means.reference[kind], atol=1e-3)
        assert (again.reference_practices[kind] == means.reference_practices[kind]).all()
