"""Facts about a practice in words: where, since when, and what was learnt."""

from __future__ import annotations

from kb import schema
from kb.practice import Practice
from kb.web.base import Site
from kb.web.markup import first_sentence

_CAPITALS = frozenset({"en"})
"""Languages that write the names of languages with a capital."""


def places(practice: Practice, site: Site) -> str:
    """Where a practice is from, with its country."""
    return " · ".join(site.place(place) for place in practice.places)


def status(practice: Practice, site: Site) -> str:
    """Its status, and when that was known to be true."""
    if not practice.status:
        return ""
    label = site.label("statuses", practice.status)
    when = practice.status_as_of
    if not when:
        return label
    key = "card.as_of_unknown" if when == schema.UNKNOWN_DATE else "card.as_of"
    return site.t(key, status=label, when=site.date(when))


def period(practice: Practice, site: Site) -> str:
    """From when to when it ran."""
    started, ended = site.date(practice.started), site.date(practice.ended)
    if started and ended:
        return site.t("practice.from_to", started=started, ended=ended)
    if started:
        return site.t("practice.started", started=started)
    return site.t("practice.ended", ended=ended) if ended else ""


def language_name(practice: Practice, site: Site) -> str:
    """The practice's language as one writes it inside a sentence."""
    label = site.label("languages", practice.language)
    return label if site.language in _CAPITALS else label.lower()


def lesson(practice: Practice) -> str:
    """The first thing they learnt, in a sentence of their own."""
    for section in practice.section("lessons"):
        if section.blocks:
            return first_sentence(section.blocks[0].text, 170)
    return ""
