"""Make any sentence-transformers model ready for the fast runtime, once.

The graph is converted with pooling and normalisation inside, checked against torch on a few
sentences, and put in place whole. This is the one step that imports torch.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.config import PACKAGED_MODEL
from kb.encoder import packaged
from kb.encoder.adapter import merge, read_adapter
from kb.encoder.graph import write_graph
from kb.encoder.integers import has_lower, write_lower, write_upper
from kb.encoder.layout import ModelCard, ModelLayout, packaged_folder, prepared
from kb.encoder.processor import prefers_integers
from kb.errors import EncoderError, ModelUnavailable
from kb.files import sync_tree
from kb.locks import exclusive

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from kb.encoder.protocol import Vectors

log = logging.getLogger(__name__)

AGREEMENT = 0.999
"""The least cosine between the fast runtime and torch on the same sentence."""

ROUNDED = 0.997
"""The same where the lower layers are in integers."""

CHECK_SENTENCES = (
    "Nattevaktene er slitne, og vi finner ingen vikarer.",
    "Kommunen tok i bruk faste team i heimetenesta.",
    "Borgerne møder færre forskellige medarbejdere.",
    "Medarbetarna fick kortare arbetsdag med full lön.",
    "What went wrong when the district copied the model?",
)


def ensure_packaged() -> Path:
    """The packaged model as a sentence-transformers folder, unpacked on first use."""
    folder = packaged_folder()
    if not (folder / "modules.json").is_file():
        with exclusive(folder.with_suffix(".lock")):
            if not (folder / "modules.json").is_file():
                _put_whole(folder, packaged.unpack)
    return folder


def open_model(model: str, device: str = "cpu", adapter: Path | None = None) -> SentenceTransformer:
    """A model through sentence-transformers: `packaged`, a folder, or a hub name, with an adapter merged in.

    Raises:
        ModelUnavailable: it cannot be found or loaded here.
        EncoderError: the adapter cannot be read or is for another model.
    """
    folder = str(ensure_packaged()) if model == PACKAGED_MODEL else model
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelUnavailable(
            "sentence-transformers is not installed.", hint="Install it with pip install sentence-transformers."
        ) from error
    quieten()
    try:
        encoder = SentenceTransformer(folder, device=device)
    except Exception as error:
        # Hubs, tokenizers and weight readers fail each in their own way; all mean the same here.
        raise ModelUnavailable(
            f"The model {model} cannot be loaded: {first_line(error)}",
            hint="Check encoder.model in kb.toml: a folder, a hub name that this network reaches, or packaged.",
        ) from error
    if adapter:
        merge(encoder[0].auto_model, read_adapter(adapter))
    return encoder


def prepare(model: str, adapter: Path | None = None) -> ModelLayout:
    """Convert a model for OpenVINO, with what it was taught, unless that is done already.

    Raises:
        ModelUnavailable: the model cannot be loaded.
        EncoderError: it cannot be converted, or the converted one gives other vectors.
    """
    layout = prepared(model, adapter)
    if layout.is_ready():
        return layout
    with exclusive(layout.folder.with_suffix(".lock")):
        if not layout.is_ready():
            encoder = open_model(model, adapter=adapter)
            _put_whole(layout.folder, lambda folder: _convert(encoder, model, ModelLayout(folder)))
    return layout


def model_card(encoder: SentenceTransformer, name: str) -> ModelCard:
    """What the runtimes must know, read off the loaded model."""
    prompts = {key: value or "" for key, value in (encoder.prompts or {}).items()}
    return ModelCard(
        name=name,
        dimension=int(encoder.get_embedding_dimension() or 0),
        max_tokens=int(encoder.max_seq_length or 512),
        pad_id=int(encoder.tokenizer.pad_token_id or 0),
        query_prompt=prompts.get("query", ""),
        document_prompt=prompts.get("document", prompts.get("passage", "")),
        inputs=("input_ids", "attention_mask"),
        fingerprint=_fingerprint(encoder, prompts),
    )


def _convert(encoder: SentenceTransformer, name: str, layout: ModelLayout) -> None:
    import torch

    class Whole(torch.nn.Module):
        """Tokens in, unit vector out."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features: dict[str, Any] = {"input_ids": input_ids, "attention_mask": attention_mask}
            for module in self.encoder:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    backend = getattr(encoder.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError(f"{name} has no fast tokenizer.", hint='Set encoder.runtime = "torch" in kb.toml.')
    card = model_card(encoder, name)
    example = encoder.tokenizer(list(CHECK_SENTENCES[:2]), padding=True, return_tensors="pt")
    inputs = {key: example[key] for key in card.inputs}
    try:
        write_graph(Whole(), inputs, layout.graph)
    except Exception as error:
        # The converter raises plain RuntimeErrors for every operation that it does not know.
        raise EncoderError(
            f"{name} cannot be converted for OpenVINO: {first_line(error)}",
            hint='Set encoder.runtime = "torch" in kb.toml.',
        ) from error
    backend.no_padding()
    backend.enable_truncation(card.max_tokens)
    backend.save(str(layout.tokenizer))
    if name == PACKAGED_MODEL:
        shutil.copyfile(packaged_folder() / packaged.PIECES, layout.pieces)
    layout.write_card(card)
    _verify(encoder, layout)
    if prefers_integers() and has_lower(encoder):
        _add_lower(encoder, layout)


def _verify(encoder: SentenceTransformer, layout: ModelLayout) -> None:
    from kb.encoder.openvino_runtime import OpenVinoEncoder

    card = layout.read_card()
    least = _agreement(encoder, card, OpenVinoEncoder(layout).encode(CHECK_SENTENCES, "document"))
    if least < AGREEMENT:
        raise EncoderError(
            f"{card.name} gives other vectors in OpenVINO than in torch (cosine {least:.4f}).",
            hint='Set encoder.runtime = "torch" in kb.toml.',
        )


def _add_lower(encoder: SentenceTransformer, layout: ModelLayout) -> None:
    """Write the lower layers in integers too, unless they give other vectors or cannot be: then it goes without."""
    from kb.encoder.mixed_runtime import MixedEncoder

    card = layout.read_card()
    # Twice, so that they are more than a few, and embedded as many are.
    texts = CHECK_SENTENCES * 2
    try:
        write_lower(encoder, CHECK_SENTENCES, card.document_prompt, layout.lower)
        write_upper(encoder, layout.upper)
        least = _agreement(encoder, card, MixedEncoder(layout).encode(texts, "document")[: len(CHECK_SENTENCES)])
    except Exception as error:  # noqa: BLE001  two converters fail each in their own way at what they do not know
        log.info("%s stays whole: %s", card.name, first_line(error))
        least = 0.0
    if least < ROUNDED:
        shutil.rmtree(layout.lower, ignore_errors=True)


def _agreement(encoder: SentenceTransformer, card: ModelCard, ours: Vectors) -> float:
    """The least cosine between what torch and a runtime make of the same sentence."""
    import numpy as np

    theirs = encoder.encode(
        list(CHECK_SENTENCES), prompt=card.document_prompt, normalize_embeddings=True, convert_to_numpy=True
    )
    return float(np.min(np.sum(ours * theirs, axis=1)))


def _fingerprint(encoder: SentenceTransformer, prompts: dict[str, str]) -> str:
    digest = hashlib.sha256(repr((sorted(prompts.items()), encoder.max_seq_length)).encode())
    for name, tensor in sorted(encoder.state_dict().items()):
        # Where a file has no such layer, transformers makes one up at random; sentence-transformers pools by itself.
        if ".pooler." in name:
            continue
        digest.update(name.encode())
        digest.update(tensor.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()[:24]


def first_line(error: Exception) -> str:
    """What a library says, without the story behind it; some say nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _put_whole(folder: Path, make: Any) -> None:
    """Let `make` fill a temporary folder, then put it in place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        make(temporary)
        sync_tree(temporary)
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def quieten() -> None:
    """Loading bars and reports of a library are noise in a terminal that shows its own progress."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    from transformers.utils import logging as loud

    transformers_logging: Any = loud
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
