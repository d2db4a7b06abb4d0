"""The loop: low-rank matrices beside every linear layer, taught with the pairs; the model itself is left alone.

peft holds the matrices and sentence-transformers the loss. The loop itself is here rather than in their trainer,
which would bring datasets and pyarrow along and draws batches without knowing which subjects may stand together.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.encoder.prepare import open_model, quieten
from kb.encoder.processor import has_bf16
from kb.errors import EncoderError, TuningError
from kb.files import sha256, write_whole
from kb.tune.pairs import Batch, Recipe, batches
from kb.tune.subjects import Subject

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

    from kb.encoder.adapter import Matrix

SAVE_EVERY = 20
MICRO = 8
"""Texts of like length that are embedded at once: padding costs more than small batches."""
WARM_UP = 0.1


@dataclass(frozen=True, slots=True)
class Taught:
    """What a training gave."""

    tensors: dict[str, Matrix]
    """A and B of each layer, under the names of peft's files."""
    losses: tuple[float, ...]
    """One a step."""
    pairs: dict[str, int] = field(default_factory=dict)
    """How many pairs there were, by the languages of question and answer: `nb-sv`."""


def train(
    model: str,
    subjects: Sequence[Subject],
    recipe: Recipe,
    *,
    checkpoint: Path,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Taught:
    """Teach a model the subjects; begins where an earlier run with the same recipe and texts was broken off.

    Args:
        model: `packaged`, a folder or a hub name.
        subjects: what to learn.
        recipe: how.
        checkpoint: a file to begin again from; it is removed at the end.
        tell: is called with the steps that are done and how many there are.

    Raises:
        EncoderError: the model cannot be loaded, or peft is not installed.
        TuningError: the loss is no number any more.
    """
    import torch

    quieten()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(recipe.seed)
    encoder = open_model(model, device)
    layers = _with_adapter(encoder, recipe)
    optimiser = torch.optim.AdamW(layers.values(), lr=recipe.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, recipe.steps))
    loss_of = _loss(encoder, recipe)
    key = sha256(repr((model, asdict(recipe), subjects)))
    losses = _resume(checkpoint, key, layers, optimiser, schedule)
    pairs: dict[str, int] = {}
    for step, batch in enumerate(batches(subjects, recipe)):
        for pair in batch.pairs:
            name = f"{pair.language}-{pair.answer_language}"
            pairs[name] = pairs.get(name, 0) + 1
        if step < len(losses):
            continue
        loss = loss_of(batch, device)
        if not torch.isfinite(loss):
            raise TuningError(f"The loss is no number at step {step}.", hint="Tune with a smaller --rate.")
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(layers.values(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if (step + 1) % SAVE_EVERY == 0:
            _save(checkpoint, key, layers, optimiser, schedule, losses)
        tell(step + 1, recipe.steps)
    checkpoint.unlink(missing_ok=True)
    tensors = {name: value.detach().float().cpu().numpy() for name, value in layers.items()}
    return Taught(tensors, tuple(losses), dict(sorted(pairs.items())))


def _with_adapter(encoder: SentenceTransformer, recipe: Recipe) -> dict[str, torch.nn.Parameter]:
    """Put the matrices in place; returns them by the names of peft's files. Nothing else is trained."""
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError as error:
        raise EncoderError(
            "peft, which tuning needs, is not installed.", hint='Run: pip install "praksis[tune]"'
        ) from error
    inner: Any = encoder[0].auto_model
    for parameter in inner.parameters():
        parameter.requires_grad_(False)
    config = LoraConfig(r=recipe.rank, lora_alpha=recipe.rank, target_modules="all-linear", lora_dropout=0.0)
    # The pooler is no part of a sentence's vector.
    config.exclude_modules = r".*pooler.*"
    inject_adapter_in_model(config, inner)
    # Without dropout: the same batches then give the same adapter, also when a run is taken up again.
    encoder.eval()
    named = inner.named_parameters()
    return {
        f"base_model.model.{name.replace('.default.', '.')}": parameter for name, parameter in named if ".lora_" in name
    }


def _loss(encoder: SentenceTransformer, recipe: Recipe) -> Callable[[Batch, str], torch.Tensor]:
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    ranking = MultipleNegativesRankingLoss(
        encoder,
        scale=1 / recipe.temperature,
        directions=("query_to_doc", "doc_to_query"),
        partition_mode="per_direction",
    )
    prompts = {key: value or "" for key, value in (encoder.prompts or {}).items()}
    before = {"query": prompts.get("query", ""), "document": prompts.get("document", prompts.get("passage", ""))}

    def loss(batch: Batch, device: str) -> torch.Tensor:
        asked = [before["query"] + pair.asked for pair in batch.pairs]
        answers = [before[batch.kind] + pair.answer for pair in batch.pairs]
        with torch.autocast(device, torch.bfloat16, enabled=_has_bf16(device)):
            vectors = _embed(encoder, [*asked, *answers], recipe.max_tokens, device).float()
        labels = torch.arange(len(asked), device=device)
        return ranking.compute_loss_from_embeddings([vectors[: len(asked)], vectors[len(asked) :]], labels)

    return loss


def _embed(encoder: SentenceTransformer, texts: Sequence[str], longest: int, device: str) -> torch.Tensor:
    """Vectors with their gradients: float (len(texts), dimension)."""
    import torch

    tokens = encoder.tokenizer(list(texts), truncation=True, max_length=longest)["input_ids"]
    order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
    size = MICRO if device == "cpu" else len(texts)
    parts = []
    for start in range(0, len(order), size):
        rows = [tokens[row] for row in order[start : start + size]]
        features: dict[str, Any] = dict(encoder.tokenizer.pad({"input_ids": rows}, return_tensors="pt").to(device))
        parts.append(encoder(features)["sentence_embedding"])
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back.to(device)]


def _has_bf16(device: str) -> bool:
    """Whether half precision is quicker here; a processor without instructions for it is slower with it."""
    import torch

    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return has_bf16()


def _rate(step: int, steps: int) -> float:
    """The share of the highest learning rate at a step: up over the first tenth, then down in a line."""
    rising = max(1, int(steps * WARM_UP))
    return (step + 1) / rising if step < rising else max(0.0, (steps - step) / max(1, steps - rising))


def _save(
    checkpoint: Path,
    key: str,
    layers: dict[str, torch.nn.Parameter],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    losses: list[float],
) -> None:
    import torch

    state = {
        "key": key,
        "layers": {name: value.detach() for name, value in layers.items()},
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
        "losses": losses,
    }
    memory = io.BytesIO()
    torch.save(state, memory)
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    write_whole(checkpoint, memory.getvalue())


def _resume(
    checkpoint: Path,
    key: str,
    layers: dict[str, torch.nn.Parameter],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> list[float]:
    """Take up an earlier run's state; returns its losses, none where there is nothing to take up."""
    import torch

    if not checkpoint.is_file():
        return []
    try:
        state = torch.load(checkpoint, weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError):
        return []
    if state.get("key") != key:
        return []
    with torch.no_grad():
        for name, value in layers.items():
            value.copy_(state["layers"][name])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return list(state["losses"])
