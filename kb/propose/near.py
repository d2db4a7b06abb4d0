"""Practices that say the same as one that is proposed, and the text that made it so."""

from __future__ import annotations

from kb.base import KnowledgeBase
from kb.practice import Practice
from kb.propose.text import Near

MOST = 3


def near(base: KnowledgeBase, practice: Practice) -> list[Near]:
    """The practices that look like `practice`, best first, itself left out; each with the card that is like it.

    Raises:
        NoIndex: nothing has been indexed yet.
    """
    told = " ".join(text for key in ("problem", "practice") for text in _texts(practice, key)) or practice.summary
    found = base.alike(practice.title, told, practice.language, limit=MOST + 1)
    others = [other for other in found if other.id != practice.id][:MOST]
    return [Near(other, other.card(base.config.language).summary) for other in others]


def _texts(practice: Practice, key: str) -> list[str]:
    return [block.text for section in practice.sections if section.key == key for block in section.blocks]
