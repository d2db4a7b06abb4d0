"""Many texts where integers are multiplied fastest: lower layers in CTranslate2, the rest in OpenVINO.

One text at a time, and a few, are OpenVINO's alone: there every product is small and nothing is gained.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from queue import SimpleQueue
from typing import Any

import numpy as np

from kb.encoder.openvino_runtime import OpenVinoEncoder
from kb.encoder.protocol import Lot, Text

AHEAD = 2
"""Batches a thread that wait for it or for the caller."""


class MixedEncoder(OpenVinoEncoder):
    """An `Encoder` over a prepared model that has its lower layers in integers."""

    runtime = "openvino, lower layers in int8"

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

    def _lot(self, places: list[int], tokens: list[list[int]]) -> Lot:
        lower, requests = self._throughput
        hidden = np.array(lower.forward_batch(tokens).last_hidden_state)
        request = requests.get()
        try:
            inputs = {"hidden": hidden, "attention_mask": self._inputs(tokens)["attention_mask"]}
            return Lot(places, request.infer(inputs)[0].copy())
        finally:
            requests.put(request)

    @cached_property
    def _throughput(self) -> Any:
        import ctranslate2

        lower = ctranslate2.Encoder(
            str(self._layout.lower), compute_type="int8_float32", inter_threads=self._jobs, intra_threads=1
        )
        upper = self._compile(self._for_many(), self._layout.upper)
        requests: SimpleQueue[Any] = SimpleQueue()
        for _ in range(self._jobs):
            requests.put(upper.create_infer_request())
        return lower, requests
