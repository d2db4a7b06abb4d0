"""Every text of the app: one folder a language, one file a page, `page.key: text`.

What is not translated is shown in bokmål. Texts are plain: values are filled in as `{name}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from kb import config

FALLBACK = "nb"
LANGUAGES = config.LANGUAGES
TEXTS = Path(__file__).with_name("texts")


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """The whole table: key → language → text."""
    merged: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        for file in sorted((TEXTS / language).glob("*.yaml")):
            for key, text in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
                merged.setdefault(key, {})[language] = text
    return merged


def t(key: str, language: str, /, **values: object) -> str:
    """The text of `key` in `language`, or in bokmål, with `values` filled in."""
    texts = table()[key]
    text = texts.get(language) or texts[FALLBACK]
    return text.format(**values) if values else text


def plural(key: str, count: int, language: str, /, **values: object) -> str:
    """As `t`, by number: `key.one` or `key.other`, with the number as `{count}`."""
    return t(f"{key}.{'one' if count == 1 else 'other'}", language, count=count, **values)
