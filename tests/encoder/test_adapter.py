"""An adapter is added to the model's weights: by files that peft reads too, and at no cost to a search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.config import Config, load_config
from kb.encoder import load_encoder
from kb.encoder.adapter import (
    OURS,
    AdapterLayout,
    adapter_of,
    merge,
    read_adapter,
    shelf,
    stamp,
    write_adapter,
)
from kb.encoder.layout import prepared
from kb.encoder.prepare import ensure_packaged, open_model
from kb.errors import ConfigError, EncoderError

LAYER = "base_model.model.encoder.layer.0.attention.self.query"
SAID = ["Nattevaktene er slitne.", "Borgerne møder færre forskellige medarbejdere."]


def write(folder: Path, *, strength: float = 0.5, width: int = 384, model: str = "packaged") -> AdapterLayout:
    """An adapter of rank 2 on one layer."""
    draws = np.random.default_rng(1)
    down = draws.normal(size=(2, width)).astype(np.float32)
    up = draws.normal(size=(384, 2)).astype(np.float32) * 0.3
    layout = AdapterLayout(folder)
    tensors = {f"{LAYER}.lora_A.weight": down, f"{LAYER}.lora_B.weight": up}
    write_adapter(layout, tensors, model=model, strength=strength)
    return layout


def test_what_is_written_is_read(tmp_path: Path) -> None:
    layout = write(tmp_path)
    adapter = read_adapter(layout.folder)
    assert (adapter.model, adapter.strength) == ("packaged", 0.5)
    down, up = adapter.parts["encoder.layer.0.attention.self.query"]
    assert (down.shape, up.shape) == ((2, 384), (384, 2))
    assert read_adapter(write(tmp_path, strength=0.25).folder).strength == 0.25


def test_another_strength_is_another_model(tmp_path: Path) -> None:
    layout = write(tmp_path)
    before = (stamp(layout.folder), prepared("packaged", layout.folder))
    write(tmp_path, strength=0.25)
    assert (stamp(layout.folder), prepared("packaged", layout.folder)) != before
    assert prepared("packaged", layout.folder) != prepared("packaged")


@pytest.mark.parametrize("spoil", ["adapter_config.json", "adapter_model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\x00" * 40])
def test_a_damaged_adapter_is_a_sentence(tmp_path: Path, spoil: str, content: bytes) -> None:
    layout = write(tmp_path)
    (layout.folder / spoil).write_bytes(content)
    with pytest.raises(EncoderError, match="cannot be read"):
        read_adapter(layout.folder)


def test_which_one_is_used(tmp_path: Path) -> None:
    config = load_config(tmp_path)
    ours = OURS if AdapterLayout(OURS).is_whole() else None
    assert adapter_of(config) == ours
    kept = shelf(config)
    mine = write(kept.adapter("mine").folder)
    assert adapter_of(config) == ours
    kept.current.write_text("mine\n", encoding="utf-8")
    assert adapter_of(config) == mine.folder
    kept.current.write_text("gone\n", encoding="utf-8")
    assert adapter_of(config) == ours
    kept.current.write_text("none\n", encoding="utf-8")
    assert adapter_of(config) is None


def test_an_adapter_for_another_model_is_not_used_by_itself(tmp_path: Path) -> None:
    kept = shelf(Config(tmp_path, tmp_path, tmp_path))
    write(kept.adapter("mine").folder, model="other")
    kept.current.write_text("mine\n", encoding="utf-8")
    assert adapter_of(load_config(tmp_path)) == (OURS if AdapterLayout(OURS).is_whole() else None)
    assert adapter_of(load_config(tmp_path, model="sentence-transformers/LaBSE")) is None


def test_kb_toml_chooses_a_folder_or_none(tmp_path: Path) -> None:
    (tmp_path / "kb.toml").write_text('[encoder]\nadapter = "taught"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="there is no adapter in"):
        adapter_of(load_config(tmp_path))
    write(tmp_path / "taught")
    assert adapter_of(load_config(tmp_path)) == tmp_path / "taught"
    (tmp_path / "kb.toml").write_text('[encoder]\nadapter = "none"\n', encoding="utf-8")
    assert adapter_of(load_config(tmp_path)) is None


@pytest.mark.model
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft's own, towards transformers
@pytest.mark.filterwarnings("ignore:Found missing adapter keys:UserWarning")  # it changes one layer alone
def test_peft_reads_it_and_gives_the_same_vectors(tmp_path: Path) -> None:
    from peft import PeftModel

    layout = write(tmp_path)
    ours = open_model("packaged", adapter=layout.folder)
    theirs = open_model("packaged")
    inner: Any = theirs[0].auto_model
    theirs[0].auto_model = PeftModel.from_pretrained(inner, str(layout.folder))
    plain = open_model("packaged").encode(SAID, normalize_embeddings=True)
    mine = ours.encode(SAID, normalize_embeddings=True)
    np.testing.assert_allclose(mine, theirs.encode(SAID, normalize_embeddings=True), atol=1e-4)
    assert np.abs(mine - plain).max() > 0.001


@pytest.mark.model
def test_the_fast_runtime_serves_it(tmp_path: Path) -> None:
    layout = write(tmp_path / "taught")
    config = Config(tmp_path, tmp_path, tmp_path, adapter=str(layout.folder))
    encoder = load_encoder(config)
    assert encoder.runtime.startswith("openvino")
    torch = open_model("packaged", adapter=layout.folder)
    expected = torch.encode(SAID, prompt="query: ", normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode(SAID, "query"), expected, atol=5e-3)
    assert encoder.fingerprint != load_encoder(Config(tmp_path, tmp_path, tmp_path, adapter="none")).fingerprint


@pytest.mark.model
def test_an_adapter_that_does_not_fit_is_a_sentence(tmp_path: Path) -> None:
    layout = write(tmp_path, width=100)
    model = open_model("packaged")
    with pytest.raises(EncoderError, match=r"for another model \(packaged\).*does not fit"):
        merge(model[0].auto_model, read_adapter(layout.folder))
    assert ensure_packaged().is_dir()
