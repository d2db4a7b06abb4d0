"""A hit as a card: what a leader needs to see whether it is worth reading."""

from __future__ import annotations

from kb.practice import Practice
from kb.search.hits import Hit, Results
from kb.search.order import dated
from kb.web import entries, wording
from kb.web.base import PAGE, Site
from kb.web.compare.choice import choice
from kb.web.find.why import why
from kb.web.markup import Html, esc, foreign, join, marked, practice_url, tag


def card_lists(results: Results, site: Site, back: str) -> list[Html]:
    """The hits as ordered lists, one for each page, so that those already shown are not drawn again."""
    return [_list(results, start, site, back) for start in range(0, len(results), PAGE)]


def _list(results: Results, start: int, site: Site, back: str) -> Html:
    items = []
    for number in range(start, min(start + PAGE, len(results))):
        if _turns(results, number):
            items.append(tag("li", tag("p", site.t("strength.divider")), class_="divider"))
        items.append(tag("li", card(results[number], results, site, back)))
    return tag("ol", *items, class_="hits", start=str(start + 1), role="list")


def _turns(results: Results, number: int) -> bool:
    """Whether the sure hits end here; in another order than by how well they answer, they are mixed."""
    if number == 0 or results.sort != "relevance":
        return False
    return results[number - 1].strength == "strong" and results[number].strength != "strong"


def card(hit: Hit, results: Results, site: Site, back: str) -> Html:
    """One practice that was found; without a question there is no passage and no reason to show."""
    practice, browsing = hit.practice, results.mode == "browse"
    own = practice.card(site.language)
    title = tag("a", own.title, href=practice_url(practice.id, back), target="_self")
    parts: list[str] = [
        foreign(title, own.language, site.language, "h2"),
        badges(hit, results, site),
        foreign(own.summary, own.language, site.language, "p", class_="summary") if own.summary else "",
    ]
    if not browsing:
        parts.append(_passage(hit, site))
    if browsing or hit.passage.section != "lessons":
        parts.append(_learnt(practice, site))
    ways = ("" if browsing else why(hit, site), choice(practice, site, back))
    parts.append(tag("div", *ways, class_="ways"))
    return tag("article", *parts, class_="card", id=f"praksis-{practice.id}")


def badges(hit: Hit, results: Results, site: Site) -> Html:
    """Where it is from, how it stands, how well it is known, who has it too, and in what language it is written."""
    practice = hit.practice
    evidence = site.label("evidence", practice.evidence) if practice.evidence else ""
    language = ""
    if practice.language and practice.language != site.language:
        language = site.t("card.language", language=wording.language_name(practice, site))
    facts = (
        ("place", entries.places(practice, site)),
        ("possible", site.t("strength.one") if _is_mixed_in(hit, results) else ""),
        ("status", wording.status(practice, site)),
        ("began", _began(practice, results, site)),
        ("evidence", evidence),
        ("borrowed", site.plural("card.borrowed", hit.borrowers) if hit.borrowers else ""),
        ("language", language),
    )
    return tag("ul", *(tag("li", text, class_=kind) for kind, text in facts if text), class_="badges", role="list")


def _is_mixed_in(hit: Hit, results: Results) -> bool:
    """Whether a hit that is less sure stands among sure ones, where no line tells them apart."""
    return results.sort != "relevance" and results.strength == "strong" and hit.strength == "possible"


def _began(practice: Practice, results: Results, site: Site) -> str:
    """When it began, where that is what the order goes by; the date of its status is there already."""
    if results.sort != "newest" or not practice.started or dated(practice) != practice.started:
        return ""
    return site.t("card.began", when=site.date(practice.started))


def _passage(hit: Hit, site: Site) -> Html:
    """The passage that answers best, in the practice's own words."""
    passage = hit.passage
    heading = esc(site.t("card.passage_plain"))
    if passage.heading:
        before, _, after = site.t("card.passage", heading="\0").partition("\0")
        heading = join((before, foreign(passage.heading, passage.language, site.language), after))
    text = foreign(marked(passage.text, passage.highlights), passage.language, site.language, "p")
    return tag("div", tag("p", heading, class_="from"), tag("blockquote", text), class_="passage")


def _learnt(practice: Practice, site: Site) -> Html:
    """A hint of what they learnt: what award forms never ask."""
    text = wording.lesson(practice)
    if not text:
        return Html()
    said = foreign(text, practice.language, site.language)
    return tag("p", tag("strong", site.t("card.learnt")), " ", said, class_="learnt")
