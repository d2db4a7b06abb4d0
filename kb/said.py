"""Words that Praksis writes into files and messages: tables of key → language → text beside the code that uses them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

FALLBACK = "nb"

Table = Mapping[str, Mapping[str, str]]


@cache
def table(path: Path) -> Table:
    """A whole table: key → language → text."""
    loaded: Table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  BaseLoader makes nothing but text
    return loaded


def said(words: Table, key: str, language: str, /, **values: object) -> str:
    """The text of `key` in `language`, or in bokmål, with `values` filled in."""
    texts = words[key]
    text = texts.get(language) or texts[FALLBACK]
    return text.format(**values) if values else text
