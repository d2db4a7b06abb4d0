"""Praksis itself, on the index that the job names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import kb


def build(job: Path, texts: list[str]) -> Callable[[str, int], list[str]]:
    del texts
    practices, index = (job / "praksis.txt").read_text(encoding="utf-8").splitlines()
    base = kb.open(practices=practices, index=index)
    base.search("klar", limit=1)

    def search(question: str, limit: int) -> list[str]:
        del limit
        return [hit.practice.id for hit in base.search(question, limit=10)]

    return search
