"""The generator of synthetic repositories: repeatable, valid, and marked wherever it can be seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kb
from benchmarks.cached import card_of
from benchmarks.synthetic import write_tree
from benchmarks.synthetic.compose import MARK, compose
from benchmarks.synthetic.material import Material, material
from benchmarks.synthetic.vectors import COSINES, Perturbed, fill_cache, sources_of
from kb.check import check, render
from kb.config import load_config
from kb.index.build import build
from kb.passages import passages
from kb.practice import parse_practice
from kb.repository import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def parts() -> Material:
    return material(ROOT / "practices")


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path, parts: Material) -> None:
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        write_tree(tmp_path / name, 20, seed, parts)
    assert files(tmp_path / "one") == files(tmp_path / "same")
    assert files(tmp_path / "one").keys() != files(tmp_path / "other").keys()


def test_a_larger_repository_begins_with_the_smaller_one(tmp_path: Path, parts: Material) -> None:
    write_tree(tmp_path / "small", 10, source=parts)
    write_tree(tmp_path / "large", 30, source=parts)
    small, large = files(tmp_path / "small" / "practices"), files(tmp_path / "large" / "practices")
    assert small.items() <= large.items()
    assert len(large) > len(small)


def test_what_is_made_is_valid_and_linked_in_five_languages(tmp_path: Path, parts: Material) -> None:
    write_tree(tmp_path / "made", 150, source=parts)
    folder = tmp_path / "made" / "practices"
    report = check(folder)
    assert report.errors == 0, render(report)
    repository = load(folder)
    assert len(repository.practices) == 150
    assert {practice.language for practice in repository.practices} == {"nb", "nn", "da", "sv", "en"}
    assert len(repository.borrowers) > 5
    assert any(practice.related for practice in repository.practices)


def test_everything_that_is_made_says_that_it_is_synthetic(tmp_path: Path, parts: Material) -> None:
    write_tree(tmp_path / "made", 40, source=parts)
    repository = load(tmp_path / "made" / "practices")
    for practice in repository.practices:
        cards = (practice.card(practice.language), *practice.cards.values())
        shown = [text for card in cards for text in (card.title, card.summary, *card.questions)]
        assert all(MARK.search(text) for text in shown)
        assert practice.id.startswith("synthetic-")
        assert all("synthetic" in place for place in practice.places)
        assert practice.evidence_note.startswith(("Syntetisk", "Synthetic"))
        assert all(source.url.startswith("https://synthetic.example/") for source in practice.sources)
        assert "yntetisk" in practice.body or "Synthetic" in practice.body
    assert "Synthetic" in (tmp_path / "made" / "README.md").read_text(encoding="utf-8")
    real = load_config(ROOT)
    places = kb.vocabulary.load_vocabulary(real.practices).places
    made = repository.vocabulary.places
    assert not [key for key in made if "/" in key and key in places]


def test_reading_a_file_gives_the_passages_that_it_was_made_of(parts: Material) -> None:
    for number in range(120):
        made = compose(parts, 7, number)
        vocabulary = parts.vocabulary
        read = parse_practice(made.markdown, made.practice.path, vocabulary, cards=made.cards)
        told = [(passage.kind, passage.language, passage.embedded) for passage in passages(made.practice)]
        assert [(passage.kind, passage.language, passage.embedded) for passage in passages(read)] == told


@pytest.mark.model
def test_a_synthetic_repository_is_indexed_without_encoding(tmp_path: Path, base: kb.KnowledgeBase) -> None:
    write_tree(tmp_path / "made", 40)
    config = replace(base.config, practices=tmp_path / "made" / "practices", index=tmp_path / "index")
    assert fill_cache(config, 40, real=base.config) > 400
    assert fill_cache(config, 40, real=base.config) == 0
    report = build(config)
    assert (report.practices, report.embedded, report.warning) == (40, 0, "")
    found = kb.KnowledgeBase(config).search("høyt sykefravær i hjemmetjenesten", limit=5)
    assert len(found) == 5


@pytest.mark.model
def test_vectors_lie_as_far_from_their_sources_as_was_measured(parts: Material, base: kb.KnowledgeBase) -> None:
    sources = sources_of(base.config, parts)
    encoder = Perturbed(sources, card_of(base.config))
    made = [passage for number in range(40) for passage in passages(compose(parts, 7, number).practice)]
    for kind, prompt in (("text", "document"), ("card", "document"), ("question", "query")):
        texts = [passage.embedded for passage in made if passage.kind == kind]
        vectors = encoder.encode(texts, prompt)  # type: ignore[arg-type]
        assert np.array_equal(vectors[3], encoder.encode([texts[3]], prompt)[0])  # type: ignore[arg-type]
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        means = np.stack([sources.mean(text, prompt) for text in texts])  # type: ignore[arg-type]
        found = np.quantile((vectors * means).sum(axis=1), [0.25, 0.5, 0.75])
        assert np.allclose(found, COSINES[kind][1:4], atol=0.03)  # type: ignore[index]
