"""What every runtime offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TextKind = Literal["query", "document"]
"""Which of the model's prompts goes in front."""

Progress = Callable[[int], None]
"""Called with the number of texts just embedded."""


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    """The model as the configuration names it."""
    runtime: str
    """What runs it, such as `openvino` or `torch-cuda`."""
    dimension: int
    fingerprint: str
    """Equal fingerprints give interchangeable vectors."""

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        """Embed texts.

        Returns:
            float32 array of shape (len(texts), dimension), each row of length 1.
        """
        ...
