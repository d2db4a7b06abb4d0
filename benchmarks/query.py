"""How long a question takes from its words to its hits, beside the time it takes to embed it.

Run: python -m benchmarks.query [--sizes 1000]
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

import kb
from benchmarks.measure import ROOT, Measurement, Row, Scale, alone, ratios, scaled
from benchmarks.prepared import indexed
from kb.base import FilterOptions
from kb.encoder import load_encoder
from kb.encoder.protocol import Encoder
from kb.evaluate import read_queries
from kb.index.choose import storage_of
from kb.index.generation import Generation
from kb.search.arms import by_words
from kb.search.question import Question

QUESTIONS, QUICK_QUESTIONS = 60, 15
MILLION = 100_000
"""Practices that have a million passages together."""
_EMBED, _WORDS, _WHOLE = "embedding alone", "words alone", "whole search"
AIMS = {10_000: 2.5, MILLION: 4.0}
"""By practices, how many times as long as its embedding a question should take at most."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A way of asking, with filters."""

    name: str
    filters: FilterOptions

    def of(self, base: kb.KnowledgeBase, text: str) -> object:
        return base.search(text, limit=10, **self.filters)


ASKS = (
    Ask(_WHOLE, {}),
    Ask("in Norway", {"country": "no"}),
    Ask(
        "country=no, area=helse-omsorg, status=stopped", {"country": "no", "area": "helse-omsorg", "status": "stopped"}
    ),
)


def measure(scale: Scale) -> Iterator[Row]:
    texts = questions(QUICK_QUESTIONS if scale.quick else QUESTIONS)
    for size in scale.sizes:
        base = kb.KnowledgeBase(indexed(size))
        calls: dict[str, Callable[[str], object]] = {
            _EMBED: partial(_embed, load_encoder(base.config)),
            _WORDS: partial(_words, storage_of(base.config).open()),
        }
        times = rounds_of(calls | {ask.name: partial(ask.of, base) for ask in ASKS}, texts, scale.rounds)
        status = base.status()
        sizes = {"practices": size, "passages": status.passages, "questions": len(texts)}
        yield from _rows(times, sizes)


def _embed(encoder: Encoder, text: str) -> object:
    return encoder.encode([text], "query")


def _words(generation: Generation, text: str) -> object:
    question = Question(text)
    return by_words(generation, question, question.kinds)


def _rows(times: Mapping[str, Sequence[Sequence[float]]], sizes: Mapping[str, int]) -> Iterator[Row]:
    of = f"{sizes['practices']:,} practices"
    middle = {name: [statistics.median(round_) for round_ in rounds] for name, rounds in times.items()}
    for name, rounds in times.items():
        yield MEASUREMENT.row(f"{of}: {name}", "ms", scaled(list(chain.from_iterable(rounds))), sizes)
    words = statistics.median(ratios(middle[_WORDS], middle[_EMBED]))
    why = f"Looking for words, which is done meanwhile, takes {words:.1f} times as long as embedding."
    for name in (ask.name for ask in ASKS):
        shares = ratios(middle[name], middle[_EMBED])
        aim = AIMS.get(sizes["practices"]) if name == _WHOLE else None
        yield MEASUREMENT.row(f"{of}: {name} to embedding", "×", shares, sizes, at_most=aim, why=why)


def questions(wanted: int) -> list[str]:
    """Judged questions, evenly chosen."""
    found = [query.text for query in read_queries(*sorted((ROOT / "tests" / "relevance").glob("practices-*.yaml")))]
    return found[:: max(1, len(found) // wanted)][:wanted]


def rounds_of(
    calls: Mapping[str, Callable[[str], object]], texts: Sequence[str], rounds: int
) -> dict[str, list[list[float]]]:
    """Seconds of each call for each text, by round, each in turn for each text; a first round warms up."""
    times: dict[str, list[list[float]]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        found: dict[str, list[float]] = {name: [] for name in calls}
        for text in texts:
            for name, call in calls.items():
                start = time.perf_counter()
                call(text)
                found[name].append(time.perf_counter() - start)
        if number:
            for name, seconds in found.items():
                times[name].append(seconds)
    return times


MEASUREMENT = Measurement(
    "query",
    "One question, end to end",
    "Judged questions are asked one after another in one thread, each embedded alone, looked for by its words alone "
    "and then searched for, with no filter, a broad one and a narrow one. Times are over all questions and rounds; a "
    "ratio is that of the medians of a round.",
    measure,
    full=Scale((1000, 10_000, MILLION), 3),
    quick=Scale((1000,), 3, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
