"""The head and the text of a practice, as the app's page and the plain page both show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kb.practice import Practice
from kb.vocabulary import nearest
from kb.web import wording
from kb.web.base import Site
from kb.web.markup import Html, foreign, join, practice_url, tag
from kb.web.practice import facts
from kb.web.prose import Part, parts


def head(practice: Practice, site: Site) -> Html:
    """Title, summary and the facts that a leader weighs it by."""
    own = practice.card(site.language)
    title = foreign(own.title, own.language, site.language, "h1")
    summary = foreign(own.summary, own.language, site.language, "p", class_="summary") if own.summary else ""
    where = facts.where(practice, site)
    return tag("header", where, title, summary, _languages(practice, site), facts.table(practice, site))


def text(practice: Practice, site: Site, back: str = "") -> Iterator[Html]:
    """The sections, each with a name of its own, and the table of results where the results are told."""
    told = parts(practice, site.links(back))
    seen: Counter[str] = Counter()
    for part in told:
        seen[part.key] += 1
        yield _section(part, seen[part.key], practice, site)
    if not seen["results"] and practice.results:
        heading = tag("h2", site.t("results.heading"))
        yield tag("section", heading, facts.results(practice, site), class_="results", id="results")
    if not told and not practice.results:
        yield tag("p", site.t("practice.no_text"))
    yield facts.assessment(practice, site)


def did_you_mean(practice_id: str, site: Site, back: str = "") -> Html:
    """The practice whose id looks most like one that nobody has; nothing where none does."""
    near = nearest(practice_id, site.links().pages.values()) if practice_id else ""
    if not near:
        return Html()
    card = site.base.get(near).card(site.language)
    link = foreign(card.title, card.language, site.language, "a", href=practice_url(near, back))
    return tag("p", site.t("practice.nearest"), " ", link, "?")


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
    """One section in the practice's own language."""
    heading = tag("h2", part.heading) if part.heading else Html()
    prose = join((heading, tag("div", part.html, class_="prose")))
    own = foreign(prose, practice.language, site.language, "div")
    table = facts.results(practice, site) if part.key == "results" and number == 1 else Html()
    name = part.key if number == 1 else f"{part.key}-{number}"
    return tag("section", own, table, class_=f"part {part.key}", id=name)
