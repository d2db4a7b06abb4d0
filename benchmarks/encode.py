"""How fast each runtime embeds the same passages, as ratios within one run.

Each round runs every way once, so that a busy machine slows all of them.

Run: python -m benchmarks.encode [TEXTS] [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from kb.config import load_config
from kb.encoder.adapter import adapter_of
from kb.encoder.load import load_encoder, processors
from kb.encoder.prepare import open_model
from kb.encoder.protocol import Encoder
from kb.passages import passages
from kb.repository import load

TEXTS = 64
ROUNDS = 3


def main(number: int = TEXTS, rounds: int = ROUNDS) -> None:
    practices = load(Path(__file__).parents[1] / "practices").practices
    found = [passage.embedded for practice in practices for passage in passages(practice) if passage.kind == "text"]
    texts = found[:: max(1, len(found) // number)][:number]
    config = load_config()
    plain = open_model("packaged", adapter=adapter_of(config))
    jobs = sorted({1, processors()})
    fast = {count: load_encoder(config, many=True, jobs=count) for count in jobs}
    ways: dict[str, Callable[[], object]] = {
        "sentence-transformers, its defaults": lambda: plain.encode(texts, prompt_name="document"),
        "sentence-transformers, batch 8": lambda: plain.encode(texts, prompt_name="document", batch_size=8),
        **{f"{encoder.runtime}, --jobs {count}": stream(encoder, texts) for count, encoder in fast.items()},
    }
    seconds = timed(ways, rounds)
    slowest = next(iter(seconds.values()))
    for name, values in seconds.items():
        ratios = sorted(one / other for one, other in zip(slowest, values, strict=True))
        speed = len(texts) / statistics.median(values)
        spread = f"{ratios[0]:.2f}–{ratios[-1]:.2f}"
        print(f"{name:38} {speed:7.1f} passages/s   {statistics.median(ratios):5.2f} x   ({spread})")


def stream(encoder: Encoder, texts: list[str]) -> Callable[[], object]:
    return lambda: [lot.places for lot in encoder.stream((text, "document") for text in texts)]


def timed(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """The seconds of each round after a warm-up."""
    for run in ways.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return seconds


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
