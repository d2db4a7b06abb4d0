"""What in a question may point to a person: addresses and long numbers, hidden by their form alone.

Wider than what `kb check` reports, on purpose: a practice that is wrongly stopped costs its writer
time, while a number too many that is hidden in a log costs nothing. Names cannot be told by form.
"""

from __future__ import annotations

import re
import unicodedata

HIDDEN = "…"

# One character for one, so that columns stay true.
PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "‐": "-", "‑": "-", "–": "-", "−": "-"})
"""Spaces and hyphens of print as those of the keyboard: numbers are copied from pages."""

LONG_NUMBER = re.compile(r"\d(?:[ ./+()-]*\d){6,}")
"""Seven digits or more, however they are set apart: no telephone or identity number has fewer."""

_ADDRESS = re.compile(r"(?<!\S)[^\s@]*+@\S*")
_FINNISH = re.compile(r"(?<!\d)\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Ya-y](?!\w)")
_RUN = re.compile(r"\d{6,}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def mask(text: str) -> str:
    """A text on one line, with whatever looks like an address, a telephone or an identity number as `…`."""
    text = " ".join("".join(char for char in text if unicodedata.category(char) != "Cf").split())
    text = text.replace(" @ ", "@")
    for pattern in (_ADDRESS, _FINNISH, LONG_NUMBER, _RUN):
        text = _hide(pattern, text)
    return text


def _hide(pattern: re.Pattern[str], text: str) -> str:
    parts, end = [], 0
    for match in pattern.finditer(text.translate(PLAIN)):
        if not _years(match[0]):
            parts += [text[end : match.start()], HIDDEN]
            end = match.end()
    return "".join([*parts, text[end:]])


def _years(found: str) -> bool:
    """A span of years is no number of a person's."""
    return all(_YEAR.fullmatch(part) for part in re.split(r"[^\w@]+", found))
