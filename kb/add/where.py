"""A place as people name it: its key, its name, or nearly."""

from __future__ import annotations

import difflib

from kb.typed import line, slug
from kb.vocabulary import Vocabulary

MOST = 4
"""How many places like a name are offered."""
_LIKE = 0.7
"""How alike two names are before one may be meant by the other."""


def called(name: str, vocabulary: Vocabulary) -> list[str]:
    """The keys of the places that are called so, by key, name, or name with what they lie in; none where none is."""
    wanted = line(name).casefold()
    if wanted in vocabulary.places:
        return [wanted]
    return [
        key
        for key, place in vocabulary.places.items()
        if wanted in {place.name.casefold(), vocabulary.place_name(key).casefold()}
    ]


def nearly_called(name: str, vocabulary: Vocabulary) -> list[str]:
    """The keys of the places whose name or key looks most like it, best first."""
    wanted = slug(name.rsplit("/", 1)[-1].split(",", 1)[0])
    by_name: dict[str, list[str]] = {}
    for key, place in vocabulary.places.items():
        for spelled in {slug(place.name), key.rsplit("/", 1)[-1]}:
            by_name.setdefault(spelled, []).append(key)
    parts = [spelled for spelled in by_name if wanted and wanted in spelled.split("-")]
    like = difflib.get_close_matches(wanted, by_name, n=MOST, cutoff=_LIKE)
    return list(dict.fromkeys(key for spelled in (*like, *parts) for key in by_name[spelled]))[:MOST]
