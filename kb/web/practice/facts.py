"""The parts of a practice's page that come from its front matter."""

from __future__ import annotations

from collections.abc import Iterable

from kb import schema
from kb.figures import decimal_text
from kb.practice import Practice, Result
from kb.web import wording
from kb.web.base import Site
from kb.web.markup import Html, external, foreign, join, tag
from kb.web.state import Asked


def where(practice: Practice, site: Site) -> Html:
    """Where the practice is from, above its title."""
    return tag("p", wording.places(practice, site), class_="where") if practice.places else Html()


def glance(practice: Practice, site: Site) -> Html:
    """How it stands and how well it is known to work, in a line right under the title."""
    evidence = site.label("evidence", practice.evidence) if practice.evidence else ""
    said = (wording.status(practice, site), evidence, wording.period(practice, site))
    items = [tag("li", text, class_="stopped" if not n and is_stopped(practice) else "") for n, text in enumerate(said)]
    shown = [item for item, text in zip(items, said, strict=True) if text]
    return tag("ul", *shown, class_="badges", role="list") if shown else Html()


def table(practice: Practice, site: Site) -> Html:
    """What a leader weighs a practice by; what is not known is said to be so."""
    missing = site.t("practice.missing")
    evidence = site.label("evidence", practice.evidence) if practice.evidence else missing
    rows = [
        ("status", wording.status(practice, site) or missing),
        ("evidence", tag("a", evidence, href="#evidence")),
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
    heading = tag("h2", site.t("practice.facts"))
    return tag("section", heading, tag("dl", *pairs, class_="facts"), class_="box about-it")


def results(practice: Practice, site: Site) -> Html:
    """What was reached and what was only hoped for, apart; that nothing was reached yet is said."""
    realised = [found for found in practice.results if found.kind == "realised"]
    # What does not say that it was reached is no more than expected.
    expected = [found for found in practice.results if found.kind != "realised"]
    none = tag("p", site.t("results.none_realised"), class_="note") if expected and not realised else Html()
    tables = (_results("realised", realised, practice, site), _results("expected", expected, practice, site))
    return join((none, *tables))


def evidence(practice: Practice, site: Site) -> Html:
    """How well the effect is known, in plain words, and what the writer says of it."""
    parts: list[str] = [tag("strong", f"{site.label('evidence', practice.evidence)}.")] if practice.evidence else []
    if practice.evidence in schema.EVIDENCE:
        parts.append(site.t(f"evidence.{practice.evidence}"))
    told = [tag("p", join(parts, " ") or site.t("practice.missing"))]
    if practice.evidence_note:
        told.append(foreign(practice.evidence_note, practice.language, site.language, "p"))
    heading = tag("h2", site.t("practice.evidence"))
    return tag("section", heading, *told, class_="part evidence", id="evidence")


def is_stopped(practice: Practice) -> bool:
    """Whether those who did it do it no longer."""
    return practice.status == "stopped"


def caution(practice: Practice, site: Site) -> Html:
    """What its own facts say against borrowing it: that it was stopped, or that leaders let the idea lie."""
    if is_stopped(practice):
        said, how = "practice.stopped", wording.status(practice, site)
    elif practice.assessment and practice.assessment.decision in {"park", "reject"}:
        said, how = "practice.turned_down", site.t(f"decision.{practice.assessment.decision}")
    else:
        return Html()
    return tag("p", tag("strong", site.t(said)), " ", how, class_="caution")


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
    pairs = [
        tag("div", tag("dt", site.t(f"assessment.{name}")), tag("dd", site.t(f"{kind}.{value}")))
        for name, kind, allowed, value in rows
        if value in allowed
    ]
    if judged.decided:
        pairs.append(tag("div", tag("dt", site.t("assessment.decided")), tag("dd", site.date(judged.decided))))
    why = foreign(judged.why, practice.language, site.language, "p") if judged.why else ""
    heading = tag("h2", site.t("assessment.heading"))
    listed = tag("dl", *pairs, class_="facts") if pairs else ""
    return tag("section", heading, listed, why, class_="part assessment")


def questions(practice: Practice, site: Site) -> Html:
    """The problems that this practice answers, as a colleague would put them."""
    own = practice.card(site.language)
    items = (foreign(question, own.language, site.language, "li") for question in own.questions)
    return box("questions", items, site)


def box(name: str, items: Iterable[Html], site: Site) -> Html:
    """A list beside the text; nothing where it would be empty."""
    listed = list(items)
    if not listed:
        return Html()
    return tag("section", tag("h2", site.t(f"practice.{name}")), tag("ul", *listed, role="list"), class_=f"box {name}")


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
            decimal_text(result.value, site.language) if name == "value" else getattr(result, name),
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
