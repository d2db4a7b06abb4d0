"""Signs that a reader does not see: of no width, turning the text around, or steering a terminal.

They make words that no search finds and keys that only look right, and can show another text than the one that
stands there (Unicode Technical Report 36; "Trojan Source", Boucher and Anderson 2021). What a script needs is let be:
joiners in emoji and in Persian or Indic words, and marks of direction on a line with Hebrew or Arabic letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["widthless", "turning", "steering"]

_JOINED = (
    "\u0590-\u061b\u061d-\u10ff\u1200-\u17ff\u1810-\u1fff\u2190-\u2bff\u3000-\u3163\u3165-\ufe0f\ufe20-\ufefe"
    "\U00010000-\U0001d172\U0001d17b-\U000dffff"
)
"""Signs after which a joiner has something to join: scripts that need it, and emoji."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u05ff\u0620-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FLAG = "\U0001f3f4[\U000e0020-\U000e007f]+"
"""Flags of regions are spelled in tags."""
_WIDTHLESS = (
    "[\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
    f"|(?<![{_JOINED}])[\u200c\u200d]"
)
_MARKS = "[\u061c\u200e\u200f]"
_ISOLATES = "[\u2066-\u2069]"
_OVERRIDES = "[\u202a-\u202e]"
_STEERING = "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]"


def _pattern(widthless: str, turning: str) -> re.Pattern[str]:
    return re.compile(f"{_FLAG}|(?P<widthless>{widthless})|(?P<turning>{turning})|(?P<steering>{_STEERING})", re.DOTALL)


_LINE = _pattern(f"{_WIDTHLESS}|{_MARKS}", f"{_ISOLATES}|{_OVERRIDES}")
_RIGHT_TO_LEFT_LINE = _pattern(_WIDTHLESS, _OVERRIDES)
_ANY = re.compile(f"{_WIDTHLESS}|{_MARKS}|{_ISOLATES}|{_OVERRIDES}|{_STEERING}")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A sign that cannot be seen, and how often it stands in a line."""

    kind: Kind
    sign: str
    start: int
    """Where it first stands, counted from 0."""
    times: int

    @property
    def name(self) -> str:
        """Its number and name, as Unicode has them."""
        name = unicodedata.name(self.sign, "control character").lower()
        return f"U+{ord(self.sign):04X}, {name}"


def any_hidden(text: str) -> bool:
    """Whether a text may have such a sign; far faster than to look at each line."""
    return _ANY.search(text) is not None


def hidden_in(line: str) -> Iterator[Hidden]:
    """The different signs in one line that cannot be seen, in the order in which they first stand there."""
    found: dict[str, tuple[Kind, int]] = {}
    times: Counter[str] = Counter()
    for match, kind in _matches(line):
        found.setdefault(match[0], (kind, match.start()))
        times[match[0]] += 1
    for sign, (kind, start) in found.items():
        yield Hidden(kind, sign, start, times[sign])


def without(text: str, *kinds: Kind) -> str:
    """A text without such signs of some kinds."""
    if not any_hidden(text):
        return text
    return "\n".join(_without(line, kinds) for line in text.split("\n"))


def printable(text: str) -> str:
    """Text on one line that cannot move a terminal's cursor or hide what it says: other signs stand as �."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "�" for char in text)


def _without(line: str, kinds: tuple[Kind, ...]) -> str:
    return _pattern_for(line).sub(lambda match: "" if match.lastgroup in kinds else match[0], line)


def _matches(line: str) -> Iterator[tuple[re.Match[str], Kind]]:
    for match in _pattern_for(line).finditer(line):
        # A flag is matched only so that its tags are passed over.
        if match["widthless"]:
            yield match, "widthless"
        elif match["turning"]:
            yield match, "turning"
        elif match["steering"]:
            yield match, "steering"


def _pattern_for(line: str) -> re.Pattern[str]:
    return _RIGHT_TO_LEFT_LINE if _RIGHT_TO_LEFT.search(line) else _LINE
