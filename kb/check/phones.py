"""Telephone numbers, told apart from money, years and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

_START = r"(?<![\w+])(?<!\d[.,/:-])(?<!\d )"
_END = r"(?!\w)(?![.,/:-]\d)(?! \d)"
_SEP = r"[ .-]"
_TWO = r"\d{2}"
_EIGHT = (
    "(?:"
    + "|".join((r"\d{8}", _SEP.join([_TWO] * 4), _SEP.join([r"\d{3}", _TWO, r"\d{3}"]), _SEP.join([r"\d{4}"] * 2)))
    + ")"
)
_WORD = (
    r"\b(?:tlf|telf|tel|telefon(?:nummer|nr|en)?|telephone|mobil(?:nummer|nr|en|telefon)?|mob|mobile|phone|"
    r"ring(?:e|er|a)?|call|sms)\b"
)
_PREFIXED = re.compile(rf"(?<![\w+])(?:\+|00)(?:47|45)[ .-]?(?P<digits>{_EIGHT}){_END}")
_ABROAD = re.compile(rf"(?<![\w+])(?:\+|00)(?:46|358|354|44|31)[ .-]?(?:\(0\))?[ .-]?\d(?:[ .-]?\d){{6,9}}{_END}")
_AFTER_WORD = re.compile(rf"{_WORD}[^\d+\n]{{0,25}}(?P<number>{_EIGHT}){_END}", re.IGNORECASE)
_NORWEGIAN_MOBILE = re.compile(rf"{_START}[49]\d{{2}} \d{{2}} \d{{3}}{_END}")
_SWEDISH_MOBILE = re.compile(rf"{_START}07\d[ -]?\d(?:[ -]?\d){{6}}{_END}")
_YEARS = re.compile(r"(?:19|20)\d{2}[ .-](?:19|20)\d{2}")
_SERVICE = re.compile(r"8[0-2]")
"""Norwegian 800, 810, 815 and 820 numbers are never a person's."""
_MONEY_AFTER = re.compile(r"\s*(?:kr|kroner|kronor|nok|dkk|sek|eur|euro|mill|mio|million|%|,-|€|\$|£)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:\bkr\.?|\bnok|\bdkk|\bsek|\beur|€|\$|£)\s*$", re.IGNORECASE)


def phone_numbers(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each telephone number in a line, none overlapping."""
    spans = [match.span() for match in _PREFIXED.finditer(line) if not _SERVICE.match(match["digits"])]
    spans += [match.span() for match in _ABROAD.finditer(line)]
    spans += [
        match.span("number")
        for match in _AFTER_WORD.finditer(line)
        if not _YEARS.fullmatch(match["number"]) and not _SERVICE.match(match["number"])
    ]
    spans += [match.span() for pattern in (_NORWEGIAN_MOBILE, _SWEDISH_MOBILE) for match in pattern.finditer(line)]
    end = 0
    for start, stop in sorted(spans):
        if start >= end and not _MONEY_AFTER.match(line, stop) and not _MONEY_BEFORE.search(line[:start]):
            yield start, stop
            end = stop
