"""What is secret: where a token comes from, and texts without what must not be read.

Every error and every line of the log passes `public` on its way out, so that nobody has to remember it.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HIDDEN = "•••"
SHORTEST = 8
"""Characters of a secret that is looked for as it stands: a shorter one would be found in ordinary words."""
FILE = "_FILE"
"""After the name of a variable: the variable names a file that holds the secret."""

_IN_ADDRESS = re.compile(r"(?<=://)[^/?#\s]*@")
_NAMED = re.compile(
    r"""(?i)(pass(?:word|wd)?|pwd|secret|token|api[-_]?key|signature)(\\?["']?\s*=\s*)("[^"]*"|'[^']*'|[^\s&;,"']+)"""
)
_HEADER = re.compile(
    r"""(?i)((?:proxy-)?authorization|private-token|cookie)(["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token)\s+)?)[^\s"',;}]+"""
)
_SHAPED = re.compile(r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{15,})")
_HOLDS_SECRET = re.compile(r"(?:TOKEN|PASSWORD|SECRET)$")
_read: set[str] = set()
"""Secrets that came from files."""


def from_environment(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The secret in a variable, or in the file that the variable of that name and `_FILE` names; empty without either.

    Raises:
        OSError: the file cannot be read.
    """
    if given := environment.get(name, ""):
        return given
    path = environment.get(f"{name}{FILE}", "")
    found = Path(path).read_text(encoding="utf-8").strip() if path else ""
    if found:
        _read.add(found)
    return found


def public(text: str) -> str:
    """Text without user names and passwords in addresses, and without tokens, passwords and what holds them."""
    text = _IN_ADDRESS.sub("", text)
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = _HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = _SHAPED.sub(HIDDEN, text)
    for known in _known():
        text = text.replace(known, HIDDEN)
    return text


def guard_logs() -> None:
    """Let every line that this process logs from now on be public, tracebacks too."""
    made = logging.getLogRecordFactory()
    if getattr(made, "is_guarded", False):
        return

    def record(*arguments: Any, **named: Any) -> logging.LogRecord:
        found = made(*arguments, **named)
        try:
            said = found.getMessage()
        except (TypeError, ValueError):
            return found
        if (told := public(said)) != said:
            found.msg, found.args = told, ()
        if found.exc_info:
            # A formatter takes the text that is there already.
            found.exc_text = public(logging.Formatter().formatException(found.exc_info))
        return found

    record.is_guarded = True  # type: ignore[attr-defined]  # ours alone
    logging.setLogRecordFactory(record)


def _known() -> list[str]:
    """Secrets as they stand, the longest first."""
    given = {value for name, value in os.environ.items() if _HOLDS_SECRET.search(name)}
    return sorted((value for value in given | _read if len(value) >= SHORTEST), key=len, reverse=True)
