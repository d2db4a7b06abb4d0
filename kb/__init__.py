"""Praksis: find, compare and borrow documented practices across municipalities and districts.

import kb
base = kb.open("path/to/root")          # the root holds practices/ and index/
hits = base.search("høyt sykefravær i hjemmetjenesten", limit=10, country="no")
hits[0].practice.id, hits[0].score, hits[0].passage.heading, hits[0].why
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.base import KnowledgeBase, Status
    from kb.base import open_base as open  # noqa: A004  kb.open reads as what it does
    from kb.compare.model import Comparison
    from kb.config import Config, load_config
    from kb.errors import KbError
    from kb.practice import Practice
    from kb.search.hits import FoundPassage, Hit, Results, Why
    from kb.search.wordings import Wording, Wordings

__all__ = [
    "Comparison",
    "Config",
    "FoundPassage",
    "Hit",
    "KbError",
    "KnowledgeBase",
    "Practice",
    "Results",
    "Status",
    "Why",
    "Wording",
    "Wordings",
    "load_config",
    "open",
]

_HOMES = {
    "Comparison": "kb.compare.model",
    "Config": "kb.config",
    "FoundPassage": "kb.search.hits",
    "Hit": "kb.search.hits",
    "KbError": "kb.errors",
    "KnowledgeBase": "kb.base",
    "Practice": "kb.practice",
    "Results": "kb.search.hits",
    "Status": "kb.base",
    "Why": "kb.search.hits",
    "Wording": "kb.search.wordings",
    "Wordings": "kb.search.wordings",
    "load_config": "kb.config",
    "open": "kb.base",
}


def __getattr__(name: str) -> Any:
    """Names are imported when they are used, so that `kb --help` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kb' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), "open_base" if name == "open" else name)
