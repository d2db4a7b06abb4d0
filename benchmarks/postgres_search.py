"""The index in PostgreSQL beside the one in a folder: to fill it, to search it, and whether the same is found.

Run: python -m benchmarks.postgres_search --store postgresql://localhost/bench [--practices 176] [--vectors 100000]
     (a minute, with a hundred thousand vectors five; needs kb index, and an empty database with pgvector)

Both are asked the same in turns in one run. Beyond the shipped practices, these are repeated under other ids. The
vectors are the shipped ones moved by noise, and tell how the graph of a large index finds.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from psycopg.sql import SQL, Identifier

import kb
from kb.base import FilterOptions
from kb.config import Address
from kb.index.build import write_records
from kb.index.choose import storage_of
from kb.index.means import unit
from kb.index.postgres.connect import Connection, connect
from kb.index.postgres.dense import PostgresDense
from kb.index.postgres.generation import look_in
from kb.index.postgres.migrations import migrate
from kb.index.postgres.packing import pack_vectors
from kb.index.postgres.schema import SETTINGS, copy, create, index, vector_table
from kb.index.postgres.sessions import Direct
from kb.index.store import Record, Store
from kb.passages import KINDS
from kb.vocabulary import load_vocabulary

Vectors = NDArray[np.float32]

QUESTIONS = 40
ROUNDS = 3
HOME = "praksis_bench"
FILTERS: tuple[FilterOptions, ...] = ({}, {"country": "se"}, {"country": "no", "has_lessons": True})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", required=True, help="an empty database with pgvector")
    parser.add_argument("--practices", type=int, default=176, help="how many there are to search")
    parser.add_argument("--vectors", type=int, default=0, help="how many vectors the graph is tried with")
    options = parser.parse_args()
    config, address = kb.load_config(store=""), Address(options.store)
    with tempfile.TemporaryDirectory(prefix="kb-postgres-") as folder:
        aside = config.aside(Path(folder))
        storage_of(config).lend_vectors(aside.index)
        records = list(islice(repeated(storage_of(config).open().store), options.practices))
        vocabulary = load_vocabulary(config.practices)
        both = {"folder": aside, "database": replace(aside, store=address)}
        for name, each in both.items():
            # The second time all vectors are kept already, as they are whenever a practice is changed.
            write_records(each, records, vocabulary)
            spent = timed(partial(write_records, each, records[:-1], vocabulary))
            print(f"{name:9} filled in {spent:6.1f} s, {storage_of(each).size() / 1e6:6.1f} MB")
        bases = [kb.KnowledgeBase(each) for each in both.values()]
        compare(bases, config)
    if options.vectors:
        with contextlib.closing(connect(address)) as connection:
            migrate(connection, address)
            graph(connection, address, config, options.vectors)


def repeated(store: Store) -> Iterator[Record]:
    """The indexed practices, again and again under other ids."""
    for number in itertools.count():
        for record in store.records(store.ids):
            name = f"{record.practice.id}-{number}"
            practice = replace(record.practice, id=name, path=PurePosixPath(f"{name}.md"))
            yield Record(practice, record.passages)


def medians(texts: Sequence[str], functions: Sequence[Callable[[str], object]]) -> list[float]:
    """The median time of each function over all texts, in seconds; each is called in turn for each text."""
    times: list[list[float]] = [[] for _ in functions]
    for round_ in range(ROUNDS + 1):
        for text in texts:
            for function, found in zip(functions, times, strict=True):
                spent = timed(partial(function, text))
                # The first round warms the caches up.
                if round_:
                    found.append(spent)
    return [statistics.median(found) for found in times]


def compare(bases: list[kb.KnowledgeBase], config: kb.config.Config) -> None:
    """Ask both the same."""
    store = storage_of(config).open().store
    rows = np.linspace(0, len(store.owners["question"]) - 1, QUESTIONS).astype(int).tolist()
    texts = [store.passage("question", row).text for row in rows]
    for filters in FILTERS:
        folder, database = medians(texts, [partial(base.search, **filters) for base in bases])
        shared = [overlap(*(base.search(text, **filters) for base in bases)) for text in texts]
        asked = ", ".join(filters) or "no filter"
        print(f"{asked:22} p50: folder {1e3 * folder:6.1f} ms, database {1e3 * database:6.1f} ms, "
              f"{database / folder:.2f} times; top 10 shared {np.mean(shared):.3f}")  # fmt: skip


def overlap(one: kb.Results, other: kb.Results) -> float:
    ids = [{hit.practice.id for hit in results} for results in (one, other)]
    return len(ids[0] & ids[1]) / max(len(ids[0]), 1)


def graph(connection: Connection, address: Address, config: kb.config.Config, size: int) -> None:
    """Vectors by a graph, next to all of them one by one."""
    shipped = storage_of(config).open().dense["text"]
    random = np.random.default_rng(11)
    centres = shipped.vectors(range(shipped.size))
    vectors = moved(centres[random.integers(len(centres), size=size)], 0.04, random)
    queries = moved(vectors[random.integers(size, size=QUESTIONS)], 0.02, random)
    connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(HOME)))
    connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(HOME)))
    look_in(connection, HOME)
    for name, value in {**SETTINGS, "jit": "off"}.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    create(connection, HOME, vectors.shape[1])
    packed = ((row, row, vec) for row, vec in enumerate(pack_vectors(vectors)))
    copied = timed(lambda: copy(connection, vector_table("text"), packed))
    sizes = dict.fromkeys(KINDS, 0) | {"text": size}
    with connection.transaction():
        indexed = timed(lambda: index(connection, sizes, 0, vectors.shape[1]))
    print(f"{size} vectors: copied in {copied:.1f} s, indexed in {indexed:.1f} s")
    dense = PostgresDense(Direct(connection, address), "text", size, whole_limit=0)
    half = vectors.astype(np.float16).astype(np.float32)
    for k in (10, 1000, 8000):
        for share in (1.0, 0.6, 0.05):
            mask = None if share == 1.0 else random.random(size) < share
            found, spent = [], []
            for query in queries:
                start = time.perf_counter()
                rows, _ = dense.search(query, k, mask)
                spent.append(time.perf_counter() - start)
                found.append(recall(half, query, rows[:10], mask))
            print(f"k={k:5} filter keeps {share:4.0%}: p50 {1e3 * float(np.median(spent)):7.1f} ms, "
                  f"recall@10 {np.mean(found):.4f}, {len(rows)} found")  # fmt: skip


def moved(vectors: Vectors, noise: float, random: np.random.Generator) -> Vectors:
    """Vectors with noise in every dimension, of length 1."""
    return unit(vectors + noise * random.normal(size=vectors.shape).astype(np.float32))


def recall(
    vectors: NDArray[np.float32], query: NDArray[np.float32], rows: NDArray[np.int64], mask: NDArray[np.bool_] | None
) -> float:
    scores = vectors @ query
    if mask is not None:
        scores[~mask] = -1
    return len(set(np.argsort(-scores)[:10].tolist()) & set(rows.tolist())) / 10


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
