"""The words of the files and memos that Praksis writes for a borrower, in the borrower's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

FALLBACK = "nb"
WORDS = Path(__file__).with_name("words.yaml")


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """The whole table: key → language → text."""
    loaded: dict[str, dict[str, str]] = yaml.load(WORDS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return loaded


def word(key: str, language: str, /, **values: str) -> str:
    """The text of `key` in `language`, or in bokmål, with `values` filled in."""
    texts = table()[key]
    text = texts.get(language) or texts[FALLBACK]
    return text.format(**values) if values else text
