"""A loan as the text of a practice file: front matter through the YAML writer, sections in Markdown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import quote

from kb.borrow.loan import Benefit, Loan, benefits_of
from kb.borrow.words import word
from kb.frontmatter import Value
from kb.practice import Practice
from kb.propose.draft import section, whole
from kb.typed import beginning, ended, inline, line, prose
from kb.vocabulary import Vocabulary

SUMMARY = 300
"""As many characters as the format gives a summary."""
_NOTE = 200
COLUMNS = ("statement", "indicator", "baseline", "target", "date", "measured")
HEADS = {"statement": "benefit"}
"""Columns of the table of benefits whose word has another key."""


def file_text(loan: Loan, source: Practice, vocabulary: Vocabulary, path: PurePosixPath, day: date) -> str:
    """The whole file, as it would stand at `path`."""
    return whole(_front_matter(loan, source, day), _body(loan, source, vocabulary, path))


def origin(source: Practice, vocabulary: Vocabulary, language: str) -> str:
    """The places that a practice is from, with their country."""
    return " · ".join(vocabulary.place_name(key, with_country=True, language=language) for key in source.places)


def columns(benefits: Iterable[Benefit]) -> list[str]:
    """The columns of a table of benefits that have something in them."""
    return [name for name in COLUMNS if any(line(getattr(benefit, name)) for benefit in benefits)]


def _front_matter(loan: Loan, source: Practice, day: date) -> dict[str, Value]:
    return {
        "title": line(loan.title),
        "summary": beginning(loan.problem, SUMMARY),
        "language": loan.language,
        "place": loan.place_key,
        "areas": list(source.areas),
        "themes": list(source.themes),
        "status": loan.status,
        "status_as_of": day.isoformat(),
        "evidence": "none",
        "results": [_result(benefit) for benefit in benefits_of(loan)],
        "borrowed_from": [{"practice": source.id, "note": _taken(loan, day)}],
        "contact": line(loan.owner),
        "assessment": {"decision": "pending"},
    }


def _result(benefit: Benefit) -> dict[str, Value]:
    fields = {
        "kind": "expected",
        "statement": line(benefit.statement),
        "indicator": line(benefit.indicator),
        "value": line(benefit.target),
        "period": line(benefit.date),
    }
    return {key: value for key, value in fields.items() if value}


def _taken(loan: Loan, day: date) -> str:
    """What was borrowed, and when."""
    key = "taken_version" if line(loan.version) else "taken"
    when = word(key, loan.language, date=day.isoformat(), version=line(loan.version))
    return " ".join(filter(None, (ended(beginning(loan.keep, _NOTE)), when)))


def _body(loan: Loan, source: Practice, vocabulary: Vocabulary, path: PurePosixPath) -> Iterator[str]:
    language = loan.language

    def own(key: str, *texts: str) -> str:
        return section(vocabulary.heading(key, language), *texts)

    # The three that the format requires stand there also when empty, so that the checker asks for them.
    yield own("problem", prose(loan.problem))
    yield own("practice", prose(loan.keep))
    change = prose(loan.change)
    yield own("adaptation", change, _from(loan, source, vocabulary, path) if change else "")
    if table := _benefits(loan):
        yield own("results", word("expected", language), table)
    conditions = "\n".join(_conditions(loan))
    cost = f"**{word('cost', language)}:** {prose(loan.cost)}" if line(loan.cost) else ""
    if conditions or cost:
        yield own("conditions", conditions, cost)
    if lessons := "\n".join(_lessons(loan)):
        yield section(word("avoided", language), lessons)
    if steps := "\n".join(_next(loan)):
        yield section(word("next", language), steps)


def _from(loan: Loan, source: Practice, vocabulary: Vocabulary, path: PurePosixPath) -> str:
    """A link to the source that can be followed on a forge too."""
    there = quote(posixpath.relpath(source.path.as_posix(), path.parent.as_posix()))
    link = f"[{inline(source.card(loan.language).title)}]({there})"
    place = inline(origin(source, vocabulary, loan.language)) or inline(source.id)
    return word("from", loan.language, title=link, place=place)


def _benefits(loan: Loan) -> str:
    benefits = benefits_of(loan)
    if not benefits:
        return ""
    used = columns(benefits)
    rows = [
        [word(HEADS.get(name, name), loan.language) for name in used],
        ["---"] * len(used),
        *([inline(getattr(benefit, name)) for name in used] for benefit in benefits),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _conditions(loan: Loan) -> Iterator[str]:
    for condition in loan.conditions:
        state = word(f"state.{condition.state}" if condition.state else "open", loan.language)
        note = f" – {inline(condition.note)}" if line(condition.note) else ""
        yield f"- **{state}:** {inline(condition.text)}{note}"


def _lessons(loan: Loan) -> Iterator[str]:
    for lesson in loan.lessons:
        answer = inline(lesson.avoid) or word("open", loan.language)
        yield f"- **{word('their_lesson', loan.language)}:** {inline(lesson.text)}"
        yield f"  - **{word('we_avoid', loan.language)}:** {answer}"


def _next(loan: Loan) -> Iterator[str]:
    for name, value in (("owner", loan.owner), ("next_step", loan.next_step), ("when", loan.next_date)):
        if line(value):
            yield f"- **{word(name, loan.language)}:** {inline(value)}"
