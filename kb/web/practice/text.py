"""The head and the text of a practice, as the app's page and the plain page both show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kb.practice import Practice
from kb.vocabulary import nearest
from kb.web import wording
from kb.web.base import Site
from kb.web.markup import Html, foreign, join, practice_url, tag
from kb.web.practice import facts, origin
from kb.web.prose import Part, parts

NEAR = 3
"""Practices that are named where an id is nobody's."""
FIRST = ("problem", "practice", "results")
LESSONS = "lessons"


def head(practice: Practice, site: Site) -> Html:
    """Title, summary and how it stands."""
    own = practice.card(site.language)
    title = foreign(own.title, own.language, site.language, "h1")
    summary = foreign(own.summary, own.language, site.language, "p", class_="summary") if own.summary else ""
    glance, where = facts.glance(practice, site), facts.where(practice, site)
    return tag("header", where, title, glance, summary, _languages(practice, site))


def text(practice: Practice, site: Site, back: str = "") -> Iterator[Html]:
    """The problem first, then what they do, what came of it, how that is known, and what was learnt; then the rest."""
    told = parts(practice, site.links(back))
    seen: Counter[str] = Counter()

    def sections(*keys: str) -> Iterator[Html]:
        for part in told:
            if part.key in keys:
                seen[part.key] += 1
                yield _section(part, seen[part.key], practice, site)

    # A text without the template's headings is the text itself.
    is_free = not any(part.key in FIRST for part in told)
    yield from sections(*FIRST, *(("other",) if is_free else ()))
    if not told and not practice.results:
        yield tag("p", site.t("practice.no_text"))
    if not seen["results"] and practice.results:
        heading = tag("h2", site.t("results.heading"))
        yield tag("section", heading, facts.results(practice, site), class_="part results", id="results")
    yield facts.evidence(practice, site)
    yield _lessons(list(sections(LESSONS)), practice, site)
    yield from sections(*({part.key for part in told} - set(seen)))
    yield facts.assessment(practice, site)


def did_you_mean(practice_id: str, site: Site, back: str = "") -> Html:
    """The practices whose ids look most like one that nobody has; nothing where none does."""
    ids = set(site.links().pages.values())
    items: list[Html] = []
    while len(items) < NEAR and practice_id and (near := nearest(practice_id, ids)):
        ids.remove(near)
        card = site.base.get(near).card(site.language)
        link = foreign(card.title, card.language, site.language, "a", href=practice_url(near, back), target="_self")
        items.append(tag("li", link, " ", tag("code", near)))
    if not items:
        return Html()
    return join((tag("h2", site.t("practice.nearest")), tag("ul", *items)))


def _lessons(told: list[Html], practice: Practice, site: Site) -> Html:
    """What was learnt, set apart so that nobody misses it; where nothing is told, that is said too."""
    caution = facts.caution(practice, site)
    if told:
        inside = (caution, *told, origin.tell(practice, site, "practice.more_lessons"))
    else:
        heading = tag("h2", site.vocabulary.heading(LESSONS, site.language) or site.t("practice.lessons"))
        none = tag("p", site.t("practice.no_lessons"))
        inside = (heading, caution, none, origin.tell(practice, site, "practice.know_lesson"))
    return tag("div", *inside, class_="learnt-here" if told or caution else "learnt-here none")


def _languages(practice: Practice, site: Site) -> Html:
    """What is translated, and what the practice is called where it comes from."""
    own = practice.card(site.language)
    if not practice.language or practice.language == site.language:
        return Html()
    language = wording.language_name(practice, site)
    key = "practice.translated" if own.by == "machine" else "practice.in_language"
    notes: list[str] = [site.t(key, language=language)]
    if own.title != practice.title:
        original = foreign(practice.title, practice.language, site.language)
        notes.append(join((site.t("practice.own_title"), original), " "))
    return tag("p", join(notes, " "), class_="note")


def _section(part: Part, number: int, practice: Practice, site: Site) -> Html:
    """One section in the practice's own language; the table of results comes before what is said of them."""

    def own(said: Html) -> Html:
        return foreign(said, practice.language, site.language, "div")

    heading = own(tag("h2", part.heading)) if part.heading else Html()
    table = facts.results(practice, site) if part.key == "results" and number == 1 else Html()
    name = part.key if number == 1 else f"{part.key}-{number}"
    prose = own(tag("div", part.html, class_="prose"))
    return tag("section", heading, table, prose, class_=f"part {part.key}", id=name)
