"""How long readers wait when several ask the app at once, over HTTP.

Run: python -m benchmarks.readers [--sizes 1000]
"""

from __future__ import annotations

import http.client
import itertools
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from benchmarks.measure import Measurement, Row, Scale, alone, scaled
from benchmarks.prepared import indexed
from benchmarks.query import questions
from benchmarks.served import Served, server

AT_ONCE = (1, 2, 4, 8, 16, 32)
QUICK_AT_ONCE = (1, 8)
EACH, QUICK_EACH = 10, 5
"""Questions that each reader asks in a round, one after another."""


def measure(scale: Scale) -> Iterator[Row]:
    texts = questions(100)
    readers = QUICK_AT_ONCE if scale.quick else AT_ONCE
    each = QUICK_EACH if scale.quick else EACH
    for size in scale.sizes:
        with server(indexed(size).root) as served:
            # No question twice, so that no answer is taken from the app's cache.
            asked = (f"{text} {number}" for number in itertools.count() for text in texts)
            _round(served, [list(itertools.islice(asked, 5))])
            for count in readers:
                waits: list[float] = []
                rates: list[float] = []
                for _ in range(scale.rounds):
                    shares = [list(itertools.islice(asked, each)) for _ in range(count)]
                    start = time.perf_counter()
                    waits += _round(served, shares)
                    rates.append(count * each / (time.perf_counter() - start))
                sizes = {"practices": size, "readers": count}
                of = f"{size:,} practices, {count} at once"
                yield MEASUREMENT.row(f"{of}: wait for an answer", "ms", scaled(waits), sizes)
                yield MEASUREMENT.row(f"{of}: answers", "per s", rates, sizes)
            yield from _again(served, texts, size)
            yield MEASUREMENT.row(
                f"{size:,} practices: memory of the app", "MB", [served.memory_mb()], {"practices": size}
            )


def _again(served: Served, texts: Sequence[str], size: int) -> Iterator[Row]:
    """One reader who asks what was asked before."""
    _round(served, [texts])
    waits = _round(served, [texts])
    sizes = {"practices": size, "readers": 1}
    yield MEASUREMENT.row(f"{size:,} practices, asked before: wait for an answer", "ms", scaled(waits), sizes)


def _round(served: Served, shares: Sequence[Sequence[str]]) -> list[float]:
    """Every reader asks her questions over a connection of her own; seconds of each answer."""
    with ThreadPoolExecutor(len(shares)) as pool:
        return [wait for waits in pool.map(lambda asked: _ask(served, asked), shares) for wait in waits]


def _ask(served: Served, asked: Sequence[str]) -> list[float]:
    line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=120)
    waits = []
    try:
        for text in asked:
            where = urlsplit(served.search_url(text))
            start = time.perf_counter()
            line.request("GET", f"{where.path}?{where.query}")
            answer = line.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                raise RuntimeError(f"The app answered {answer.status} to {text}.")
            waits.append(time.perf_counter() - start)
    finally:
        line.close()
    return waits


MEASUREMENT = Measurement(
    "readers",
    "Readers at once",
    "The real app, asked over HTTP at `/api/search` by as many readers as said, each with the next question as soon as "
    "the last is answered: far busier than people are. Every question is new to the app; the last row asks what was "
    "asked before. Readers and app share the processor.",
    measure,
    full=Scale((10_000,), 2),
    quick=Scale((1000,), 1, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
