"""The nearest vectors are found, in either tier, and never one that the mask leaves out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.index.dense import DenseIndex, write

Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_]

DIMENSION = 64
SIZE = 4000
K = 10


def unit(vectors: NDArray[np.float64]) -> Vectors:
    length: NDArray[np.float64] = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / length).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Clustered as texts are: eighty topics, fifty passages each."""
    random = np.random.default_rng(7)
    topics = random.normal(size=(80, DIMENSION))
    return unit(np.repeat(topics, SIZE // 80, axis=0) + 0.6 * random.normal(size=(SIZE, DIMENSION)))


@pytest.fixture(scope="module")
def queries(vectors: Vectors) -> Vectors:
    random = np.random.default_rng(8)
    chosen = vectors[random.choice(SIZE, 60, replace=False)].astype(np.float64)
    return unit(chosen + 0.05 * random.normal(size=chosen.shape))


@pytest.fixture(scope="module")
def exact(vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> DenseIndex:
    path = tmp_path_factory.mktemp("exact") / "text.faiss"
    write(vectors, path)
    return DenseIndex(path)


@pytest.fixture(scope="module")
def quantised(vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> DenseIndex:
    path = tmp_path_factory.mktemp("quantised") / "text.faiss"
    write(vectors, path, exact_limit=1000)
    return DenseIndex(path)


def masks() -> dict[str, Mask]:
    random = np.random.default_rng(9)
    rows = np.arange(SIZE)
    return {
        "all": np.ones(SIZE, dtype=bool),
        "wide": random.random(SIZE) < 0.7,
        "middling": random.random(SIZE) < 0.2,
        "narrow": random.random(SIZE) < 0.01,
        "some topics": rows < SIZE // 10,
        "fewer than wanted": np.isin(rows, (3, 1999, 3999)),
        "one": rows == 77,
        "none": np.zeros(SIZE, dtype=bool),
    }


def brute(vectors: Vectors, query: Vectors, k: int, mask: Mask | None) -> NDArray[np.int64]:
    scores = vectors @ query
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
        k = min(k, int(mask.sum()))
    return np.argsort(-scores, kind="stable")[:k].astype(np.int64)


def recall(index: DenseIndex, vectors: Vectors, queries: Vectors, mask: Mask | None) -> float:
    found = wanted = 0
    for query in queries:
        truth = brute(vectors, query, K, mask)
        rows, _ = index.search(query, K, mask)
        assert len(rows) == len(set(rows.tolist())) == len(truth)
        found += len(set(rows.tolist()) & set(truth.tolist()))
        wanted += len(truth)
    return found / wanted if wanted else 1.0


@pytest.mark.parametrize("name", [None, *masks()])
def test_exact_tier_finds_the_nearest(exact: DenseIndex, vectors: Vectors, queries: Vectors, name: str | None) -> None:
    # Half precision may swap neighbours that lie closer than it can tell.
    assert recall(exact, vectors, queries, masks()[name] if name else None) >= 0.998


@pytest.mark.parametrize("name", [None, *masks()])
def test_quantised_tier_finds_nearly_all(
    quantised: DenseIndex, vectors: Vectors, queries: Vectors, name: str | None
) -> None:
    assert recall(quantised, vectors, queries, masks()[name] if name else None) >= 0.99


@pytest.mark.parametrize("tier", ["exact", "quantised"])
@pytest.mark.parametrize("name", list(masks()))
def test_mask_is_never_left(request: pytest.FixtureRequest, queries: Vectors, tier: str, name: str) -> None:
    index: DenseIndex = request.getfixturevalue(tier)
    mask = masks()[name]
    for k in (1, 10, 500, SIZE, 2 * SIZE):
        rows, scores = index.search(queries[0], k, mask)
        assert mask[rows].all()
        assert len(rows) == len(scores) == min(k, int(mask.sum()))
        assert (np.diff(scores) <= 1e-6).all()


def test_tiers_are_chosen_by_size(exact: DenseIndex, quantised: DenseIndex) -> None:
    assert (exact._quantised, quantised._quantised) == (False, True)
    assert exact.size == quantised.size == SIZE


@pytest.mark.parametrize("tier", ["exact", "quantised"])
def test_scores_are_inner_products(
    request: pytest.FixtureRequest, vectors: Vectors, queries: Vectors, tier: str
) -> None:
    index: DenseIndex = request.getfixturevalue(tier)
    rows, scores = index.search(queries[0], K)
    assert np.allclose(scores, vectors[rows] @ queries[0], atol=2e-3)


@pytest.mark.parametrize("tier", ["exact", "quantised"])
def test_stored_vectors_come_back(request: pytest.FixtureRequest, vectors: Vectors, tier: str) -> None:
    index: DenseIndex = request.getfixturevalue(tier)
    rows = [5, 3999, 0]
    assert np.allclose(index.vectors(rows), vectors[rows], atol=1e-3)


@pytest.mark.parametrize("tier", ["exact", "quantised"])
def test_some_rows_are_compared_in_their_order(
    request: pytest.FixtureRequest, vectors: Vectors, queries: Vectors, tier: str
) -> None:
    index: DenseIndex = request.getfixturevalue(tier)
    rows = np.array([5, 3999, 0, 17])
    assert np.allclose(index.products(queries[0], rows), vectors[rows] @ queries[0], atol=2e-3)
    assert len(index.products(queries[0], rows[:0])) == 0


def test_no_vectors_at_all(tmp_path: Path) -> None:
    write(np.empty((0, DIMENSION), dtype=np.float32), tmp_path / "empty.faiss")
    index = DenseIndex(tmp_path / "empty.faiss")
    rows, scores = index.search(np.ones(DIMENSION, dtype=np.float32), 10)
    assert (index.size, len(rows), len(scores)) == (0, 0, 0)
    assert index.products(np.ones(DIMENSION, dtype=np.float32), rows).shape == (0,)
