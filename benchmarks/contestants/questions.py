"""How contestants that embed get a question's vector: sentence-transformers, with the model's prompt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def embedder(job: Path) -> Callable[[str], Any]:
    """Text to float32 (dimension,), of length 1."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(job / "model"), device="cpu")

    def embed(text: str) -> Any:
        return model.encode(text, prompt_name="query", normalize_embeddings=True, show_progress_bar=False)

    return embed
