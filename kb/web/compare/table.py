"""A comparison as a table, and its passages side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kb.compare.export import Words, facts, row_name, where
from kb.compare.model import Aligned, Cell, Comparison, Quote, Row
from kb.compare.rows import figure
from kb.figures import decimal_text
from kb.practice import Practice
from kb.web import wording
from kb.web.base import Site
from kb.web.borrow.link import borrow_url
from kb.web.compare.choice import here
from kb.web.compare.words import words
from kb.web.markup import Html, esc, foreign, join, practice_url, tag

BOX = ".compare-box"
"""The table as the keyboard finds it."""


def place(practice: Practice, comparison: Comparison) -> str:
    """Where a practice is from, as the table has it."""
    return where(practice, comparison)


def table(comparison: Comparison, site: Site, back: str, without: Mapping[str, str]) -> Html:
    """The table in a box that scrolls by itself; `without` has the address that leaves each practice out."""
    heads = (_head(practice, comparison, site, back, without[practice.id]) for practice in comparison.practices)
    titles = " · ".join(practice.card(site.language).title for practice in comparison.practices)
    caption = tag("caption", site.t("compare.caption", titles=titles))
    names = [place(practice, comparison) for practice in comparison.practices]
    body = (_row(row, comparison, names, site) for row in comparison.rows)
    whole = tag(
        "table",
        caption,
        tag("thead", tag("tr", tag("td", class_="corner"), *heads)),
        tag("tbody", *body),
        class_=f"compare of-{len(comparison.practices)}",
    )
    named = site.t("compare.box", count=len(comparison.practices))
    return tag("div", whole, class_="compare-box", tabindex="0", role="region", aria_label=named)


def side_by_side(comparison: Comparison, site: Site, back: str) -> Html:
    """The passages that speak of the same thing, a group under each heading."""
    if not comparison.passages:
        return Html()
    lead = site.t("compare.passages_lead" if comparison.by_meaning else "compare.passages_by_section")
    groups = (_group(found, comparison, site, back) for found in comparison.passages)
    heading = tag("h2", site.t("compare.passages"))
    return tag("section", heading, tag("p", lead, class_="lead"), *groups, class_="aligned")


def _head(practice: Practice, comparison: Comparison, site: Site, back: str, without: str) -> Html:
    """Title, place and language of a column, and what can be done with it."""
    own = practice.card(site.language)
    title = tag("a", own.title, href=practice_url(practice.id, back), target="_self")
    borrow = tag(
        "a",
        site.t("compare.borrow"),
        href=borrow_url(practice.id, back, (other.id for other in comparison.practices)),
        target="_self",
        aria_label=site.t("compare.borrow_named", title=own.title),
    )
    named = site.t("compare.remove_named", title=own.title)
    remove = here(f"✕ {site.t('compare.remove')}", without, BOX, aria_label=named)
    language = ""
    if practice.language and practice.language != site.language:
        language = tag("span", site.t("card.language", language=wording.language_name(practice, site)), class_="more")
    parts = (
        tag("span", place(practice, comparison), class_="from"),
        foreign(title, own.language, site.language, class_="title"),
        language,
        tag("span", borrow, remove, class_="ways"),
    )
    return tag("th", *parts, scope="col")


def _row(row: Row, comparison: Comparison, names: list[str], site: Site) -> Html:
    said = words(site.language)
    mark = tag("span", f"≠ {said.differs}", class_="differs") if row.differs else ""
    name = tag("th", _name(row, said, site), mark, scope="row")
    if row.key == "period":
        periods = (wording.period(practice, site) for practice in comparison.practices)
        row = replace(row, cells=tuple(Cell(label=period) for period in periods))
    columns = zip(row.cells, comparison.practices, names, strict=True)
    cells = (_cell(row, cell, practice, label, site) for cell, practice, label in columns)
    return tag("tr", name, *cells, class_=f"row-{row.key} different" if row.differs else f"row-{row.key}")


def _name(row: Row, said: Words, site: Site) -> Html:
    """What the row is about; an indicator stands in the language of the practice that it is taken from."""
    if not row.about:
        return esc(row_name(row, said))
    language = next(cell.quotes[0].language for cell in row.cells if cell.quotes)
    return join((f"{said.rows[row.key]}: ", foreign(row.about, language, site.language)))


def _cell(row: Row, cell: Cell, practice: Practice, name: str, site: Site) -> Html:
    """The fact, then the practice's own words; whose they are stands in the cell where the heading is far away."""
    said = words(site.language)
    if not cell:
        return tag("td", tag("span", said.missing, class_="unsaid"), data_label=name)
    known = facts(replace(cell, when=site.date(cell.when)), said)
    parts: list[str] = [tag("p", line, class_="fact") for line in known]
    if row.key in {"realised", "expected"}:
        parts.append(tag("ul", *(_result(quote, practice, site) for quote in cell.quotes)))
    else:
        for quote in cell.quotes:
            parts.append(_said(quote, site))
            if quote.by == "machine":
                parts.append(tag("p", f"({said.translated})", class_="more"))
    return tag("td", *parts, data_label=name)


def _result(quote: Quote, practice: Practice, site: Site) -> Html:
    """What was reached, and the figure with decimals as the reader writes them."""
    told = (result for result in practice.results if (result.statement, figure(result)) == (quote.text, quote.note))
    written = next((figure(result, decimal_text(result.value, site.language)) for result in told), quote.note)
    note = tag("span", written, class_="figure") if written else ""
    return foreign(join((quote.text, note), " "), quote.language, site.language, "li")


def _said(quote: Quote, site: Site) -> Html:
    """A practice's own text, a paragraph a line."""
    paragraphs = (tag("p", line) for line in quote.text.split("\n"))
    return foreign(join(paragraphs), quote.language, site.language, "div", class_="said")


def _group(found: Aligned, comparison: Comparison, site: Site, back: str) -> Html:
    columns = (
        _passage(quote, practice, comparison, site, back)
        for quote, practice in zip(found.quotes, comparison.practices, strict=True)
    )
    grid = tag("div", *columns, class_=f"columns-{len(comparison.practices)}")
    return tag("section", tag("h3", found.heading), grid, class_="same")


def _passage(quote: Quote | None, practice: Practice, comparison: Comparison, site: Site, back: str) -> Html:
    """What one practice says, with where it stands; or that it says nothing like it."""
    name = place(practice, comparison) or practice.card(site.language).title
    if quote is None:
        said = tag("p", site.t("compare.no_passage"), class_="unsaid")
        return tag("div", tag("p", name, class_="from"), said, class_="passage-of none")
    under = Html()
    if quote.note:
        before, _, after = site.t("compare.under", heading="\0").partition("\0")
        heading = foreign(quote.note, quote.language, site.language)
        under = tag("p", join((esc(before), heading, esc(after))), class_="more")
    link = tag("a", site.t("compare.source"), href=practice_url(practice.id, back), target="_self")
    line = tag("span", site.t("compare.line", line=quote.line))
    source = tag("p", link, " · ", line, class_="more")
    quoted = tag("blockquote", _said(quote, site))
    return tag("div", tag("p", name, class_="from"), under, quoted, source, class_="passage-of")
