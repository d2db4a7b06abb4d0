"""An index is made on a Dask cluster as at home, and no worker that dies takes anything along."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cluster_helpers import Cluster, cluster, kill

import kb
from kb.cluster.client import stream_on
from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.layout import known_card
from kb.encoder.protocol import Text
from kb.errors import ClusterError
from kb.index.build import build
from kb.index.layout import IndexLayout
from kb.index.vectors import VectorCache
from kb.index.workers import Workers

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parents[2]
WORDS = "natt sykefravær vikar turnus heltid hjemmetjeneste bolig barnehage skole frivillig innbygger tillit".split()
NAME = "no/grong/grong-bygdemodre"


def texts(number: int) -> list[Text]:
    """Short texts, all different; every third a question."""
    return [(f"{WORDS[row % 12]} {WORDS[row // 12 % 12]} {row}", "document" if row % 3 else "query") for row in range(number)]


@pytest.fixture(scope="module")
def config() -> Config:
    return Config(ROOT, ROOT / "practices", ROOT / "build" / "test-index")


@pytest.fixture(scope="module")
def fingerprint(config: Config) -> str:
    return load_encoder(config).fingerprint


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "dask") as found:
        yield found


def test_a_worker_killed_in_the_middle_loses_nothing(config: Config, fingerprint: str, running: Cluster) -> None:
    given = texts(1200)
    first, _ = running.add_worker(), running.add_worker()
    dimension = 384
    found = np.full((len(given), dimension), np.nan, dtype=np.float32)
    came: list[int] = []
    for lot in stream_on(running.address, config, fingerprint)(given):
        if not came:
            kill(first)
        came += lot.places
        found[lot.places] = lot.vectors
    assert sorted(came) == list(range(len(given))), "each once"
    encoder = load_encoder(config, many=True)
    some = slice(0, None, 20)
    for kind in ("document", "query"):
        rows = [row for row in range(len(given))[some] if given[row][1] == kind]
        own = encoder.encode([given[row][0] for row in rows], kind)
        assert np.sum(own * found[rows], axis=1).min() > 0.9999
