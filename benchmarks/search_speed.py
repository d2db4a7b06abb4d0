"""How long a search takes, beside the time it takes to embed its question.

Run: python -m benchmarks.search_speed [--practices 1000]      (half a minute; needs kb index)

The shipped practices are repeated under other ids until there are enough; their vectors come from
the index's cache. Both times are medians over the same questions, taken in turns in one run.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePosixPath

import kb
from kb.encoder import load_encoder
from kb.evaluate import read_queries
from kb.index.build import write_records
from kb.index.layout import IndexLayout
from kb.index.reader import FolderGeneration
from kb.index.store import Record
from kb.vocabulary import load_vocabulary

QUERIES = Path(__file__).parents[1] / "tests" / "relevance"
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, default=1000, help="how many there are to search")
    options = parser.parse_args()
    config = kb.load_config()
    texts = [query.text for query in read_queries(*sorted(QUERIES.glob("practices-*.yaml")))]
    encoder = load_encoder(config)
    with tempfile.TemporaryDirectory(prefix="kb-speed-") as folder:
        aside = config.aside(Path(folder))
        shutil.copy(IndexLayout(config.index).vectors, IndexLayout(aside.index).vectors)
        records = list(islice(repeated(IndexLayout(config.index)), options.practices))
        write_records(aside, records, load_vocabulary(config.practices))
        base = kb.KnowledgeBase(aside)
        embed, search = medians(
            texts, [lambda text: encoder.encode([text], "query"), lambda text: base.search(text, limit=10)]
        )
    passages = sum(len(record.passages) for record in records)
    print(f"{len(records)} practices, {passages} passages, {len(texts)} questions of both kinds, p50")
    print(f"embedding a question  {1000 * embed:6.1f} ms")
    print(f"a whole search        {1000 * search:6.1f} ms   {search / embed:.2f} times as long")


def repeated(index: IndexLayout) -> Iterator[Record]:
    """The indexed practices, again and again under other ids."""
    store = FolderGeneration(index).store
    number = 0
    while True:
        for record in store.records(store.ids):
            name = f"{record.practice.id}-{number}"
            practice = replace(record.practice, id=name, path=PurePosixPath(f"{name}.md"))
            yield Record(practice, record.passages)
        number += 1


def medians(texts: Sequence[str], functions: Sequence[Callable[[str], object]]) -> list[float]:
    """The median time of each function over all texts, in seconds; each is called in turn for each text."""
    times: list[list[float]] = [[] for _ in functions]
    for round_ in range(ROUNDS + 1):
        for text in texts:
            for function, found in zip(functions, times, strict=True):
                start = time.perf_counter()
                function(text)
                # The first round warms the caches up.
                if round_:
                    found.append(time.perf_counter() - start)
    return [statistics.median(found) for found in times]


if __name__ == "__main__":
    main()
