"""The parts of a practice's page that come from its front matter."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from kb import schema
from kb.errors import UnknownPractice
from kb.practice import Borrowing, Practice, Result, Source
from kb.web import wording
from kb.web.base import Site
from kb.web.markup import Html, external, foreign, join, practice_url, tag
from kb.web.state import Asked


def where(practice: Practice, site: Site) -> Html:
    """Where the practice is from, above its title."""
    return tag("p", wording.places(practice, site), class_="where") if practice.places else Html()


def table(practice: Practice, site: Site) -> Html:
    """What a leader weighs a practice by; what is not known is said to be so."""
    rows = [
        ("status", wording.status(practice, site) or site.t("practice.missing")),
        ("evidence", _evidence(practice, site)),
        ("period", wording.period(practice, site)),
        ("areas", _choices("area", "areas", practice.areas, site)),
        ("themes", _choices("theme", "themes", practice.themes, site)),
        ("contact", external(practice.contact, practice.contact) if practice.contact else ""),
        ("reviewed", site.date(practice.reviewed)),
    ]
    pairs = (
        tag("div", tag("dt", site.t(f"practice.{name}")), tag("dd", value), class_=name)
        for name, value in rows
        if value
    )
    return tag("dl", *pairs, class_="facts")


def results(practice: Practice, site: Site) -> Html:
    """What was reached and what was only hoped for, apart, and who looked."""
    apart = [(kind, [found for found in practice.results if found.kind == kind]) for kind in ("realised", "expected")]
    other = [found for found in practice.results if found.kind not in schema.RESULT_KINDS]
    tables = [_results(kind, [*found, *(other if kind == "expected" else [])], practice, site) for kind, found in apart]
    return join(tables)


def assessment(practice: Practice, site: Site) -> Html:
    """How leaders judged an idea."""
    judged = practice.assessment
    if judged is None:
        return Html()
    rows = [
        ("feasibility", "level", schema.LEVELS, judged.feasibility),
        ("value", "level", schema.LEVELS, judged.value),
        ("decision", "decision", schema.DECISIONS, judged.decision),
    ]
    pairs = (
        tag("div", tag("dt", site.t(f"assessment.{name}")), tag("dd", site.t(f"{kind}.{value}")))
        for name, kind, allowed, value in rows
        if value in allowed
    )
    why = foreign(judged.why, practice.language, site.language, "p") if judged.why else ""
    heading = tag("h2", site.t("assessment.heading"))
    return tag("section", heading, tag("dl", *pairs, class_="facts"), why, class_="part")


def questions(practice: Practice, site: Site) -> Html:
    """The problems that this practice answers, as a colleague would put them."""
    own = practice.card(site.language)
    items = (foreign(question, own.language, site.language, "li") for question in own.questions)
    return _box("questions", items, site)


def borrowed_from(practice: Practice, site: Site, back: str) -> Html:
    """Where it was borrowed from, and what was taken."""
    items = (tag("li", _borrowing(item, practice, site, back)) for item in practice.borrowed_from)
    return _box("borrowed_from", items, site)


def borrowed_by(practice: Practice, site: Site, back: str) -> Html:
    """Who says that they borrowed it."""
    return _box("borrowed_by", (_entry(other, site, back) for other in site.borrowers(practice.id)), site)


def related(practice: Practice, site: Site, back: str) -> Html:
    """The practices that the writer points to."""
    others = (_known(other, site) for other in practice.related)
    return _box("related", (_entry(other, site, back) for other in others if other), site)


def similar(practice: Practice, site: Site, back: str) -> Html:
    """The nearest practices, less those that are named already."""
    found = site.similar(practice.id)
    named = {practice.id, *practice.related, *(other.id for other in site.borrowers(practice.id))}
    named |= {item.practice for item in practice.borrowed_from}
    others = [hit.practice for hit in found if hit.practice.id not in named] if found.strength != "none" else []
    return _box("similar", (_entry(other, site, back) for other in others), site)


def sources(practice: Practice, site: Site) -> Html:
    """What the practice is documented by."""
    items = [tag("li", _source(source)) for source in practice.sources]
    if not items:
        return Html()
    return tag("section", tag("h2", site.t("practice.sources")), tag("ul", *items), class_="part sources")


def file(practice: Practice, site: Site) -> Html:
    """Where the file is, for the one who wants to mend it."""
    path = tag("code", str(practice.path))
    if site.files_url:
        path = join(
            (external(f"{site.files_url}/{quote(str(practice.path))}", site.t("practice.file_link")), " ", path)
        )
    return tag("p", tag("strong", site.t("practice.file")), " ", path, class_="file")


def _evidence(practice: Practice, site: Site) -> Html:
    """How well the effect is known, in plain words, and what the writer says of it."""
    if not practice.evidence:
        return tag("span", site.t("practice.missing"))
    parts: list[str] = [tag("strong", f"{site.label('evidence', practice.evidence)}.")]
    if practice.evidence in schema.EVIDENCE:
        parts.append(site.t(f"evidence.{practice.evidence}"))
    if practice.evidence_note:
        parts.append(foreign(practice.evidence_note, practice.language, site.language))
    return join(parts, " ")


def _choices(facet: str, kind: str, keys: Iterable[str], site: Site) -> Html:
    """Words of the vocabulary, each leading to every practice that has it."""
    links = (tag("a", site.label(kind, key), href=Asked().narrowed(facet, [key]).url(), target="_self") for key in keys)
    return join(links, " · ")


def _results(kind: str, found: list[Result], practice: Practice, site: Site) -> Html:
    """One table; columns that say nothing are left out."""
    if not found:
        return Html()
    columns = [
        name
        for name in ("statement", "indicator", "value", "unit", "period")
        if any(getattr(result, name) for result in found)
    ]
    heads = (tag("th", site.t(f"results.{name}"), scope="col", role="columnheader") for name in columns)
    rows = (_row(result, columns, practice, site) for result in found)
    return tag(
        "table",
        tag("caption", site.t(f"results.{kind}")),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *rows, role="rowgroup"),
        class_=f"results {kind}",
        role="table",
    )


def _row(result: Result, columns: list[str], practice: Practice, site: Site) -> Html:
    """One result; the label of each cell stands beside it where the screen is narrow."""
    cells = (
        foreign(
            getattr(result, name),
            practice.language,
            site.language,
            "td",
            class_="empty" if not getattr(result, name) else name,
            data_label=site.t(f"results.{name}"),
            role="cell",
        )
        for name in columns
    )
    return tag("tr", *cells, role="row")


def _borrowing(item: Borrowing, practice: Practice, site: Site, back: str) -> Html:
    """A practice here, or a place or somewhere else with its title and address."""
    own = practice.language
    if other := _known(item.practice, site):
        named: Html = _link(other, site, back)
    else:
        place = site.place(item.place) if item.place else item.where
        title = foreign(item.title, own, site.language) if item.title else Html()
        named = join(
            (external(item.url, title or place) if item.url else title, place if title or not item.url else ""), ", "
        )
        named = named or join((item.practice,))
    note = foreign(item.note, own, site.language, "span", class_="more") if item.note else ""
    return join((named, note))


def _known(practice_id: str, site: Site) -> Practice | None:
    try:
        return site.base.get(practice_id) if practice_id else None
    except UnknownPractice:
        return None


def _entry(practice: Practice, site: Site, back: str) -> Html:
    where_from = tag("span", wording.places(practice, site), class_="more") if practice.places else ""
    return tag("li", _link(practice, site, back), where_from)


def _link(practice: Practice, site: Site, back: str) -> Html:
    card = practice.card(site.language)
    href = practice_url(practice.id, back)
    return foreign(card.title, card.language, site.language, "a", href=href, target="_self")


def _source(source: Source) -> Html:
    title = source.title or source.url
    about = ", ".join(part for part in (source.publisher, source.year) if part)
    return join(
        (external(source.url, title) if source.url else title, tag("span", about, class_="more") if about else "")
    )


def _box(name: str, items: Iterable[Html], site: Site) -> Html:
    """A list beside the text; nothing where it would be empty."""
    listed = list(items)
    if not listed:
        return Html()
    return tag("section", tag("h2", site.t(f"practice.{name}")), tag("ul", *listed, role="list"), class_=f"box {name}")
