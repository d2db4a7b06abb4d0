"""Several adapters in one, the mean of what each adds to the weights; or one at another strength.

What chance gave one seed and not the other cancels out, and what both learnt stays (model soups, Wortsman et al.
2022b). The mean of matrices of rank r has rank 2r; the nearest of the rank wanted is taken (Eckart–Young).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kb.config import Config
from kb.encoder.adapter import Adapter, AdapterLayout, read_adapter, shelf, write_adapter
from kb.errors import TuningError
from kb.tune.run import read_record, write_record

if TYPE_CHECKING:
    from kb.encoder.adapter import Matrix


def blend(config: Config, names: Sequence[str], name: str, *, rank: int, strength: float) -> AdapterLayout:
    """Make an adapter that is the mean of others, or of one alone.

    Raises:
        TuningError: one is not there, the name is taken, or they are for different models.
    """
    kept = shelf(config)
    unknown = [item for item in names if not kept.adapter(item).is_whole()]
    if unknown:
        raise TuningError(f"There is no adapter {unknown[0]}.", hint="kb model list shows what there is.")
    if kept.adapter(name).is_whole():
        raise TuningError(f"{name} is there already.", hint=f"Give another --name, or run: kb model remove {name}")
    adapters = [read_adapter(kept.adapter(item).folder) for item in names]
    if len({adapter.model for adapter in adapters}) > 1 or len({frozenset(one.parts) for one in adapters}) > 1:
        raise TuningError("The adapters are for different models.", hint="Blend those of one model.")
    layout = kept.adapter(name)
    write_adapter(layout, mean_of(adapters, rank), model=adapters[0].model, strength=strength)
    write_record(layout, {"name": name, "blend": {item: read_record(kept.adapter(item)) for item in names}})
    return layout


def mean_of(adapters: Sequence[Adapter], rank: int) -> dict[str, Matrix]:
    """A and B of each layer, under peft's names, of the mean of several adapters at full strength."""
    found: dict[str, Matrix] = {}
    for layer in adapters[0].parts:
        pairs = [adapter.parts[layer] for adapter in adapters]
        down, up = _nearest(
            np.concatenate([one for one, _ in pairs]),
            np.concatenate([one for _, one in pairs], axis=1) * np.float32(1 / len(pairs)),
            rank,
        )
        found[f"base_model.model.{layer}.lora_A.weight"] = down
        found[f"base_model.model.{layer}.lora_B.weight"] = up
    return found


def _nearest(down: Matrix, up: Matrix, rank: int) -> tuple[Matrix, Matrix]:
    """The matrices of a rank whose product is nearest to up · down, without ever making the product."""
    out_basis, out_rest = np.linalg.qr(up.astype(np.float64))
    in_basis, in_rest = np.linalg.qr(down.T.astype(np.float64))
    left, values, right = np.linalg.svd(out_rest @ in_rest.T)
    size = min(rank, len(values))
    roots = np.sqrt(values[:size])
    new_up = (out_basis @ left[:, :size]) * roots
    new_down = (right[:size] * roots[:, None]) @ in_basis.T
    return new_down.astype(np.float32), new_up.astype(np.float32)
