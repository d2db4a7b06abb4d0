"""Why a hit was found, in sentences: what gave most comes first, on a scale of three steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from kb.search.hits import ARMS, Hit, Results
from kb.web.base import Site
from kb.web.markup import Html, esc, foreign, join, tag

Weight = Literal["much", "some", "little"]

MUCH, SOME, LITTLE = 0.4, 0.15, 0.03
"""From which share of what brought a hit up a reason gave much, some, or a little worth telling."""

OTHER_WORDS = 6
"""Other words for the same that stand on the line above the hits."""


def why(hit: Hit, site: Site) -> Html:
    """Why a hit was found, folded away."""
    items = [
        tag("li", tag("span", site.t(f"weight.{weight}"), class_=f"weight {weight}"), tag("span", reason))
        for weight, reason in reasons(hit, site)
    ]
    unsure = tag("p", site.t("why.nearest")) if hit.strength == "none" or not items else Html()
    return tag("details", tag("summary", site.t("card.why")), unsure, tag("ul", *items, role="list"), class_="why")


def reasons(hit: Hit, site: Site) -> Iterator[tuple[Weight, Html]]:
    """What brought a hit up, the weightiest first; the exact title outweighs the rest."""
    if hit.why.title:
        yield "much", esc(site.t("why.title"))
    ranked = sorted(((float(getattr(hit.why, arm)), arm) for arm in ARMS), reverse=True)
    whole = sum(value for value, _ in ranked if value > 0)
    for value, arm in ranked:
        if value > 0 and value >= LITTLE * whole:
            weight: Weight = "much" if value >= MUCH * whole else "some" if value >= SOME * whole else "little"
            yield weight, _reason(arm, hit, site)


def _reason(arm: str, hit: Hit, site: Site) -> Html:
    if arm != "words":
        return esc(site.t(f"why.{arm}"))
    if hit.why.estimated:
        return esc(site.t("why.estimated"))
    if not hit.why.matched:
        return esc(site.t("why.words_elsewhere"))
    language = hit.passage.language
    words = join((foreign(f"«{word}»", language, site.language) for word in hit.why.matched), ", ")
    return join((site.t("why.words"), words), " ")


def other_words(results: Results, site: Site) -> Html:
    """Which other words for the same were searched for: some of them, and all where there are more."""
    if not results.also:
        return Html()
    shown = _in_turn(results)
    label = site.t("also.searched")
    if len(shown) <= OTHER_WORDS:
        return tag("p", f"{label} {', '.join(shown)}", class_="also")
    items = (tag("li", tag("strong", f"{word}:"), f" {', '.join(others)}") for word, others in results.also.items())
    summary = tag("summary", f"{label} {', '.join(shown[:OTHER_WORDS])} …")
    return tag("details", summary, tag("ul", *items), class_="also")


def _in_turn(results: Results) -> list[str]:
    """The other words, so that each word of the question has one before any has two."""
    lists = list(results.also.values())
    longest = max(map(len, lists))
    return list(dict.fromkeys(words[place] for place in range(longest) for words in lists if place < len(words)))
