"""Every text of the app, from one table: key → language → text.

A new language is a new entry under each key in texts.yaml; what is not translated is shown in
bokmål. Texts are plain: values are filled in as `{name}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

FALLBACK = "nb"
_TABLE = Path(__file__).with_name("texts.yaml")


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """The whole table, as it is written."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return loaded


def t(key: str, language: str, /, **values: object) -> str:
    """The text of `key` in `language`, or in bokmål, with `values` filled in."""
    texts = table()[key]
    text = texts.get(language) or texts[FALLBACK]
    return text.format(**values) if values else text


def plural(key: str, count: int, language: str, /, **values: object) -> str:
    """As `t`, by number: `key.one` or `key.other`, with the number as `{count}`."""
    return t(f"{key}.{'one' if count == 1 else 'other'}", language, count=count, **values)
