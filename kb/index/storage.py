"""Where generations are kept: what is asked of a folder or a database that an index lies in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kb.index.generation import Generation
from kb.index.layers.plan import Under
from kb.index.layout import Layer, Manifest
from kb.index.store import Record, Store
from kb.vocabulary import Vocabulary

if TYPE_CHECKING:
    from kb.index.embed import DenseArm
    from kb.index.vectors import VectorCache


@dataclass(frozen=True, slots=True)
class Over:
    """The current generation, and what a layer over it adds and takes away."""

    generation: Manifest
    layer: Layer


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a generation is made of."""

    records: Sequence[Record]
    """Those of the layer alone, where it is one."""
    vocabulary: Vocabulary
    arm: DenseArm | None
    """None without a model."""
    manifest: Manifest
    """Its name, and the sizes and sums of its parts, are given by the writer."""
    over: Over | None = None
    """None where all of it is written anew."""


class Writer(Protocol):
    """What the one process that writes can do."""

    @property
    def scratch(self) -> Path | None:
        """Where files lie that nobody needs afterwards; None for where this machine has them."""
        ...

    def previous(self) -> Manifest | None:
        """The current generation's manifest; None where there is none.

        Raises:
            IndexFault: it is damaged, or another version of Praksis made it.
        """
        ...

    def store(self, generation: Manifest) -> Store:
        """The practices of a generation.

        Raises:
            IndexFault: it is damaged.
        """
        ...

    def under(self, generation: Manifest) -> Under | None:
        """The current generation as what a layer may be put over; None where each is written whole."""
        ...

    def vectors(self, encoder: str) -> AbstractContextManager[VectorCache]:
        """The vectors that an encoder has made so far; the block may say that they are damaged.

        Raises:
            DamagedCache: they are, and were thrown away.
        """
        ...

    def touch(self, manifest: Manifest) -> None:
        """Write the current generation's manifest anew, where nothing else has changed."""
        ...

    def publish(self, contents: Contents) -> Manifest:
        """Write a generation, make it the current one, and remove those that nobody can need."""
        ...


class Storage(Protocol):
    """An index, with one writer and many readers."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Be the one writer while the block runs.

        Raises:
            IndexBusy: another process is writing.
        """
        ...

    def pointer(self) -> tuple[str, int]:
        """What changes when another generation becomes current; the first is empty where there is none."""
        ...

    def open(self, held: Generation | None = None) -> Generation:
        """The current generation; where it is damaged the newest whole one before it, or else what is held, saying so.

        Raises:
            NoIndex: nothing has been indexed yet.
            IndexFault: none can be read, and none is held.
        """
        ...

    def manifest(self, generation: str) -> Manifest:
        """A generation's manifest as it stands now.

        Raises:
            IndexFault: it cannot be read.
        """
        ...

    def lend_vectors(self, folder: Path) -> None:
        """Begin another index, in a folder, with the vectors made so far."""
        ...

    def told(self) -> str:
        """What stores it, and whether it answers, in a few words.

        Raises:
            IndexFault: it does not, or this version of Praksis cannot read it.
        """
        ...

    def size(self) -> int:
        """Bytes that the index takes, generations and vectors together."""
        ...
