"""Many texts where integers are multiplied fastest: lower layers in CTranslate2, the rest in OpenVINO.

One text at a time, and a few, are OpenVINO's alone: there every product is small and nothing is gained.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from itertools import groupby
from queue import SimpleQueue
from typing import Any

import numpy as np

from kb.encoder.openvino_runtime import BATCH, OpenVinoEncoder
from kb.encoder.protocol import Lot, Text
from kb.errors import EncoderError

INTEGERS = "int8_float32"
"""CTranslate2's name for products in integers and all else in float32."""

STEP = 16
"""Texts are padded to a multiple of so many tokens, and only those of one width share a batch.

Of another width, sums are taken in another order; what differs in the last digit now and then rounds to another
integer, and so a text would get another vector in other company.
"""

AHEAD = 2
"""Batches a thread that wait for it or for the caller."""


class MixedEncoder(OpenVinoEncoder):
    """An `Encoder` over a prepared model that has its lower layers in integers."""

    runtime = "openvino, lower layers in int8"
    lot = 512

    def many(self, texts: Iterable[Text]) -> Iterator[Lot]:
        """Embed texts, a batch a thread at once."""
        threads = max(1, self._jobs // self._callers)
        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[Future[Lot]] = deque()
            for places, tokens in self._batches(texts):
                waiting.append(pool.submit(self._lot, places, tokens))
                if len(waiting) > AHEAD * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def cut(self, lengths: Sequence[int]) -> Iterator[range]:
        """Batches of one width each."""
        start = 0
        for _, group in groupby(map(self.width, lengths)):
            end = start + sum(1 for _ in group)
            yield from (range(at, min(at + BATCH, end)) for at in range(start, end, BATCH))
            start = end

    def width(self, length: int) -> int:
        """How many tokens a text of this length is padded to; beyond what the model reads there is no place for any."""
        return min(-(-length // STEP) * STEP, self._card.max_tokens)

    def _lot(self, places: list[int], tokens: list[list[int]]) -> Lot:
        from ctranslate2 import StorageView

        lower, requests = self._throughput
        inputs = self._inputs(tokens, self.width(len(tokens[0])))
        ids, mask = inputs["input_ids"].astype(np.int32), inputs["attention_mask"]
        lengths = mask.sum(axis=1, dtype=np.int32)
        found = lower.forward_batch(StorageView.from_array(ids), StorageView.from_array(lengths))
        request = requests.get()
        try:
            hidden = np.array(found.last_hidden_state)
            return Lot(places, request.infer({"hidden": hidden, "attention_mask": mask})[0].copy())
        finally:
            requests.put(request)

    @cached_property
    def _throughput(self) -> Any:
        import ctranslate2

        folder = self._layout.lower
        try:
            lower = ctranslate2.Encoder(str(folder), compute_type=INTEGERS, inter_threads=self._jobs, intra_threads=1)
            upper = self._compile(self._for_many(), self._layout.upper)
        except RuntimeError as error:
            why, hint = f"The prepared model in {folder} cannot be read.", "Delete the folder above it and index again."
            raise EncoderError(why, hint=hint) from error
        requests: SimpleQueue[Any] = SimpleQueue()
        for _ in range(self._jobs):
            requests.put(upper.create_infer_request())
        return lower, requests
