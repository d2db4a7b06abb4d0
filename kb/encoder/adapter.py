"""An adapter: what tuning changed of a model, small enough to keep beside the practices.

To each weight W of a linear layer it adds strength · B · A, two thin matrices (LoRA, Hu et al. 2021), in the two
files that peft reads and writes. The strength is part of the adapter: scaled down, it keeps most of what was learnt
and forgets less of what the model knew (WiSE-FT, Wortsman et al. 2022). It is added to the weights once, before the
model is converted, so that a search is as quick as without.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.config import PACKAGED_MODEL, Config
from kb.errors import ConfigError, EncoderError
from kb.files import sha256, write_whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

AUTOMATIC, NO_ADAPTER = "auto", "none"
OURS = Path(__file__).parent / "adapters" / "praksis"
"""The adapter that Praksis comes with, for the packaged model."""

_PREFIX = "base_model.model."
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


@dataclass(frozen=True, slots=True)
class AdapterLayout:
    """The files of one adapter."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "adapter_config.json"

    @property
    def weights(self) -> Path:
        return self.folder / "adapter_model.safetensors"

    @property
    def card(self) -> Path:
        """What it was taught, how, and what it is good for."""
        return self.folder / "README.md"

    @property
    def record(self) -> Path:
        """The settings, the losses and the measurements, for the report."""
        return self.folder / "tuning.json"

    def is_whole(self) -> bool:
        return self.config.is_file() and self.weights.is_file()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where an installation keeps the adapters that it made."""

    folder: Path

    @property
    def current(self) -> Path:
        """Names the adapter in use."""
        return self.folder / "CURRENT"

    def adapter(self, name: str) -> AdapterLayout:
        return AdapterLayout(self.folder / name)

    def names(self) -> list[str]:
        """What is kept, in order of name."""
        if not self.folder.is_dir():
            return []
        return sorted(item.name for item in self.folder.iterdir() if AdapterLayout(item).is_whole())


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter as it is added to a model."""

    model: str
    """The model that it was made for, as kb.toml names it."""
    strength: float
    parts: Mapping[str, tuple[Matrix, Matrix]]
    """By the name of a layer: A of shape (rank, in) and B of shape (out, rank)."""


def shelf(config: Config) -> Shelf:
    """The adapters of an installation, in models/ beside its practices."""
    return Shelf(config.root / "models")


def adapter_of(config: Config) -> Path | None:
    """The folder of the adapter that an installation uses; None for the model as it is.

    `auto` is the one that `kb model use` named, else ours where the model is the packaged one.

    Raises:
        ConfigError: encoder.adapter names a folder that holds no adapter.
    """
    if config.adapter == NO_ADAPTER:
        return None
    if config.adapter != AUTOMATIC:
        folder = Path(config.adapter)
        if not AdapterLayout(folder).is_whole():
            raise ConfigError(
                f"encoder.adapter: there is no adapter in {folder}.",
                hint='kb model list shows what there is. "none" is the model as it is.',
            )
        return folder
    kept = shelf(config)
    if kept.current.is_file():
        name = kept.current.read_text(encoding="utf-8").strip()
        layout = kept.adapter(name)
        if name == NO_ADAPTER:
            return None
        if name != OURS.name and layout.is_whole() and made_for(layout)[0] == config.model:
            return layout.folder
    return OURS if config.model == PACKAGED_MODEL and AdapterLayout(OURS).is_whole() else None


def stamp(folder: Path) -> str:
    """What changes when an adapter does."""
    layout = AdapterLayout(folder)
    return sha256(layout.config.read_bytes() + layout.weights.read_bytes())[:12]


def read_adapter(folder: Path) -> Adapter:
    """Read an adapter.

    Raises:
        EncoderError: a file is missing or is not what peft writes for linear layers.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    layout = AdapterLayout(folder)
    model, strength = made_for(layout)
    try:
        tensors = load_file(layout.weights)
        names = [name.removesuffix(_DOWN) for name in tensors if name.endswith(_DOWN)]
        parts = {name.removeprefix(_PREFIX): _pair(tensors, name) for name in names}
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _unreadable(layout) from error
    return Adapter(model, strength, parts)


def made_for(layout: AdapterLayout) -> tuple[str, float]:
    """The model that an adapter is for, as kb.toml names it, and its strength.

    Raises:
        EncoderError: its settings are missing or are not what peft writes for linear layers.
    """
    try:
        settings = _settings(layout)
        return str(settings.get("base_model_name_or_path") or ""), float(settings["lora_alpha"]) / int(settings["r"])
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise _unreadable(layout) from error


def write_adapter(layout: AdapterLayout, tensors: Mapping[str, Matrix], *, model: str, strength: float) -> None:
    """Write an adapter in half precision, as peft would.

    Args:
        layout: where to.
        tensors: A and B of each layer, under peft's names.
        model: what it is made for.
        strength: how much of it is added to the weights.
    """
    import numpy as np
    from safetensors.numpy import save

    layout.folder.mkdir(parents=True, exist_ok=True)
    write_whole(layout.weights, save({name: value.astype(np.float16) for name, value in tensors.items()}))
    settings = _config(tensors, model, strength)
    write_whole(layout.config, json.dumps(settings, indent=2, sort_keys=True) + "\n")


def merge(module: Any, adapter: Adapter) -> None:
    """Add an adapter to the weights of a torch module, in place.

    Raises:
        EncoderError: the adapter is for a model of another shape.
    """
    import torch

    layers = dict(module.named_parameters())
    with torch.no_grad():
        for name, (down, up) in adapter.parts.items():
            weight = layers.get(f"{name}.weight")
            if weight is None or tuple(weight.shape) != (up.shape[0], down.shape[1]):
                raise EncoderError(
                    f"The adapter is for another model ({adapter.model or 'unknown'}): {name} does not fit.",
                    hint='Tune again, or set encoder.adapter = "none" in kb.toml.',
                )
            change = adapter.strength * torch.from_numpy(up) @ torch.from_numpy(down)
            weight.add_(change.to(weight.device, weight.dtype))


def _unreadable(layout: AdapterLayout) -> EncoderError:
    return EncoderError(f"The adapter in {layout.folder} cannot be read.", hint="Tune again, or run: kb model use none")


def _settings(layout: AdapterLayout) -> dict[str, Any]:
    settings = json.loads(layout.config.read_text(encoding="utf-8"))
    if not isinstance(settings, dict):
        raise TypeError(layout.config)
    return settings


def _pair(tensors: Mapping[str, Matrix], name: str) -> tuple[Matrix, Matrix]:
    import numpy as np

    down, up = (np.ascontiguousarray(tensors[name + end], dtype=np.float32) for end in (_DOWN, _UP))
    if down.ndim != 2 or up.ndim != 2 or down.shape[0] != up.shape[1]:
        raise ValueError(name)
    return down, up


def _config(tensors: Mapping[str, Matrix], model: str, strength: float) -> dict[str, Any]:
    downs = {name: value for name, value in tensors.items() if name.endswith(_DOWN)}
    rank = next(iter(downs.values())).shape[0]
    layers = sorted({name.removesuffix(_DOWN).rsplit(".", 1)[-1] for name in downs})
    return {
        "peft_type": "LORA",
        "task_type": "FEATURE_EXTRACTION",
        "base_model_name_or_path": model,
        "inference_mode": True,
        "r": rank,
        "lora_alpha": strength * rank,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "target_modules": layers,
    }
