"""The words of the files and memos that Praksis writes for a borrower, in the borrower's language."""

from __future__ import annotations

from pathlib import Path

from kb.said import said, table

WORDS = table(Path(__file__).with_name("words.yaml"))


def word(key: str, language: str, /, **values: str) -> str:
    """The text of `key` in `language`, or in bokmål, with `values` filled in."""
    return said(WORDS, key, language, **values)
