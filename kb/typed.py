"""What people type in forms, as text that can break neither YAML nor Markdown.

Lists and paragraphs stay what they look like; every other sign of Markdown is shown as it was typed.
"""

from __future__ import annotations

import re
import unicodedata

from kb.language import hidden

_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_SIGNS = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
"""Signs that mean something inside a line; an underscore inside a word does not."""
_BULLET = re.compile(r"[-*+•–]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
_RULE = re.compile(r"[-=|:\s]+")
"""A line of these alone is a rule, an underline of a heading, or the second row of a table."""
_START = re.compile(r"[#>+~]|-(?=\s|$)|(?P<digits>\d{1,9})(?=[.)](?:\s|$))")
"""What means something at the start of a line."""
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "đ": "d"})
"""Letters that are not a letter with an accent."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[«»\"”]?[A-ZÆØÅÄÖ])")


def clean(text: str) -> str:
    """Text with plain line breaks, and without signs that no file of text should hold."""
    plain = hidden.without(_BREAKS.sub("\n", text).replace("\t", " "), "widthless", "turning")
    return "".join(char for char in plain if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"}).strip()


def line(text: str) -> str:
    """Text on one line."""
    return " ".join(clean(text).split())


def inline(text: str) -> str:
    """Text on one line as Markdown that shows it, also in the cell of a table."""
    return _start(line(text)).replace("|", "\\|")


def prose(text: str) -> str:
    """Paragraphs and lists as Markdown that shows what was typed."""
    lines: list[str] = []
    in_list = False
    for raw in clean(text).split("\n"):
        typed = raw.strip()
        item = _item(typed)
        # A list begins after a blank line, and so does what comes after it.
        if typed and lines and bool(item) != in_list:
            lines.append("")
        lines.append(item or _start(typed))
        in_list = bool(item) if typed else in_list
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def slug(text: str) -> str:
    """Text as a part of an id or of a place's key: small letters a–z as places.yaml spells them, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", line(text).lower().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", "".join(char for char in plain if not unicodedata.combining(char))).strip("-")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [part for part in _SENTENCE.split(line(text)) if part]


def beginning(text: str, length: int) -> str:
    """The first whole sentences that fit, or the first words where the first sentence is too long."""
    typed = (raw.strip() for raw in clean(text).split("\n"))
    told = ((raw, _BULLET.sub("", raw)) for raw in typed if not _RULE.fullmatch(raw))
    flat = line(" ".join(ended(text) if text != raw else raw for raw, text in told))
    if len(flat) <= length:
        return flat
    kept = ""
    for sentence in sentences(flat):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > length:
            break
        kept = longer
    return kept or clipped(flat, length)


def ended(text: str) -> str:
    """A sentence with a full stop, where it has no other end."""
    return f"{text}." if text and text[-1] not in ".!?:…" else text


def clipped(text: str, length: int) -> str:
    """The beginning of a text, cut between words."""
    flat = line(text)
    if len(flat) <= length:
        return flat
    return flat[: length - 2].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def _item(typed: str) -> str:
    """A line as an item of a list; empty where it is none."""
    if _RULE.fullmatch(typed):
        return ""
    if found := _BULLET.match(typed):
        return f"- {_start(typed[found.end() :])}"
    if found := _NUMBER.match(typed):
        return f"{found[1]}. {_start(typed[found.end() :])}"
    return ""


def _start(typed: str) -> str:
    """A line whose beginning means nothing to Markdown."""
    text = _SIGNS.sub(r"\\\g<0>", typed)
    if not text or text.startswith("\\"):
        return text
    if _RULE.fullmatch(text):
        return f"\\{text}"
    if found := _START.match(text):
        at = len(found["digits"] or "")
        return f"{text[:at]}\\{text[at:]}"
    return text
