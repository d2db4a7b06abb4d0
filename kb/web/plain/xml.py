"""XML that cannot be broken by what people write."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from kb.web.plain.reply import Reply

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML has no way to write."""


def element(name: str, *children: Element, text: str = "", **attributes: str) -> Element:
    """One element; an underscore in an attribute's name stands for the colon of xml:lang."""
    made = Element(name, {key.replace("_", ":"): _said(value) for key, value in attributes.items() if value})
    made.text = _said(text) if text else None
    made.extend(children)
    return made


def document(root: Element, kind: str) -> Reply:
    """A whole document."""
    ElementTree.indent(root)
    return Reply(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), kind)


def _said(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
