"""How long the plain page of a practice takes to make, beside the feed, the site map and the list of all.

Run: python -m benchmarks.plain_pages [--sizes 1000]
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from benchmarks.measure import Measurement, Row, Scale, alone, in_turns, scaled
from benchmarks.prepared import indexed
from kb.web.base import open_site
from kb.web.plain import crawl, feed, pages
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.reader import Reader

PAGES = 200
"""Practices whose pages are made."""


def measure(scale: Scale) -> Iterator[Row]:
    for size in scale.sizes:
        site = open_site(indexed(size))
        visit = Visit(site, Reader(site.language, site.language), "https://praksis.example/", {})
        ids = [practice.id for practice in site.base.practices]
        chosen = [replace(visit, named={pages.ID: name}) for name in ids[:: max(1, len(ids) // PAGES)]]
        sizes = {"practices": size}
        of = f"{size:,} practices"
        times = [_clock(pages.practice, one) for _ in range(scale.rounds + 1) for one in chosen][len(chosen) :]
        yield MEASUREMENT.row(f"{of}: the page of a practice", "ms", scaled(times), sizes)
        whole: dict[str, Callable[[], object]] = {
            "the list of all": partial(pages.listing, visit),
            "the feed": partial(feed.feed, visit),
            "the site map": partial(crawl.sitemap, visit),
        }
        for name, seconds in in_turns(whole, scale.rounds).items():
            yield MEASUREMENT.row(f"{of}: {name}", "ms", scaled(seconds), sizes)


def _clock(handler: Callable[[Visit], Reply], visit: Visit) -> float:
    start = time.perf_counter()
    handler(visit)
    return time.perf_counter() - start


MEASUREMENT = Measurement(
    "plain_pages",
    "Plain pages",
    "Python alone, on a base that is warm: no server, no network. The first round, which fills the caches, does not "
    "count.",
    measure,
    full=Scale((1000, 10_000), 4),
    quick=Scale((1000,), 2, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
