"""How fast each runtime embeds the same passages, as ratios within one run.

Run: python -m benchmarks.encode
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from kb.config import load_config
from kb.encoder.load import load_encoder
from kb.encoder.prepare import open_model
from kb.passages import passages
from kb.repository import load

TEXTS = 64
ROUNDS = 3


def main() -> None:
    practices = load(Path(__file__).parents[1] / "practices").practices
    found = [passage.embedded for practice in practices for passage in passages(practice) if passage.kind == "text"]
    texts = [f"passage: {text}" for text in found[:: max(1, len(found) // TEXTS)][:TEXTS]]
    fast = load_encoder(load_config())
    plain = open_model("packaged")
    runs: dict[str, Callable[[], object]] = {
        "sentence-transformers, batch 32": lambda: plain.encode(texts, batch_size=32, show_progress_bar=False),
        "sentence-transformers, batch 8": lambda: plain.encode(texts, batch_size=8, show_progress_bar=False),
        f"{fast.runtime}": lambda: fast.encode(texts, "document"),
    }
    seconds = {name: timed(run) for name, run in runs.items()}
    slowest = next(iter(seconds.values()))
    for name, value in seconds.items():
        print(f"{name:34} {len(texts) / value:7.1f} passages/s   {slowest / value:5.2f} x")


def timed(run: Callable[[], object]) -> float:
    """The median of a few rounds after a warm-up, in seconds."""
    run()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        rounds.append(time.perf_counter() - start)
    return statistics.median(rounds)


if __name__ == "__main__":
    main()
