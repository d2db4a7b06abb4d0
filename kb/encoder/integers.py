"""The lower layers of a model in 8-bit integers, for a processor that multiplies those faster than any float.

Without bf16, products of integers take half the time of float32 (benchmarks/encode.py). The lower five sixths of a
BERT become a CTranslate2 model; above them everything stays as it is, in OpenVINO.

A value is rounded by the largest beside it, and a few channels are always large. So what enters a linear layer is
moved until each channel's mean is zero, and what comes after moves it back: exact but for the rounding, and free
(channel-wise shifting; Wei et al. 2023, "Outlier Suppression+", https://arxiv.org/abs/2304.09145).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.encoder.graph import write_graph

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Floats = NDArray[np.float32]

LOWER = (5, 6)
"""The share of the layers that is in integers: with all of them nDCG@10 fell by .007, with these by .002."""


def has_lower(encoder: SentenceTransformer) -> bool:
    """Whether the model is a plain BERT, which is what is known here; others stay whole."""
    shape: Any = getattr(getattr(encoder[0], "auto_model", None), "config", None)
    if shape is None or shape.model_type != "bert" or shape.is_decoder or shape.hidden_act != "gelu":
        return False
    return getattr(shape, "position_embedding_type", "absolute") == "absolute" and _lower(shape) > 0


def write_lower(encoder: SentenceTransformer, sentences: Sequence[str], prompt: str, folder: Path) -> None:
    """Write embeddings and lower layers for CTranslate2; the sentences tell the means of what enters each layer."""
    from ctranslate2.specs import ModelSpec, TransformerEncoderModelSpec, TransformerEncoderSpec
    from ctranslate2.specs.common_spec import Activation

    bert: Any = encoder[0].auto_model
    shape = bert.config
    layers = bert.encoder.layer[: _lower(shape)]
    means = _means(encoder, layers, sentences, prompt)
    spec = TransformerEncoderSpec(
        len(layers), shape.num_attention_heads, pre_norm=False, activation=Activation.GELU, layernorm_embedding=True
    )
    spec.scale_embeddings = False
    table = bert.embeddings
    spec.embeddings[0].weight = _floats(table.word_embeddings.weight)
    # All that is read here is of the first kind, so that one is no choice but a part of the place.
    spec.position_encodings.encodings = _floats(
        table.position_embeddings.weight + table.token_type_embeddings.weight[0]
    )
    norm = spec.layernorm_embedding
    _norm(norm, table.LayerNorm)
    for layer, made in zip(layers, spec.layer, strict=True):
        norm = _layer(layer, made, norm, means)
    whole = TransformerEncoderModelSpec(spec)
    whole.config.layer_norm_epsilon = shape.layer_norm_eps
    # Tokens are given by their numbers; their names would take most of the time that loading takes.
    whole.register_vocabulary([whole.config.unk_token])
    ModelSpec.validate(whole)
    whole.optimize(quantization="int8")
    folder.mkdir()
    whole.save(str(folder))


def write_upper(encoder: SentenceTransformer, path: Path) -> None:
    """Write the layers above those for OpenVINO, with pooling and normalisation: hidden states in, unit vectors out."""
    import torch

    bert: Any = encoder[0].auto_model
    layers = bert.encoder.layer[_lower(bert.config) :]
    after = list(encoder)[1:]

    class Upper(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers, self.after = layers, torch.nn.ModuleList(after)

        def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            absent = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
            for layer in self.layers:
                hidden = layer(hidden, absent)
            features: dict[str, Any] = {"token_embeddings": hidden, "attention_mask": attention_mask}
            for module in self.after:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    write_graph(Upper(), {"hidden": torch.zeros(2, 3, bert.config.hidden_size), "attention_mask": mask}, path)


def _lower(shape: Any) -> int:
    share, of = LOWER
    layers: int = shape.num_hidden_layers
    return layers * share // of


def _layer(layer: Any, made: Any, before: Any, means: Mapping[Any, Floats]) -> Any:
    """Write one layer, all that enters its products moved by its mean, and give its last norm."""
    attention, own = layer.attention, layer.attention.self
    entering, context = means[own.value], means[attention.output.dense]
    before.beta -= entering
    parts = [(_floats(part.weight), _floats(part.bias)) for part in (own.query, own.key, own.value)]
    weight, bias = (np.concatenate(sides) for sides in zip(*parts, strict=True))
    # Attention adds up to one: what is taken from every value is missing from every context, once.
    bias = bias + weight @ entering - np.concatenate([np.zeros_like(bias[: -len(context)]), context])
    made.self_attention.linear[0].weight, made.self_attention.linear[0].bias = weight, bias
    # What goes past the products, to be added to what they give, was moved too.
    _linear(made.self_attention.linear[1], attention.output.dense, context, entering)
    _norm(made.self_attention.layer_norm, attention.output.LayerNorm)
    between = means[layer.intermediate.dense]
    made.self_attention.layer_norm.beta -= between
    _linear(made.ffn.linear_0, layer.intermediate.dense, between)
    _linear(made.ffn.linear_1, layer.output.dense, past=between)
    _norm(made.ffn.layer_norm, layer.output.LayerNorm)
    return made.ffn.layer_norm


def _linear(made: Any, linear: Any, moved: Floats | None = None, past: Floats | None = None) -> None:
    """Write a linear layer whose input was moved by `moved`, and to whose output something moved by `past` is added."""
    made.weight, made.bias = _floats(linear.weight), _floats(linear.bias)
    if moved is not None:
        made.bias += made.weight @ moved
    if past is not None:
        made.bias += past


def _norm(made: Any, norm: Any) -> None:
    made.gamma, made.beta = _floats(norm.weight), _floats(norm.bias)


def _means(encoder: SentenceTransformer, layers: Any, sentences: Sequence[str], prompt: str) -> dict[Any, Floats]:
    """The mean of each channel that enters each linear layer, over all tokens of the sentences."""
    import torch

    entered: dict[Any, list[torch.Tensor]] = {}

    def note(module: Any, inputs: tuple[torch.Tensor, ...]) -> None:
        entered.setdefault(module, []).append(inputs[0].detach().flatten(0, -2))

    linear = [module for module in layers.modules() if isinstance(module, torch.nn.Linear)]
    hooks = [module.register_forward_pre_hook(note) for module in linear]
    try:
        # One by one, so that nothing is padded.
        encoder.encode(list(sentences), prompt=prompt, batch_size=1)
    finally:
        for hook in hooks:
            hook.remove()
    return {module: _floats(torch.cat(seen).mean(0)) for module, seen in entered.items()}


def _floats(tensor: torch.Tensor) -> Floats:
    floats: Floats = tensor.detach().float().cpu().numpy().copy()
    return floats
