"""National identity numbers of persons in Norway, Denmark and Sweden."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Part of a longer run, a version, a date range or a word: not a number of its own.
_START = r"(?<!\w)(?<!\d[.,/:+-])"
_END = r"(?!\w)(?![.,/:+-]\d)"
_ELEVEN = re.compile(rf"{_START}(?=(\d{{2}}[ .]?\d{{2}}[ .]?\d{{2}}[ .-]?\d{{3}} ?\d{{2}}){_END})")
_TEN = re.compile(rf"{_START}(?=((?:\d{{2}})?\d{{6}}[ +-]?\d{{4}}){_END})")
_ACCOUNT = re.compile(r"\d{4}[ .]\d{2}[ .]\d{5}")
_OTHER_NUMBER = re.compile(
    r"(?:isbn|issn|doi|ean|gln|cvr|kid|konto(?:nummer|nr)?|p-?(?:nr|nummer)|"
    r"org(?:anisasjons|anisations)?\.?[ -]?(?:nr|nummer)|"
    r"(?:saks?|sags|journal|diarie|faktura)(?:nr|nummer))"
    r"[^\w\n]{0,3}$",
    re.IGNORECASE,
)
LABEL = 40
"""Letters before a number that may say what it is: more than any of these names has."""

_NAMED = re.compile(r"\b(?:cpr|personnummer|personnr|fødselsnummer|identitetsnummer)", re.IGNORECASE)


def identity_numbers(line: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and country of each identity number in a line, none overlapping."""
    end, named = 0, _NAMED.search(line) is not None
    candidates = sorted({match.span(1) for pattern in (_ELEVEN, _TEN) for match in pattern.finditer(line)})
    for start, stop in candidates:
        text = line[start:stop]
        if start < end or _OTHER_NUMBER.search(line[max(0, start - LABEL) : start]) or not text.isascii():
            continue
        if country := _country(text, named=named):
            yield start, stop, country
            end = stop


def _country(text: str, *, named: bool) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) == 11:
        return "Norwegian" if _norwegian(text, digits) else ""
    if _swedish(digits):
        return "Swedish"
    return "Danish" if len(digits) == 10 and _danish(text, digits, named=named) else ""


def _norwegian(text: str, digits: str) -> bool:
    from stdnum.no import fodselsnummer

    return not _ACCOUNT.fullmatch(text) and bool(fodselsnummer.is_valid(digits))


def _danish(text: str, digits: str, *, named: bool) -> bool:
    """A date and four digits; the checksum ended in 2007, so without a hyphen more is asked."""
    from stdnum.dk import cpr

    return bool(cpr.is_valid(digits)) and ("-" in text or named or cpr.checksum(digits) == 0)


def _swedish(digits: str) -> bool:
    from stdnum.se import personnummer

    date, serial = digits[:-4], digits[-4:]
    if personnummer.is_valid(f"{date}-{serial}"):
        return True
    # Coordination numbers have 60 added to the day, and the checksum is over what is written.
    day = int(date[-2:]) - 60
    if not 1 <= day <= 31:
        return False
    from stdnum import luhn

    plain = f"{date[:-2]}{day:02}"
    return bool(luhn.is_valid(digits[-10:])) and any(
        personnummer.is_valid(f"{plain}-{serial[:3]}{check}") for check in range(10)
    )
