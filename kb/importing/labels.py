"""Which part of the format a question, a column or a heading from elsewhere is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from kb import schema
from kb.typed import line
from kb.vocabulary import Vocabulary, plain_heading

LABELS = Path(__file__).with_name("labels.yaml")
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[a-z][.)])\s+")
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")
_MARKS = re.compile(r"[*`\\]")


def key_of(label: str, vocabulary: Vocabulary) -> str:
    """The key or section of the format, `results.expected` and `about` among them; empty where it is none of them.

    What the vocabulary and the format call it counts before what others do.
    """
    named = plain(label)
    own = vocabulary.section(named)
    if own != "other":
        return own
    return _names().get(named) or _names().get(_ASIDE.sub("", named), "")


def plain(label: str) -> str:
    """A label as it is compared: without case, numbering, emphasis and what is only punctuation."""
    flat = _MARKS.sub("", line(label)).replace("_", " ")
    return plain_heading(_NUMBERED.sub("", flat.strip(" #:*?-–\N{NO-BREAK SPACE}").casefold()))


@cache
def _names() -> Mapping[str, str]:
    told: dict[str, str] = yaml.safe_load(LABELS.read_text(encoding="utf-8"))
    own = (*(field.name for field in schema.FRONT_MATTER), *schema.SECTIONS)
    # What `results` and the like say as text is a section; the labels of others never outdo the format's own keys.
    return {plain(name): key for key, names in told.items() for name in names.split("|")} | {
        plain(key): key for key in own
    }
