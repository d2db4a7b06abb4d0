"""Work of one search that is done side by side: FAISS, tantivy and a database let other threads run meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

THREADS = 16
"""For all searches of a process together; whoever finds them taken waits, and none of them waits for another."""

Given = ParamSpec("Given")
Item = TypeVar("Item")
Made = TypeVar("Made")


def begun(work: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Future[Made]:
    """Work that has been begun in another thread."""
    return _threads().submit(work, *given, **named)


def side_by_side(work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
    """What `work` gives for each item, in their order."""
    others = [begun(work, item) for item in items[1:]]
    return [*map(work, items[:1]), *(other.result() for other in others)]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, "search")


# A process that is forked off has none of the threads.
os.register_at_fork(after_in_child=_threads.cache_clear)
