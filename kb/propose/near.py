"""Practices that say the same as one that is proposed, or are related to it, and the text that made it so."""

from __future__ import annotations

from collections.abc import Iterable

from kb.base import KnowledgeBase
from kb.check.changed import changed_since
from kb.practice import Practice
from kb.propose.text import Near
from kb.repository import load
from kb.search.alike import gist

SAME, RELATED = 3, 3
"""How many of each are told."""


def near(base: KnowledgeBase, practice: Practice, *, but: Iterable[str] = ()) -> list[Near]:
    """The practices that look like `practice`, best first, and then those that are related to it.

    Itself and those named in `but` are left out. Works for a practice that is not in the index.

    Raises:
        NoIndex: nothing has been indexed yet.
    """
    left_out = {practice.id, *but}
    own = practice.card(practice.language)
    told = " ".join((*_texts(practice, "problem"), *_texts(practice, "practice"))) or own.summary
    same = base.alike(practice.title, told, practice.language, limit=SAME + len(left_out))
    results = base.search(gist(practice.title, own.summary or told), limit=SAME + RELATED + len(left_out))
    passages = {hit.practice.id: hit.passage.text for hit in results}
    language = base.config.language
    found = [
        Near(other, passages.get(other.id) or other.card(language).summary)
        for other in same
        if other.id not in left_out
    ][:SAME]
    named = left_out | {one.practice.id for one in found}
    related = [hit for hit in results if hit.strength == "strong" and hit.practice.id not in named]
    return found + [Near(hit.practice, hit.passage.text, is_same=False) for hit in related[:RELATED]]


def read_changed(base: KnowledgeBase, revision: str) -> list[Practice]:
    """The practices whose files differ from where HEAD left `revision`, as they stand in the folder now.

    Raises:
        ConfigError: the folder is not in a git repository, or the revision is not known.
    """
    changed = changed_since(base.config.practices, revision)
    found = load(base.config.practices, base.vocabulary).practices
    return [practice for practice in found if practice.path in changed]


def _texts(practice: Practice, key: str) -> list[str]:
    return [block.text for section in practice.sections if section.key == key for block in section.blocks]
