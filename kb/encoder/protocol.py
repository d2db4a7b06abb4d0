"""What every runtime offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TextKind = Literal["query", "document"]
"""Which of the model's prompts goes in front."""

Text = tuple[str, TextKind]
"""What is embedded, and as what."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Some of the texts of a stream, embedded."""

    places: list[int]
    """Where they stood in the stream, from 0."""
    vectors: Vectors
    """float32 (len(places), dimension), each row of length 1."""


Stream = Callable[[Iterable[Text]], Iterator[Lot]]
"""Embeds texts without end: see `Encoder.stream`."""


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    """The model as the configuration names it."""
    runtime: str
    """What runs it, such as `openvino` or `torch-cuda`."""
    dimension: int
    fingerprint: str
    """Equal fingerprints give interchangeable vectors."""

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embed texts.

        Returns:
            float32 array of shape (len(texts), dimension), each row of length 1.
        """
        ...

    def stream(self, texts: Iterable[Text]) -> Iterator[Lot]:
        """Embed texts as they come, in memory that does not grow with their number; lots come in any order."""
        ...
