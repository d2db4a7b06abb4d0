"""Any sentence-transformers model works: here a tiny one with random weights and prompts of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

import kb
from kb.config import Config, load_config
from kb.encoder import TextKind, load_encoder
from kb.encoder.layout import known_card, prepared
from kb.encoder.prepare import open_model
from kb.errors import EncoderError
from kb.index.build import build

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

pytestmark = pytest.mark.model

TEXTS = ["Nattevaktene er slitne.", "vakt", "Faste team i hjemmetjenesten gir ro, og de ansatte blir lenger i jobben."]
KINDS: tuple[TextKind, ...] = ("query", "document")
PROMPTS = {"query": "q: ", "document": "d: "}


def configured(folder: Path, runtime: str = "auto") -> Config:
    return Config(root=folder, practices=folder, index=folder, model=str(folder), runtime=runtime)


def least_cosine(one: Vectors, other: Vectors) -> float:
    return float(np.min(np.sum(one * other, axis=1)))


def make(folder: Path, seed: int = 1) -> None:
    """A BERT of two small layers over letters and a few syllables, saved without its pooler."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyzæøå0123456789.,:"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters), "vakt", "##tene"]
    words = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    plain = folder.with_name(f"{folder.name}-bert")
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    wrapped: Any = PreTrainedTokenizerFast
    wrapped(tokenizer_object=words, **special).save_pretrained(plain)
    torch.manual_seed(seed)
    shape = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    BertModel(shape, add_pooling_layer=False).save_pretrained(plain)
    layers = [Transformer(str(plain), max_seq_length=48), Pooling(32, pooling_mode="mean")]
    SentenceTransformer(modules=layers, prompts=PROMPTS, device="cpu").save(str(folder))
    shutil.rmtree(plain)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The model, with a cache of its own for as long as the tests of this file run."""
    base = tmp_path_factory.mktemp("egen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KB_CACHE", str(base / "cache"))
        make(base / "min.modell")
        yield base / "min.modell"


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_gives_the_vectors_of_torch_with_its_own_prompts(folder: Path, kind: TextKind) -> None:
    encoder = load_encoder(configured(folder))
    assert encoder.runtime == "openvino"
    assert encoder.dimension == 32
    model = open_model(str(folder))
    expected = model.encode([PROMPTS[kind] + text for text in TEXTS], prompt="", normalize_embeddings=True)
    assert least_cosine(encoder.encode(TEXTS, kind), expected) >= 0.999
    without = model.encode(TEXTS, prompt="", normalize_embeddings=True)
    assert least_cosine(encoder.encode(TEXTS, kind), without) < 0.99


def test_a_model_that_loses_too_much_by_rounding_stays_whole(folder: Path) -> None:
    encoder = load_encoder(configured(folder), many=True)
    assert encoder.runtime == "openvino"
    assert not prepared(str(folder)).lower.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_both_runtimes_give_the_same(folder: Path, kind: TextKind) -> None:
    torch, fast = (load_encoder(configured(folder, runtime)) for runtime in ("torch", "openvino"))
    assert (torch.runtime.split("-")[0], fast.runtime) == ("torch", "openvino")
    assert torch.fingerprint == fast.fingerprint
    many = [f"{text} {number}" for number in range(7) for text in TEXTS]
    assert least_cosine(torch.encode(many, kind), fast.encode(many, kind)) >= 0.999
    assert least_cosine(torch.encode(TEXTS[:1], kind), fast.encode(TEXTS[:1], kind)) >= 0.999


def test_a_text_longer_than_the_model_reads_is_cut(folder: Path) -> None:
    torch, fast = (load_encoder(configured(folder, runtime)) for runtime in ("torch", "openvino"))
    texts = ["nattevakt " * 40, "nattevakt " * 40 + "til", "kort"]
    assert least_cosine(torch.encode(texts, "document"), fast.encode(texts, "document")) >= 0.999


def test_its_fingerprint_is_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = load_encoder(configured(folder)).fingerprint
    card = known_card(str(folder))
    assert card is not None
    assert card.fingerprint == own
    monkeypatch.delenv("KB_CACHE")
    assert load_encoder(Config(folder, folder, folder)).fingerprint != own


def test_a_model_that_changes_is_prepared_again(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "min.modell"
    shutil.copytree(folder, copy)
    first = load_encoder(configured(copy))
    before = prepared(str(copy))
    shutil.rmtree(copy)
    make(copy, seed=2)
    second = load_encoder(configured(copy))
    assert prepared(str(copy)) != before
    assert first.fingerprint == load_encoder(configured(folder)).fingerprint != second.fingerprint
    assert least_cosine(first.encode(TEXTS, "query"), second.encode(TEXTS, "query")) < 0.9


def test_a_prepared_model_is_used_without_its_source(folder: Path) -> None:
    load_encoder(configured(folder))
    layout = prepared(str(folder))
    stamp = layout.graph.stat().st_mtime_ns
    load_encoder(configured(folder))
    assert layout.graph.stat().st_mtime_ns == stamp
    assert [path.name for path in layout.folder.parent.iterdir() if path.name.startswith(".")] == []


def test_where_openvino_does_not_run_torch_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_encoder(configured(folder))

    def refuse(*_: object) -> None:
        raise RuntimeError("illegal instruction")

    monkeypatch.setattr("kb.encoder.openvino_runtime.OpenVinoEncoder._compile", refuse)
    assert load_encoder(configured(folder)).runtime.startswith("torch")
    for many in (False, True):
        with pytest.raises(EncoderError, match="does not run here: illegal instruction"):
            load_encoder(configured(folder, "openvino"), many=many)


def command(*arguments: str, cwd: Path) -> str:
    """What `kb` prints."""
    answer = subprocess.run(
        [sys.executable, "-m", "kb", *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def root(folder: Path) -> Path:
    """Three practices, and a kb.toml that names the model by its folder."""
    root = folder.with_name("installasjon")
    (root / "practices").mkdir(parents=True)
    for number, text in enumerate(TEXTS):
        (root / "practices" / f"tiltak-{number}.md").write_text(f"# Tiltak {number}\n\n{text}\n", encoding="utf-8")
    (root / "kb.toml").write_text('[encoder]\nmodel = "../min.modell"\n', encoding="utf-8")
    return root


def test_named_in_the_configuration_it_builds_and_searches(folder: Path, root: Path) -> None:
    build(load_config(root))
    base = kb.open(root)
    assert (base.status().model, base.status().keyword_only) == (str(folder), False)
    results = base.search("slitne nattevakter", limit=3)
    assert (results.mode, results.notice) == ("hybrid", "")
    assert any(hit.why.text for hit in results)


def test_it_is_measured_beside_another(folder: Path, root: Path, tmp_path: Path) -> None:
    (root / "queries.yaml").write_text(
        "- id: q1\n  text: slitne nattevakter\n  language: nb\n  type: problem\n  judgments:\n    tiltak-0: 3\n",
        encoding="utf-8",
    )
    make(tmp_path / "annen.modell", seed=2)
    run = str(tmp_path / "run.jsonl")
    for model, more in ((folder, ("--run", run)), (tmp_path / "annen.modell", ("--against", run))):
        own = ("--model", str(model), "--index", str(tmp_path / model.name / "index"))
        command("index", *own, cwd=root)
        data = json.loads(command("eval", "queries.yaml", *own, *more, "--json", cwd=root))
        assert (data["model"], data["documents"], data["overall"]["queries"]) == (str(model), 3, 1)
        assert {"text", "words"} <= data["arms"].keys()
    assert data["comparison"]["queries"] == 1
