"""Several adapters in one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.config import Config
from kb.encoder.adapter import Adapter, read_adapter, shelf, write_adapter
from kb.errors import TuningError
from kb.tune.blend import blend, mean_of

LAYER = "encoder.layer.0.output.dense"
DRAWS = np.random.default_rng(7)


def adapter(rank: int = 3) -> Adapter:
    down = DRAWS.normal(size=(rank, 12)).astype(np.float32)
    up = DRAWS.normal(size=(20, rank)).astype(np.float32)
    return Adapter("packaged", 0.5, {LAYER: (down, up)})


def change(tensors: dict[str, np.ndarray]) -> np.ndarray:
    name = f"base_model.model.{LAYER}"
    return np.asarray(tensors[f"{name}.lora_B.weight"] @ tensors[f"{name}.lora_A.weight"])


def test_the_blend_adds_the_mean_of_what_each_adds() -> None:
    several = [adapter(), adapter(), adapter(rank=2)]
    expected = np.mean([up @ down for one in several for down, up in one.parts.values()], axis=0)
    np.testing.assert_allclose(change(mean_of(several, rank=8)), expected, atol=1e-4)


def test_of_a_smaller_rank_it_is_as_near_as_can_be() -> None:
    several = [adapter(), adapter()]
    whole = np.mean([up @ down for one in several for down, up in one.parts.values()], axis=0)
    values = np.linalg.svd(whole, compute_uv=False)
    missed = np.linalg.norm(change(mean_of(several, rank=2)) - whole)
    assert missed == pytest.approx(np.linalg.norm(values[2:]), rel=1e-3)


def test_what_cannot_be_blended_is_told(tmp_path: Path) -> None:
    config = Config(tmp_path, tmp_path, tmp_path)
    kept = shelf(config)
    for name, model in (("one", "packaged"), ("two", "packaged"), ("else", "other")):
        write_adapter(kept.adapter(name), mean_of([adapter()], 3), model=model, strength=1.0)
    layout = blend(config, ["one", "two"], "both", rank=4, strength=0.4)
    assert read_adapter(layout.folder).strength == pytest.approx(0.4)
    for names, said in (
        (["one", "gone"], "There is no adapter gone"),
        (["one", "else"], "different models"),
    ):
        with pytest.raises(TuningError, match=said):
            blend(config, names, "new", rank=4, strength=0.4)
    with pytest.raises(TuningError, match="both is there already"):
        blend(config, ["one"], "both", rank=4, strength=0.4)


def test_one_alone_is_the_same_at_another_strength(tmp_path: Path) -> None:
    config = Config(tmp_path, tmp_path, tmp_path)
    one = adapter()
    write_adapter(shelf(config).adapter("one"), mean_of([one], 3), model="packaged", strength=1.0)
    weaker = read_adapter(blend(config, ["one"], "weaker", rank=8, strength=0.3).folder)
    (down, up), (old_down, old_up) = weaker.parts[LAYER], one.parts[LAYER]
    assert weaker.strength == pytest.approx(0.3)
    np.testing.assert_allclose(up @ down, old_up @ old_down, atol=0.02)
