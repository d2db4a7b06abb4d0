"""The index on disk, as frozen dataclasses: which file is what.

index/
  CURRENT                  the name of the generation that readers open
  writer.lock              held by the one process that may write
  vectors.sqlite           vectors by content and encoder, kept between generations
  vocabulary.json          the vocabulary as it was read last
  generations/<name>/
    manifest.json          what was indexed, by which rules, and the sums of the other files
    store.sqlite           practices, facets and passages
    text.faiss, card.faiss, question.faiss
    means.npz              language means and reference passages
    lexical/               the tantivy index
    in-use                 readers hold a shared lock on it
    seen                   the sizes and times that the files had when they were found to be whole

A generation that is a layer over an earlier one has, in place of its own store, means and dense arm:
    base/                  links to the files of the generation that was last written whole
    layer/                 store.sqlite, text.faiss, card.faiss, question.faiss: what was read since
and lexical/ begins with links to the base's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from kb.errors import IndexFault, OtherVersion
from kb.files import sha256, write_whole
from kb.passages import Kind
from kb.repository import Stamp, Unreadable

FORMAT = 5
"""Raise it when a generation on disk can no longer be read by this code."""


@dataclass(frozen=True, slots=True)
class GenerationLayout:
    """The files of one generation."""

    folder: Path

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite"

    @property
    def means(self) -> Path:
        return self.folder / "means.npz"

    @property
    def lexical(self) -> Path:
        return self.folder / "lexical"

    @property
    def in_use(self) -> Path:
        return self.folder / "in-use"

    @property
    def seen(self) -> Path:
        return self.folder / "seen"

    @property
    def base(self) -> GenerationLayout:
        """Where a layer has links to the parts of its base."""
        return GenerationLayout(self.folder / "base")

    @property
    def layer(self) -> GenerationLayout:
        return GenerationLayout(self.folder / "layer")

    def dense(self, kind: str) -> Path:
        return self.folder / f"{kind}.faiss"

    @property
    def whole(self) -> GenerationLayout:
        """Where the parts that were written whole lie: below the layer, or here where there is none."""
        return self.base if self.layer.folder.is_dir() else self

    def parts(self) -> dict[str, os.stat_result]:
        """Each part's stat; what changes while it is read (locks, the manifest) is no part."""
        others = {self.manifest.name, self.in_use.name, self.seen.name}
        paths = (path for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        names = {path.relative_to(self.folder).as_posix(): path for path in paths}
        return {name: path.stat() for name, path in names.items() if name not in others}

    def sizes(self) -> dict[str, int]:
        """Bytes of each part."""
        return {name: found.st_size for name, found in self.parts().items()}


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """The index folder."""

    folder: Path

    @property
    def current(self) -> Path:
        return self.folder / "CURRENT"

    @property
    def generations(self) -> Path:
        return self.folder / "generations"

    @property
    def vectors(self) -> Path:
        return self.folder / "vectors.sqlite"

    @property
    def vocabulary(self) -> Path:
        return self.folder / "vocabulary.json"

    @property
    def writer_lock(self) -> Path:
        return self.folder / "writer.lock"

    def generation(self, name: str) -> GenerationLayout:
        return GenerationLayout(self.generations / name)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The rules that a generation was made by; another one means that something is done again."""

    format: int
    encoder: str
    """The encoder's own fingerprint; empty where there is no model."""
    model: str
    passages: str
    language: str
    vocabulary: str

    def differences(self, other: Fingerprint) -> tuple[str, ...]:
        """Which rules differ, in words."""
        names = {
            "format": "the index format",
            "encoder": "the model",
            "model": "the model's name",
            "passages": "the passage rules",
            "language": "the language rules",
            "vocabulary": "the vocabulary",
        }
        return tuple(text for key, text in names.items() if getattr(self, key) != getattr(other, key))


class Indexed(NamedTuple):
    """One file as it was indexed; a tuple as its stamp is one."""

    id: str
    digest: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Layer:
    """What a generation has over the parts of another."""

    base: str
    """The generation that was written whole, which may be gone by now."""
    ids: tuple[str, ...]
    """The practices that were read since."""
    gone: tuple[str, ...]
    """The base's practices that no longer count: changed or removed since."""
    sizes: Mapping[Kind, int]
    """How many passages of each kind the base has."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one generation holds."""

    generation: str
    created: str
    """ISO 8601, UTC."""
    fingerprint: Fingerprint
    practices_folder: str
    files: Mapping[str, Indexed]
    """Path in the folder of practices to what was indexed."""
    unreadable: tuple[Unreadable, ...]
    passages: Mapping[Kind, int]
    """Kind to how many."""
    layer: Layer | None = None
    """None where all of it was written anew."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Part of the generation to its bytes: one that is cut short is told before it is read."""
    sums: Mapping[str, str] = field(default_factory=dict)
    """Part of the generation to the SHA-256 of what is in it."""

    def to_json(self) -> str:
        # Of the files there may be a hundred thousand: asdict copies each, and takes ten times as long.
        data = {one.name: getattr(self, one.name) for one in fields(self)}
        data["fingerprint"] = asdict(self.fingerprint)
        data["files"] = {
            name: {"id": item.id, "digest": item.digest, "stamp": item.stamp} for name, item in self.files.items()
        }
        data["unreadable"] = [{**asdict(item), "path": str(item.path)} for item in self.unreadable]
        data["layer"] = asdict(self.layer) if self.layer else None
        return json.dumps(data, ensure_ascii=False)

    def write(self, path: Path) -> None:
        write_whole(path, _sealed(self.to_json()))


def read_manifest(layout: GenerationLayout) -> Manifest:
    """Read a generation's manifest, and see that it is as it was written and that every part has its size.

    Raises:
        OtherVersion: it is of another format.
        IndexFault: the manifest or a part is missing, cut short or changed.
    """
    where = f"in {layout.folder}"
    try:
        text = layout.manifest.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(where) from error
    manifest = manifest_from_json(text, where)
    found = layout.sizes()
    damaged = [name for name, size in manifest.sizes.items() if found.get(name) != size]
    if text != _sealed(text[_HEAD:-1]):
        damaged.append(layout.manifest.name)
    if damaged:
        raise IndexFault(f"The index generation {where} is damaged: {', '.join(damaged)}.", hint=_ANEW)
    return manifest


def manifest_from_json(text: str, where: str) -> Manifest:
    """What `Manifest.to_json` gave, also where it is sealed.

    Raises:
        OtherVersion: it is of another format; `where` says which it is.
        IndexFault: it is broken.
    """
    try:
        data = json.loads(text)
        # Formats before the fourth had no seal.
        inside = data.get("manifest", data)
        if inside["fingerprint"]["format"] != FORMAT:
            raise OtherVersion(f"The index generation {where} is of another version.", hint=_ANEW)
        return _manifest(inside)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(where) from error


_ANEW = "Run kb index; it builds a new one."


def _unreadable(where: str) -> IndexFault:
    return IndexFault(f"The index generation {where} cannot be read.", hint=_ANEW)


def _sealed(text: str) -> str:
    """A manifest's text with its own sum before it, still JSON."""
    return f'{{"sha256": "{sha256(text)}", "manifest": {text}}}'


_HEAD = len(_sealed("")) - 1


def _manifest(data: dict[str, Any]) -> Manifest:
    return Manifest(
        generation=data["generation"],
        created=data["created"],
        fingerprint=Fingerprint(**data["fingerprint"]),
        practices_folder=data["practices_folder"],
        files={
            name: Indexed(item["id"], item["digest"], Stamp(*item["stamp"])) for name, item in data["files"].items()
        },
        unreadable=tuple(
            Unreadable(PurePosixPath(item["path"]), item["reason"], item["hint"], item.get("line", 0))
            for item in data["unreadable"]
        ),
        passages=data["passages"],
        layer=_layer(data["layer"]),
        sizes=data["sizes"],
        sums=data["sums"],
    )


def _layer(data: dict[str, Any] | None) -> Layer | None:
    if data is None:
        return None
    return Layer(data["base"], tuple(data["ids"]), tuple(data["gone"]), data["sizes"])
