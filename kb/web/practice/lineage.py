"""The practices around one: whom it was borrowed from and by, what it belongs with, and what is like it."""

from __future__ import annotations

from kb.errors import UnknownPractice
from kb.practice import Borrowing, Practice
from kb.web import wording
from kb.web.base import Site
from kb.web.entries import address, loan_note
from kb.web.markup import Html, external, foreign, join, practice_url, tag
from kb.web.practice.facts import box


def lineage(practice: Practice, site: Site, back: str) -> Html:
    """From whom it was borrowed and who borrowed it, with what each says that it took."""
    spread = site.spread()
    sources = [tag("li", _borrowing(item, practice, site, back)) for item in practice.borrowed_from]
    loans = sorted(spread.borrowers(practice.id), key=lambda loan: (loan.when, loan.borrower))
    borrowers = [_entry(spread.practices[loan.borrower], site, back, loan_note(loan, spread, site)) for loan in loans]
    parts = [
        join((tag("h3", site.t(f"practice.{name}")), tag("ul", *items, role="list")))
        for name, items in (("borrowed_from", sources), ("borrowed_by", borrowers))
        if items
    ]
    if not borrowers:
        parts.append(tag("p", site.t("practice.not_borrowed"), class_="note"))
    if sources or borrowers:
        family = tag("a", site.t("practice.family"), href=address("spredning", p=practice.id), target="_self")
        parts.append(tag("p", family, class_="family"))
    heading = tag("h2", site.t("practice.lineage"))
    return tag("section", heading, *parts, class_="part lineage", id="lineage")


def related(practice: Practice, site: Site, back: str) -> Html:
    """The practices that the writer points to."""
    others = (_known(other, site) for other in practice.related)
    return box("related", (_entry(other, site, back) for other in others if other), site)


def similar(practice: Practice, site: Site, back: str) -> Html:
    """The nearest practices, less those that are named already."""
    found = site.similar(practice.id)
    named = {practice.id, *practice.related, *(other.id for other in site.borrowers(practice.id))}
    named |= {item.practice for item in practice.borrowed_from}
    others = [hit.practice for hit in found if hit.practice.id not in named] if found.strength != "none" else []
    return box("similar", (_entry(other, site, back) for other in others), site)


def _borrowing(item: Borrowing, practice: Practice, site: Site, back: str) -> Html:
    """A practice here, or a place or somewhere else with its title and address; and what was taken."""
    own = practice.language
    place = site.place(item.place) if item.place else item.where
    if other := _known(item.practice, site):
        named: Html = _link(other, site, back)
        place = wording.places(other, site)
    else:
        title = foreign(item.title, own, site.language) if item.title else Html()
        named = external(item.url, title or place) if item.url else title
        named = named or join((place or item.practice,))
        place = place if title else ""
    more = tag("span", place, class_="more") if place else ""
    return join((named, more, foreign(item.note, own, site.language, "span", class_="more taken") if item.note else ""))


def _known(practice_id: str, site: Site) -> Practice | None:
    try:
        return site.base.get(practice_id) if practice_id else None
    except UnknownPractice:
        return None


def _entry(practice: Practice, site: Site, back: str, note: str = "") -> Html:
    where_from = tag("span", wording.places(practice, site), class_="more") if practice.places else ""
    return tag("li", _link(practice, site, back), where_from, note)


def _link(practice: Practice, site: Site, back: str) -> Html:
    card = practice.card(site.language)
    href = practice_url(practice.id, back)
    return foreign(card.title, card.language, site.language, "a", href=href, target="_self")
