"""Dates and numbers as each language writes them."""

from __future__ import annotations

import re
from pathlib import Path

from kb.said import said, table

WORDS = table(Path(__file__).with_name("figures.yaml"))

_WRITTEN = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_DECIMAL = re.compile(r"([-+]?\d+)[.,](\d\d?)(\s?%)?")
"""Three signs after the point may be thousands."""


def date_text(written: str, language: str) -> str:
    """`2024-05-17` or `2024-05` in words; a year alone, or what is no date, as it stands."""
    found = _WRITTEN.match(written)
    if not found or not 1 <= int(found[2]) <= 12:
        return written
    month = said(WORDS, "date.months", language).split()[int(found[2]) - 1]
    if not found[3]:
        return said(WORDS, "date.month", language, month=month, year=found[1])
    return said(WORDS, "date.day", language, day=int(found[3]), month=month, year=found[1])


def decimal_text(written: str, language: str) -> str:
    """`6.3` or `6,3 %` with the language's own sign for decimals; what is not a plain decimal number as it stands."""
    found = _DECIMAL.fullmatch(written)
    return f"{found[1]}{said(WORDS, 'number.decimals', language)}{found[2]}{found[3] or ''}" if found else written


def number_text(value: float, language: str, decimals: int = 0) -> str:
    """A number with the language's own signs for thousands and decimals."""
    thousands, decimal = (said(WORDS, f"number.{sign}", language) for sign in ("thousands", "decimals"))
    signs = str.maketrans({",": thousands, ".": decimal})
    return f"{value:,.{decimals}f}".translate(signs)
