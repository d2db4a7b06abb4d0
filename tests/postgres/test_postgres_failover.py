"""The primary dies under load, a replica takes over, and the same address goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import psycopg
import pytest

import kb
from kb.config import Address, Config
from kb.errors import IndexBusy, StoreUnavailable
from kb.index.build import build
from kb.index.choose import storage_of
from postgres.postgres_servers import Server, running, write_new

Small = Callable[..., Config]

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary, and a replica that has all that the primary acknowledges."""
    with running(Server(settings=())) as primary:
        replica = Server(settings=())
        try:
            replica.follow(primary, "replica")
            replica.start()
            with psycopg.connect(primary.url(), autocommit=True) as db:
                db.execute("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
                db.execute("SELECT pg_reload_conf()")
                while not db.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchall():
                    continue
            yield primary, replica
        finally:
            replica.remove()


@dataclass
class Load:
    """Readers and an indexer that go on until they are told to stop, and what they have been told."""

    config: Config
    base: kb.KnowledgeBase
    done: threading.Event = field(default_factory=threading.Event)
    totals: list[int] = field(default_factory=list)
    """How many practices each answer had, in order; of one reader."""
    generations: dict[str, int] = field(default_factory=dict)
    """Generations that were acknowledged, with how many practices each has."""
    vectors: list[str] = field(default_factory=list)
    """Keys of vectors that were acknowledged."""

    def read(self) -> None:
        while not self.done.is_set():
            found = self.base.search(limit=100)
            assert len({hit.practice.id for hit in found}) == found.total == sum(found.facets["language"].values())
            self.totals.append(found.total)

    def write(self) -> None:
        number = 0
        while not self.done.is_set():
            number += 1
            write_new(self.config, number)
            try:
                self._write(number)
            except (StoreUnavailable, IndexBusy):
                # Whoever writes is told that it was not done, and does it again.
                continue

    def _write(self, number: int) -> None:
        key = f"{number:064x}"
        with storage_of(self.config).writing() as writer, writer.vectors("encoder") as cache:
            cache.add([key], np.zeros((1, 1), dtype=np.float32))
            self.vectors.append(key)
        report = build(self.config)
        if report.wrote:
            self.generations[report.generation] = report.practices


def wait(condition: Callable[[], bool], work: Sequence[Future[None]]) -> None:
    """Wait for a condition, or for a reader or writer that has failed."""
    while not condition():
        for job in futures.wait(work, timeout=0.05).done:
            job.result()


def test_the_same_address_goes_on_when_the_primary_dies(pair: tuple[Server, Server], small: Small) -> None:
    primary, replica = pair
    name = primary.database().rpartition("/")[2]
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{replica.port}"
    url = f"postgresql://postgres@{hosts}/{name}?target_session_attrs=read-write"
    config = replace(small(names=FEW), store=Address(url))
    build(config)
    load = Load(config, kb.KnowledgeBase(config))
    with ThreadPoolExecutor() as pool:
        work = [pool.submit(load.read), pool.submit(load.write)]
        try:
            wait(lambda: len(load.generations) >= 2 and len(load.totals) >= 3, work)
            primary.kill()
            vectors, generations, answers = len(load.vectors), len(load.generations), len(load.totals)
            replica.promote()
            wait(
                lambda: (
                    len(load.generations) >= generations + 2
                    and len(load.vectors) >= vectors + 2
                    and len(load.totals) >= answers + 3
                ),
                work,
            )
        finally:
            load.done.set()
        for job in work:
            job.result()
    # Every answer was one whole generation's, no reader was told of anything, and none went back.
    assert load.totals == sorted(load.totals)
    assert load.totals[-1] > load.totals[0]
    # What was acknowledged is on the one that took over.
    with psycopg.connect(replica.url(name)) as db:
        kept = {key.hex() for (key,) in db.execute("SELECT key FROM praksis.vector").fetchall()}
        newest = db.execute("SELECT number FROM praksis.current").fetchall()[0][0]
    assert kept.issuperset(load.vectors)
    assert newest >= max(map(int, load.generations))
    assert load.base.search(limit=100).total >= max(load.generations.values())


def test_a_database_that_stays_away_is_told_in_time(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Server()) as server:
        config = replace(small(names=FEW), store=Address(server.database()))
        build(config)
        base = kb.KnowledgeBase(config)
        monkeypatch.setattr("kb.index.postgres.sessions.PATIENCE", 1.0)
        server.kill()
        with pytest.raises(StoreUnavailable, match=r"The database postgresql://127\S+ cannot be reached") as caught:
            base.search("bygdemødre")
        assert "KB_STORE" in caught.value.hint
