"""An index in a folder: one file or folder for each part of a generation."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.index import dense, generations
from kb.index.generation import Generation
from kb.index.layers.write import Underlying, write_layer
from kb.index.layout import GenerationLayout, IndexLayout, Manifest, read_manifest
from kb.index.lexical import write_lexical
from kb.index.reader import open_newest, tables_of
from kb.index.sqlite import write_store
from kb.index.storage import Contents, Over
from kb.index.store import Store
from kb.index.vectors import VectorCache, cached_in
from kb.index.whole import File, known_sums, sums, whole_manifest
from kb.passages import KINDS


class FolderStorage:
    """The index in a folder."""

    def __init__(self, folder: Path) -> None:
        self._index = IndexLayout(folder)
        self._known: tuple[object, Manifest] | None = None
        """The file that a manifest was read from last, and the manifest."""

    @contextlib.contextmanager
    def writing(self) -> Iterator[FolderWriter]:
        """Be the one writer while the block runs."""
        with generations.writing(self._index):
            yield FolderWriter(self._index)

    def pointer(self) -> tuple[str, int]:
        """The current generation's name and when it became current."""
        return generations.pointer(self._index)

    def open(self, held: Generation | None = None) -> Generation:
        """The current generation, or the newest whole one."""
        return open_newest(self._index, held)

    def manifest(self, generation: str) -> Manifest:
        """A generation's manifest as it stands now."""
        layout = self._index.generation(generation)
        with contextlib.suppress(OSError):
            found = layout.manifest.stat()
            # It is never written in place: another manifest is another file.
            file = layout.folder, found.st_ino, found.st_mtime_ns, found.st_size
            if self._known is None or self._known[0] != file:
                self._known = file, read_manifest(layout)
            return self._known[1]
        return read_manifest(layout)

    def lend_vectors(self, folder: Path) -> None:
        """Begin another index, in a folder, with the vectors made so far."""
        if self._index.vectors.is_file():
            shutil.copy(self._index.vectors, IndexLayout(folder).vectors)

    def told(self) -> str:
        """Nothing has to answer."""
        return "in a folder"

    def size(self) -> int:
        """Bytes in the folder."""
        return generations.size(self._index.folder)


@dataclass(frozen=True, slots=True)
class FolderWriter:
    """What the one process that writes can do in a folder."""

    index: IndexLayout

    @property
    def scratch(self) -> Path:
        """The folder itself: there must be room in it anyway."""
        return self.index.folder

    def previous(self) -> Manifest | None:
        """The current generation's manifest."""
        name = generations.current(self.index)
        return whole_manifest(self.index.generation(name)) if name else None

    def store(self, generation: Manifest) -> Store:
        """The practices of a generation."""
        return Store(tables_of(self.index.generation(generation.generation), generation))

    def under(self, generation: Manifest) -> Underlying:
        """The current generation as what a layer may be put over."""
        return Underlying(self.index.generation(generation.generation), generation)

    @contextlib.contextmanager
    def vectors(self, encoder: str) -> Iterator[VectorCache]:
        """The vectors that an encoder has made so far."""
        with generations.told(self.index.folder), cached_in(self.index.vectors, encoder) as cache:
            yield cache

    def touch(self, manifest: Manifest) -> None:
        """Write the current generation's manifest anew."""
        manifest.write(self.index.generation(manifest.generation).manifest)

    def publish(self, contents: Contents) -> Manifest:
        """Write a generation beside the others, and make it the current one."""
        name, folder = generations.new_folder(self.index)
        with generations.filling(folder):
            shared = self._put_over(folder, contents, contents.over) if contents.over else _put_down(folder, contents)
            manifest = replace(contents.manifest, generation=name, sizes=folder.sizes(), sums=sums(folder, shared))
            manifest.write(folder.manifest)
            generations.publish(self.index, name, folder)
            known = {name, contents.over.generation.generation} if contents.over else {name}
            generations.clear_old(self.index, known)
        return manifest

    def _put_over(self, folder: GenerationLayout, contents: Contents, over: Over) -> Mapping[File, str]:
        """Write a layer over the current generation; the sums of the files that both have."""
        with generations.linking(self.index):
            write_layer(folder, self.under(over.generation), contents, over.layer)
        return known_sums(self.index.generation(over.generation.generation), over.generation)


def _put_down(folder: GenerationLayout, contents: Contents) -> Mapping[File, str]:
    """Write all parts of a generation; it has no files in common with another."""
    if contents.arm is not None:
        with folder.means.open("wb") as stream:
            contents.arm.means.write(stream)
        for kind in KINDS:
            dense.write(contents.arm.vectors[kind], folder.dense(kind))
    write_store(folder.store, contents.records, contents.vocabulary)
    write_lexical(folder.lexical, contents.records, contents.vocabulary)
    return {}
