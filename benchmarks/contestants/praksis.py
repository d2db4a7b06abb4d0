"""Praksis itself: the index that the job names is made, where only vectors are in it yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import kb
from kb.index.build import build as make


def build(job: Path, texts: list[str]) -> Callable[[str, int], list[str]]:
    del texts
    practices, index = (job / "praksis.txt").read_text(encoding="utf-8").splitlines()
    config = kb.load_config(practices=practices, index=index)
    make(config)
    base = kb.KnowledgeBase(config)
    base.search("klar", limit=1)

    def search(question: str, limit: int) -> list[str]:
        del limit
        return [hit.practice.id for hit in base.search(question, limit=10)]

    return search
