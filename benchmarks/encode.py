"""How fast passages are embedded, beside a plain sentence-transformers loop and the processor's own limit.

Run: python -m benchmarks.encode
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import ROOT, Measurement, Row, Scale, alone, in_turns, ratios
from kb.config import load_config
from kb.encoder import load_encoder
from kb.encoder.adapter import adapter_of
from kb.encoder.prepare import open_model
from kb.encoder.processor import has_bf16
from kb.passages import passages
from kb.repository import load

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS, QUICK_TEXTS = 128, 48
TOKENS_AT_ONCE = 1024
"""Rows of each product: as many as a batch of eight ordinary passages has tokens."""


def measure(scale: Scale) -> Iterator[Row]:
    config = load_config(ROOT)
    texts = sample(QUICK_TEXTS if scale.quick else TEXTS)
    ours = load_encoder(config, many=True)
    plain = open_model(config.model, adapter=adapter_of(config))
    kind, product = products(plain, texts)
    runs: dict[str, Callable[[], object]] = {
        "sentence-transformers, its defaults": lambda: plain.encode(texts, prompt_name="document"),
        f"Praksis, {ours.runtime}": lambda: list(ours.stream((text, "document") for text in texts)),
        f"the model's matrix products alone, {kind}": product,
    }
    times = in_turns(runs, scale.rounds)
    sizes = {"texts": len(texts)}
    for name, seconds in times.items():
        yield MEASUREMENT.row(name, "passages/s", [len(texts) / value for value in seconds], sizes)
    loop, own, limit = times.values()
    aim = 4 if kind == "bf16" else 2
    most = statistics.median(ratios(loop, limit))
    why = f"The products alone, with nothing before, between or after them, would be {most:.2f} times as fast."
    yield MEASUREMENT.row("Praksis to sentence-transformers", "×", ratios(loop, own), sizes, at_least=aim, why=why)
    share = ratios(limit, own)
    yield MEASUREMENT.row(f"Praksis to the {kind} products", "×", share, sizes, at_least=0.5)
    theirs = plain.encode(texts, prompt_name="document", normalize_embeddings=True)
    alike = np.sum(ours.encode(texts, "document") * theirs, axis=1).tolist()
    yield MEASUREMENT.row("vectors of both, passage by passage", "cosine", alike, sizes, at_least=0.998)


def sample(wanted: int) -> list[str]:
    """Shipped text passages, evenly chosen."""
    practices = load(ROOT / "practices").practices
    found = [passage.embedded for practice in practices for passage in passages(practice) if passage.kind == "text"]
    return found[:: max(1, len(found) // wanted)][:wanted]


def products(model: SentenceTransformer, texts: Sequence[str]) -> tuple[str, Callable[[], object]]:
    """The products of the linear layers that these texts need, without padding, and in which type.

    Attention's own products are left out: for passages of this length they are a few percent.
    """
    import torch

    tokens = sum(len(ids) for ids in model.tokenizer(list(texts))["input_ids"])
    transformer: Any = model[0]
    shape = transformer.auto_model.config
    kind = torch.bfloat16 if has_bf16() else torch.float32
    wide, narrow = shape.intermediate_size, shape.hidden_size
    sides = [(narrow, narrow)] * 4 + [(narrow, wide), (wide, narrow)]
    weights = [torch.randn(sides_, dtype=kind) for sides_ in sides]
    rows = {side: torch.randn(TOKENS_AT_ONCE, side, dtype=kind) for side in (narrow, wide)}
    times = -(-tokens // TOKENS_AT_ONCE) * shape.num_hidden_layers

    def run() -> None:
        with torch.inference_mode():
            for _ in range(times):
                for weight in weights:
                    rows[weight.shape[0]] @ weight

    return ("bf16" if kind == torch.bfloat16 else "fp32"), run


MEASUREMENT = Measurement(
    "encode",
    "Embedding passages",
    "The same shipped passages through the same weights, in turns: `SentenceTransformer.encode` with its defaults, "
    "Praksis, and nothing but the matrix products of the model's linear layers for as many tokens, in bf16 where the "
    "processor has it. Without bf16 Praksis multiplies the lower layers in 8-bit integers: the last row tells what "
    "that does to the vectors, [search-quality.md](search-quality.md) what it does to the search.",
    measure,
    full=Scale((), 5),
    quick=Scale((), 2, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
