"""Bytes as text, whatever program saved them."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes) -> str:
    """The text: by its byte-order mark, as UTF-8 where it is that, else as Windows writes western languages."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Five of its bytes mean nothing there; latin-1 has a sign for each.
        return data.decode("cp1252", "strict") if _is_windows(data) else data.decode("latin-1")


def _is_windows(data: bytes) -> bool:
    return not any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d")
