"""Lower layers in 8-bit integers: the same vectors but for the rounding, whatever stands beside a text."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.integers import has_lower, write_lower, write_upper
from kb.encoder.layout import ModelLayout
from kb.encoder.mixed_runtime import MixedEncoder
from kb.encoder.openvino_runtime import OpenVinoEncoder
from kb.encoder.prepare import CHECK_SENTENCES, ROUNDED, open_model, prepare
from kb.encoder.processor import prefers_integers
from kb.errors import EncoderError
from kb.passages import passages
from kb.repository import load

pytestmark = pytest.mark.model

PRACTICES = Path(__file__).parents[2] / "practices"
TEXTS = [passage.embedded for practice in load(PRACTICES).practices[::12] for passage in passages(practice)][::4]


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> ModelLayout:
    """The packaged model with its lower layers in integers, on a processor of any kind."""
    whole = prepare("packaged")
    made = ModelLayout(tmp_path_factory.mktemp("model"))
    for path in whole.folder.iterdir():
        if path != whole.lower:
            (made.folder / path.name).symlink_to(path)
    encoder = open_model("packaged")
    write_lower(encoder, CHECK_SENTENCES, made.read_card().document_prompt, made.lower)
    write_upper(encoder, made.upper)
    assert made.has_lower()
    return made


def test_passages_get_the_vectors_of_the_whole_model_but_for_the_rounding(layout: ModelLayout) -> None:
    mixed = MixedEncoder(layout, jobs=2).encode(TEXTS, "document")
    np.testing.assert_allclose(np.linalg.norm(mixed, axis=1), 1, atol=1e-5)
    whole = OpenVinoEncoder(layout, jobs=2).encode(TEXTS, "document")
    agreement = np.sum(mixed * whole, axis=1)
    assert agreement.min() > ROUNDED
    assert agreement.mean() > 0.998
    # No two passages are so alike that the rounding could take one for the other.
    assert (np.argmax(mixed @ whole.T, axis=1) == np.arange(len(TEXTS))).all()


def test_neither_company_nor_jobs_change_a_vector(layout: ModelLayout) -> None:
    one, two = (MixedEncoder(layout, jobs=jobs) for jobs in (1, 2))
    forth = one.encode(TEXTS, "document")
    back = two.encode(TEXTS[::-1], "document")[::-1]
    some = two.encode(TEXTS[5:25], "document")
    assert np.abs(forth - back).max() < 1e-5
    assert np.abs(forth[5:25] - some).max() < 1e-5


def test_a_few_texts_and_one_are_the_whole_models(layout: ModelLayout) -> None:
    mixed, whole = MixedEncoder(layout), OpenVinoEncoder(layout)
    for texts in (TEXTS[:1], TEXTS[:3]):
        assert np.array_equal(mixed.encode(texts, "query"), whole.encode(texts, "query"))


def test_texts_of_any_length_stand_together(layout: ModelLayout) -> None:
    texts = ["", "natt", "ord " * 3000, *TEXTS[:9]]
    vectors = MixedEncoder(layout, jobs=2).encode(texts, "document")
    assert np.sum(vectors * OpenVinoEncoder(layout).encode(texts, "document"), axis=1).min() > 0.99


def test_no_text_is_padded_to_more_than_the_model_reads(layout: ModelLayout, tmp_path: Path) -> None:
    short = ModelLayout(tmp_path)
    short.write_card(replace(layout.read_card(), max_tokens=50))
    encoder = MixedEncoder(short)
    assert [encoder.width(length) for length in (1, 16, 17, 48, 49, 50)] == [16, 16, 32, 48, 50, 50]
    assert list(encoder.cut([50, 49, 48, 33, 3])) == [range(2), range(2, 4), range(4, 5)]


def test_damaged_halves_are_told_with_a_hint(layout: ModelLayout, tmp_path: Path) -> None:
    shutil.copytree(layout.folder, tmp_path / "damaged", symlinks=True)
    damaged = ModelLayout(tmp_path / "damaged")
    whole = (damaged.lower / "model.bin").read_bytes()
    (damaged.lower / "model.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EncoderError, match="cannot be read") as caught:
        MixedEncoder(damaged).encode(TEXTS, "document")
    assert "index again" in caught.value.hint


def test_an_installation_takes_integers_where_they_are_fastest_unless_told_otherwise() -> None:
    nowhere = Path("/nowhere")
    auto, told = (
        load_encoder(Config(nowhere, nowhere, nowhere, runtime=runtime, adapter="none"), many=True).runtime
        for runtime in ("auto", "openvino")
    )
    assert told == "openvino"
    assert auto == (MixedEncoder.runtime if prefers_integers() else "openvino")


def test_a_model_that_is_no_plain_bert_stays_whole() -> None:
    encoder = open_model("packaged")
    assert has_lower(encoder)
    bert: Any = encoder[0].auto_model
    bert.config.hidden_act = "relu"
    assert not has_lower(encoder)
