"""Any number of texts stream past the encoder: each comes back once, as if it had come alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.protocol import Text
from kb.encoder.window import FEW, lots

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

NOWHERE = Path("/nowhere")
CONFIG = Config(NOWHERE, NOWHERE, NOWHERE, runtime="openvino", adapter="none")
SENTENCES = (
    (Path(__file__).parents[1] / "fixtures" / "practice" / "sentences.txt").read_text(encoding="utf-8").splitlines()
)
TEXTS: list[Text] = [
    (f"{row}. {' '.join(SENTENCES[row % 5 : row % 5 + 1 + row % 7])}", "document" if row % 3 else "query")
    for row in range(40)
]


def streamed(texts: list[Text], jobs: int) -> Vectors:
    found = np.zeros((len(texts), 384), dtype=np.float32)
    seen: list[int] = []
    for lot in load_encoder(CONFIG, many=True, jobs=jobs).stream(texts):
        found[lot.places] = lot.vectors
        seen += lot.places
    assert sorted(seen) == list(range(len(texts)))
    return found


@given(st.lists(st.text(max_size=30)), st.integers(1, 9), st.integers(1, 20))
def test_lots_are_of_like_length_and_leave_nothing_out(texts: list[str], size: int, window: int) -> None:
    cut = list(lots(((text, "document") for text in texts), size, window))
    assert sorted((place, text) for places, lot in cut for place, (text, _) in zip(places, lot, strict=True)) == list(
        enumerate(texts)
    )
    assert all(len(lot) <= size for _, lot in cut)
    for start in range(0, len(texts), window):
        inside = [len(texts[place]) for places, _ in cut for place in places if start <= place < start + window]
        assert inside == sorted(inside, reverse=True)


def test_no_more_than_a_window_is_taken_from_an_endless_stream() -> None:
    taken = 0

    def endless() -> Iterator[Text]:
        nonlocal taken
        for taken in count(1):  # noqa: B007  read outside
            yield "tekst", "document"

    assert len(list(islice(lots(endless(), 8, 32), 6))) == 6
    assert taken <= 64


@pytest.mark.model
def test_neither_company_nor_jobs_change_a_vector() -> None:
    alone = load_encoder(CONFIG)
    expected = np.vstack([alone.encode([text], kind) for text, kind in TEXTS])
    for texts, jobs, order in ((TEXTS, 1, 1), (TEXTS[::-1], 2, -1)):
        assert np.sum(expected * streamed(texts, jobs)[::order], axis=1).min() > 0.9999


@pytest.mark.model
def test_a_few_texts_are_the_same_one_by_one() -> None:
    alone = load_encoder(CONFIG)
    few = TEXTS[:FEW]
    lots_of_few = list(load_encoder(CONFIG).stream(few))
    assert [lot.places for lot in lots_of_few] == [[place] for place in range(FEW)]
    for lot, (text, kind) in zip(lots_of_few, few, strict=True):
        assert np.array_equal(lot.vectors, alone.encode([text], kind))
    assert sum(len(lot.places) for lot in load_encoder(CONFIG).stream(TEXTS)) == len(TEXTS)
    assert list(load_encoder(CONFIG).stream([])) == []


@pytest.mark.model
def test_a_stream_that_nobody_reads_to_its_end_leaves_the_encoder_well() -> None:
    encoder = load_encoder(CONFIG, many=True)
    stream = encoder.stream(TEXTS * 4)
    next(stream)
    del stream
    alone = load_encoder(CONFIG).encode([TEXTS[1][0]], "document")
    assert float((encoder.encode([TEXTS[1][0]] * 2, "document") @ alone.T).min()) > 0.9999
