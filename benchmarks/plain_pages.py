"""How long the plain page of a practice takes to make, beside the feed, the site map and the list of all.

Run: python -m benchmarks.plain_pages      (a few seconds; needs kb index)

Times are those of Python alone, on a base that is warm: no server, no network.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import kb
from kb.web.base import open_site
from kb.web.plain import crawl, feed, pages
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.reader import Reader

ROUNDS = 3


def main() -> None:
    site = open_site(kb.load_config())
    visit = Visit(site, Reader(site.language, site.language), "https://praksis.example/", {})
    ids = [practice.id for practice in site.base.practices]
    of_practices = [(pages.practice, replace(visit, named={pages.ID: name})) for name in ids]
    times = sorted(1000 * took(*call) for call in of_practices)
    print(f"{len(ids)} practices, in milliseconds")
    middle, slow = statistics.median(times), times[int(0.95 * len(times))]
    print(f"a practice        p50 {middle:6.1f}   p95 {slow:6.1f}   max {times[-1]:6.1f}")
    for name, handler in (("the list of all", pages.listing), ("the feed", feed.feed), ("the site map", crawl.sitemap)):
        print(f"{name:17} p50 {1000 * took(handler, visit):6.1f}")


def took(handler: Callable[[Visit], Reply], visit: Visit) -> float:
    """The median time of a handler in seconds, after a first call that fills the caches."""
    handler(visit)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        handler(visit)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
