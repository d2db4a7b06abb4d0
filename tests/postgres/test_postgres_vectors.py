"""Vectors are kept in the database as they are in a folder: in order, for good, and taken over once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.config import Address, Config
from kb.errors import IndexFault
from kb.index.choose import storage_of
from kb.index.layout import IndexLayout
from kb.index.matrix import mapped
from kb.index.storage import Writer
from kb.index.vectors import KEY, DamagedCache, VectorCache, cached_in
from postgres.postgres_servers import Server

Small = Callable[..., Config]

KEYS = [f"{number:064x}" for number in (3, 1, 2)]


@pytest.fixture(params=["database", "folder"])
def config(request: pytest.FixtureRequest, server: Server, small: Small) -> Config:
    """A repository whose vectors are kept in a database, and one whose are in a folder."""
    address = Address(server.database()) if request.param == "database" else Address()
    return replace(small(names=()), store=address)


def vectors(*numbers: float) -> NDArray[np.float32]:
    return np.array([[number, -number] for number in numbers], dtype=np.float32)


def fill(cache: VectorCache) -> None:
    cache.add(KEYS, vectors(3, 1, 2))


def test_vectors_come_in_order_of_their_keys(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("kb.index.vectors", "kb.index.postgres.vectors"):
        monkeypatch.setattr(f"{module}.AT_ONCE", 2)
    with storage_of(config).writing() as writer:
        with writer.vectors("one") as cache:
            fill(cache)
        with writer.vectors("other") as cache:
            cache.add(KEYS[:1], vectors(9))
        with writer.vectors("one") as cache:
            assert cache.keys().dtype == KEY
            assert cache.keys().tolist() == [key.encode() for key in sorted(KEYS)]
            blocks = list(cache.blocks())
            assert [len(keys) for keys, _ in blocks] == [2, 1]
            assert np.vstack([block for _, block in blocks]).tolist() == vectors(1, 2, 3).tolist()
            cache.forget(cache.keys()[:2])
            assert cache.keys().tolist() == [KEYS[0].encode()]
        with writer.vectors("other") as cache:
            assert cache.keys().tolist() == [KEYS[0].encode()]


def test_some_are_mapped_and_stay_when_the_cache_is_closed(config: Config) -> None:
    with storage_of(config).writing() as writer:
        with writer.vectors("one") as cache:
            fill(cache)
            found = mapped(cache, np.array(sorted(KEYS)[1:], dtype=KEY), 2, writer.scratch)
        assert found.tolist() == vectors(2, 3).tolist()


@pytest.mark.parametrize(("asked", "dimension"), [([*KEYS, "f" * 64], 2), (KEYS, 3)], ids=["lacks one", "too short"])
def test_a_cache_that_is_not_as_it_should_be_is_begun_again(config: Config, asked: list[str], dimension: int) -> None:
    with storage_of(config).writing() as writer:
        with writer.vectors("one") as cache:
            fill(cache)
        with pytest.raises(DamagedCache):
            take(writer, asked, dimension)
        with writer.vectors("one") as cache:
            assert not len(cache.keys())


def take(writer: Writer, asked: list[str], dimension: int) -> None:
    with writer.vectors("one") as cache:
        mapped(cache, np.array(sorted(asked), dtype=KEY), dimension, writer.scratch)


def test_vectors_of_a_folder_are_taken_over_once(server: Server, small: Small) -> None:
    config = replace(small(names=()), store=Address(server.database()))
    beside = IndexLayout(config.index).vectors
    with cached_in(beside, "one") as cache:
        fill(cache)
    with storage_of(config).writing() as writer:
        with writer.vectors("one") as cache:
            assert np.vstack([block for _, block in cache.blocks()]).tolist() == vectors(1, 2, 3).tolist()
            cache.forget(cache.keys()[1:])
        with writer.vectors("one") as cache:
            assert len(cache.keys()) == 1


def test_a_folder_whose_vectors_cannot_be_read_is_as_good_as_none(server: Server, small: Small) -> None:
    config = replace(small(names=()), store=Address(server.database()))
    beside = IndexLayout(config.index).vectors
    beside.parent.mkdir(parents=True)
    beside.write_bytes(b"no database" * 1000)
    with storage_of(config).writing() as writer, writer.vectors("one") as cache:
        assert not len(cache.keys())


def test_a_folder_that_cannot_be_written_is_told(small: Small, tmp_path: Path) -> None:
    config = small(names=()).aside(tmp_path / "aside")
    with storage_of(config).writing() as writer:
        IndexLayout(config.index).vectors.mkdir()
        with pytest.raises(IndexFault, match="The index cannot be written in"), writer.vectors("one"):
            pass
