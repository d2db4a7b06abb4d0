"""An index is made on a Dask cluster as at home, and whatever dies there takes nothing along."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from cluster_helpers import LOCAL, ROOT, Cluster, cluster

from kb.cluster.client import stream_on
from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.adapter import adapter_of
from kb.encoder.layout import ModelLayout, prepared
from kb.encoder.protocol import Text
from kb.errors import ClusterError
from kb.index.build import build
from kb.index.layout import IndexLayout
from kb.index.vectors import cached_in
from kb.index.workers import Workers

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

pytestmark = pytest.mark.model

WORDS = "natt sykefravær vikar turnus heltid hjemmetjeneste bolig barnehage skole frivillig innbygger tillit".split()
GRONG = "no/grong/grong-bygdemodre"

HERE = Config(ROOT, ROOT / "practices", ROOT / "build" / "test-index")


def texts(number: int) -> list[Text]:
    """Short texts, all different; every third is a question."""
    return [
        (f"{WORDS[row % 12]} {WORDS[row // 12 % 12]} {row}", "document" if row % 3 else "query")
        for row in range(number)
    ]


def at_home(given: list[Text]) -> Vectors:
    found = np.zeros((len(given), 384), dtype=np.float32)
    for lot in load_encoder(HERE, many=True).stream(given):
        found[lot.places] = lot.vectors
    return found


def cached(config: Config, fingerprint: str) -> dict[bytes, Vectors]:
    """Every vector in an index's cache by its key."""
    with cached_in(IndexLayout(config.index).vectors, fingerprint) as cache:
        return {key: vector for keys, block in cache.blocks() for key, vector in zip(keys.tolist(), block, strict=True)}


@pytest.fixture(scope="module")
def fingerprint() -> str:
    return load_encoder(HERE).fingerprint


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "dask") as found:
        yield found


def test_a_worker_killed_in_the_middle_loses_nothing(fingerprint: str, dask: Cluster) -> None:
    given = texts(960)
    dask.add_worker()
    dask.add_worker()
    found = np.zeros((len(given), 384), dtype=np.float32)
    came: list[int] = []
    for lot in stream_on(dask.address, HERE, fingerprint)(given):
        if not came:
            dask.kill(1)
        came += lot.places
        found[lot.places] = lot.vectors
    assert sorted(came) == list(range(len(given)))
    some = slice(None, None, 16)
    assert np.sum(at_home(given[some]) * found[some], axis=1).min() > 0.9999


def test_a_cluster_that_is_lost_keeps_what_came_back(
    small: Callable[..., Config], fingerprint: str, dask: Cluster
) -> None:
    config = small(
        model="packaged", names=(GRONG, "no/oslo/oslo-alna-bydelsmodre", "dk/gentofte/gentofte-opgaveudvalg")
    )
    dask.add_worker()
    told: list[tuple[int, int]] = []

    def tell(step: str, done: int, total: int) -> None:
        if step == "embed":
            told.append((done, total))
            if done:
                dask.kill(0)

    with pytest.raises(ClusterError, match="was lost") as caught:
        build(config, progress=tell, workers=Workers(cluster=dask.address))
    assert "kept" in caught.value.hint
    assert not (config.index / "CURRENT").exists()
    done, total = told[-1]
    assert 0 < done < total
    kept = cached(config, fingerprint)
    assert len(kept) == done
    with pytest.raises(ClusterError, match="no Dask scheduler") as caught:
        build(config, workers=Workers(cluster=dask.address))
    assert "dask scheduler" in caught.value.hint
    assert build(config).embedded == total - done
    # What came over the wire stands beside what was made here, and means the same.
    shutil.rmtree(config.index)
    build(config)
    own = cached(config, fingerprint)
    assert min(float(own[key] @ vector) for key, vector in kept.items()) > 0.9999


def test_a_worker_with_another_model_is_not_believed(fingerprint: str, dask: Cluster, tmp_path: Path) -> None:
    """Its model cache holds the same files under another fingerprint, as those of another model would be."""
    layout = prepared(HERE.model, adapter_of(HERE))
    other = ModelLayout(tmp_path / "cache" / "prepared" / layout.folder.name)
    other.folder.mkdir(parents=True)
    for path in layout.folder.iterdir():
        (other.folder / path.name).symlink_to(path)
    other.card.unlink()
    card = json.loads(layout.card.read_text(encoding="utf-8"))
    other.card.write_text(json.dumps({**card, "fingerprint": "another"}), encoding="utf-8")
    dask.add_worker(KB_CACHE=str(tmp_path / "cache"))
    with pytest.raises(ClusterError, match=r"tcp://\S+ has another model \(another\)") as caught:
        list(stream_on(dask.address, HERE, fingerprint)(texts(3)))
    assert "model cache" in caught.value.hint


def test_a_cluster_without_workers_is_told(fingerprint: str, dask: Cluster) -> None:
    with pytest.raises(ClusterError, match="has no workers") as caught:
        list(stream_on(dask.address, HERE, fingerprint, patience=1)(texts(3)))
    assert f"dask worker {dask.address}" in caught.value.hint


def test_the_commands_of_the_page_make_an_index(small: Callable[..., Config], tmp_path: Path) -> None:
    page = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    shown = [
        line[2:].split()
        for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL)
        for line in block.splitlines()
    ]
    _, scheduler, worker, index = shown
    config = small(model="packaged", names=(GRONG,))
    assert (scheduler[:2], worker[:2], index[:2]) == (["dask", "scheduler"], ["dask", "worker"], ["kb", "index"])
    with cluster(tmp_path / "dask", (*scheduler[2:], *LOCAL)) as dask:
        dask.add_worker(worker[3:])
        done = subprocess.run(
            [sys.executable, "-m", *(dask.address if part == worker[2] else part for part in index)],
            cwd=config.root,
            env={**os.environ, "COLUMNS": "100"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "Embedding passages" in done.stderr
    assert re.search(r"[1-9]\d* passages embedded", done.stdout)
    assert build(config).embedded == 0
