"""Choosing what to compare while one searches: kept in the address, and always at hand at the bottom."""

from __future__ import annotations

from urllib.parse import urlencode

from kb.compare.run import FEWEST, MOST
from kb.errors import UnknownPractice
from kb.practice import Practice
from kb.web.base import Site
from kb.web.markup import Html, foreign, tag
from kb.web.state import Asked, asked_from_query


def compare_url(ids: tuple[str, ...], back: str = "") -> str:
    """The address of a comparison, seen from any page; `back` is the query to return to."""
    return f"sammenlign?{urlencode({'p': ','.join(ids)} | ({'fra': back} if back else {}), safe=',')}"


def here(text: str, url: str, then: str = ".choice-bar a", **attributes: str) -> Html:
    """A link that changes the page where the reader stands, without loading it anew.

    The keyboard goes on from the link where it is drawn again, else from what the selector `then` finds.
    """
    return tag("a", text, href=url, target="_self", data_here=then, **attributes)


def choice(practice: Practice, site: Site, back: str) -> Html:
    """On a card: choose the practice, or let it go; nothing where there is no room for more."""
    asked = asked_from_query(back)
    is_chosen = practice.id in asked.chosen
    if len(asked.chosen) >= MOST and not is_chosen:
        return Html()
    title = practice.card(site.language).title
    text = f"✓ {site.t('compare.unchoose')}" if is_chosen else f"+ {site.t('compare.choose')}"
    named = site.t("compare.unchoose_named" if is_chosen else "compare.choose_named", title=title)
    url = asked.choosing(practice.id).url()
    link = here(text, url, id=f"velg-{practice.id}", aria_label=named, class_="chosen" if is_chosen else "")
    return tag("p", link, _onward(asked, site) if is_chosen else "", class_="choice")


def _onward(asked: Asked, site: Site) -> Html:
    """For the keyboard: from a card that is chosen to the comparison, past all cards between it and the bar."""
    ids = tuple(one.id for one in chosen(asked.chosen, site))
    if len(ids) < FEWEST:
        return Html()
    url = compare_url(ids, asked.query())
    return tag("a", site.t("compare.onward", count=len(ids)), href=url, target="_self", class_="skip")


def with_others(practice: Practice, site: Site, back: str) -> Html:
    """On a practice's page: compare it with those that were chosen, or choose what to compare it with."""
    chosen = tuple(one for one in asked_from_query(back).chosen if one != practice.id)
    url = compare_url((practice.id, *chosen)[:MOST], back)
    return tag("a", site.t("compare.with_others"), href=url, target="_self")


def bar(asked: Asked, site: Site) -> Html:
    """What is chosen so far, and the way to compare it; nothing where nothing is."""
    found = chosen(asked.chosen, site)
    if not found:
        return Html()
    enough = len(found) >= FEWEST
    ids = tuple(practice.id for practice in found)
    said = site.t("compare.bar_full") if len(found) >= MOST else "" if enough else site.t("compare.bar_one")
    go = tag(
        "a",
        site.t("compare.bar_go", count=len(found)),
        href=compare_url(ids, asked.query()),
        target="_self",
        class_="go",
    )
    clear = here(site.t("compare.bar_clear"), asked.question().url())
    names = tag("ul", *(_name(practice, asked, site) for practice in found), role="list")
    parts = (names, tag("p", said) if said else "", tag("div", go if enough else "", clear, class_="ways"))
    return tag("section", *parts, class_="choice-bar", aria_label=site.t("compare.bar"))


def chosen(ids: tuple[str, ...], site: Site) -> list[Practice]:
    """The practices of some ids; one that is gone is passed over."""
    found = []
    for practice_id in ids:
        try:
            found.append(site.base.get(practice_id))
        except UnknownPractice:
            continue
    return found


def _name(practice: Practice, asked: Asked, site: Site) -> Html:
    own = practice.card(site.language)
    named = site.t("compare.unchoose_named", title=own.title)
    cross = here("✕", asked.choosing(practice.id).url(), aria_label=named)
    return tag("li", foreign(own.title, own.language, site.language), cross)
