"""Texts of like length side by side: a batch is padded to its longest, and padding costs as much as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from kb.encoder.protocol import Text

WINDOW = 4096
"""How many texts are held to be sorted; more would pad no less (benchmarks/encode.py)."""


FEW = 8
"""So many texts are no more than one batch: they are sooner done one by one, each on every processor."""


def lots(texts: Iterable[Text], size: int, window: int = WINDOW) -> Iterator[tuple[list[int], list[Text]]]:
    """Cut a stream into lots of like length, with their places in it; the longest of each window first."""
    numbered = enumerate(texts)
    while held := sorted(islice(numbered, window), key=lambda item: -len(item[1][0])):
        for start in range(0, len(held), size):
            lot = held[start : start + size]
            yield [place for place, _ in lot], [text for _, text in lot]
