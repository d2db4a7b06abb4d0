"""Facts about a practice in words: where, since when, how well known, and why it was found."""

from __future__ import annotations

from collections.abc import Iterator

from kb import schema
from kb.hits import Why
from kb.practice import Practice
from kb.web.base import Site
from kb.web.markup import first_sentence

ALSO = 0.25
"""A reason that gave this share of the score is worth telling."""


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
    return site.t(key, status=label, when=when)


def period(practice: Practice, site: Site) -> str:
    """From when to when it ran."""
    if practice.started and practice.ended:
        return site.t("practice.from_to", started=practice.started, ended=practice.ended)
    if practice.started:
        return site.t("practice.started", started=practice.started)
    return site.t("practice.ended", ended=practice.ended) if practice.ended else ""


def language_name(practice: Practice, site: Site) -> str:
    """The practice's language as one writes it inside a sentence."""
    return site.label("languages", practice.language).lower()


def lesson(practice: Practice) -> str:
    """The first thing they learnt, in a sentence of their own."""
    for section in practice.section("lessons"):
        if section.blocks:
            return first_sentence(section.blocks[0].text, 170)
    return ""


def reasons(why: Why, site: Site) -> Iterator[str]:
    """Why a practice was found, the weightiest reason first, in whole sentences and never in numbers."""
    if why.title:
        yield site.t("why.title")
    arms = {"text": why.text, "card": why.card, "question": why.question, "words": why.words}
    ranked = sorted(((value, arm) for arm, value in arms.items() if value > 0), reverse=True)
    total = sum(value for value, _ in ranked)
    if not ranked and not why.title:
        yield site.t("why.nearest")
    for number, (value, arm) in enumerate(ranked):
        if number and value < ALSO * total:
            return
        first = not number and not why.title
        yield site.t("why.most" if first else "why.also", reason=_reason(arm, why, site))


def _reason(arm: str, why: Why, site: Site) -> str:
    if arm != "words":
        return site.t(f"why.{arm}")
    if not why.matched:
        return site.t("why.word_parts")
    return site.t("why.words", words=", ".join(f"«{word}»" for word in why.matched))
