"""Personal data that must not stand in an open repository.

A finding never repeats what it found: numbers and addresses are masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from kb.check.emails import private_emails
from kb.check.findings import Finding, found
from kb.check.identity import identity_numbers
from kb.check.phones import phone_numbers
from kb.language.identities import LONG_NUMBER, PLAIN

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'\]]+", re.IGNORECASE)
_URL_KEY = re.compile(r"\s*(?:- +)?url\s*:")


def check_persons(path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Identity numbers, private e-mail addresses and telephone numbers, line by line."""
    for number, line in enumerate(text.split("\n"), 1):
        if "@" in line:
            yield from private_emails(path, number, line)
        if not LONG_NUMBER.search(line.translate(PLAIN)) or _URL_KEY.match(line):
            continue
        plain = _URL.sub(lambda url: " " * len(url[0]), line.translate(PLAIN))
        taken = []
        for start, end, country in identity_numbers(plain):
            taken.append((start, end))
            message = f"This looks like a {country} identity number: {_mask(plain[start:end])}."
            hint = "Remove it now, and tell whoever keeps this repository: it stays in the history."
            yield found(path, "identity-number", message, hint, number, start + 1)
        for start, end in phone_numbers(plain):
            if not any(start < stop and begin < end for begin, stop in taken):
                message = f"This looks like a telephone number: {_mask(plain[start:end])}."
                hint = "Remove it; give a role's e-mail address or a web page in `contact` instead."
                yield found(path, "private-phone", message, hint, number, start + 1)


def _mask(number: str) -> str:
    """The first two digits, so that it can be found again; the rest hidden."""
    digits = 0
    masked = []
    for char in number:
        digits += char.isdigit()
        masked.append("*" if char.isdigit() and digits > 2 else char)
    return "".join(masked)
