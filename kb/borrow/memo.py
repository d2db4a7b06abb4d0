"""The decision memo of a loan: what a management team needs on two pages.

Built once as blocks, and written from them as Markdown or as HTML. What nobody has answered is
said to be so; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kb import schema
from kb.borrow.file import HEADS, columns, origin
from kb.borrow.loan import Loan, benefits_of
from kb.borrow.words import word
from kb.figures import date_text, decimal_text
from kb.practice import Practice, Result
from kb.typed import clipped, ended, line
from kb.vocabulary import Vocabulary

RESULTS = 4
"""Results of each kind that two pages have room for."""
LONG = 260
"""Characters of the source's own words in one cell; the whole stands with the source."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the memo."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs and lists as they were typed, with a label before them where there is one."""

    text: str
    language: str = ""
    """Where it is not the memo's."""
    label: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    text: str
    language: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row of headings."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A source: what it is called, where it is, and what is said of it."""

    text: str
    url: str = ""
    about: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """A list of sources."""

    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Ticks:
    """Boxes to tick on paper, and a line to sign on."""

    choices: tuple[str, ...]
    signed: str


Block = Heading | Text | Table | Links | Ticks


@dataclass(frozen=True, slots=True)
class Memo:
    """A decision memo in one language."""

    title: str
    kind: str
    about: str
    """Place, status and date on one line."""
    language: str
    blocks: tuple[Block, ...]


def memo(
    loan: Loan,
    source: Practice,
    vocabulary: Vocabulary,
    *,
    url: str = "",
    compared: Sequence[Practice] = (),
    today: date | None = None,
) -> Memo:
    """The memo of a loan; `url` is where the whole source can be read, `compared` what else was looked at."""
    day = today or datetime.now(tz=UTC).date()
    writer = _Writer(loan, source, vocabulary, url, tuple(compared))
    status, written = (
        vocabulary.label("statuses", loan.status, loan.language),
        date_text(day.isoformat(), loan.language),
    )
    about = " · ".join((writer.place or writer.word("memo.no_place"), status, written))
    title = line(loan.title) or word("memo.untitled", loan.language)
    return Memo(title, word("memo.kind", loan.language), about, loan.language, tuple(writer.blocks()))


@dataclass(frozen=True, slots=True)
class _Writer:
    """The memo, part by part."""

    loan: Loan
    source: Practice
    vocabulary: Vocabulary
    url: str
    compared: tuple[Practice, ...]

    def blocks(self) -> Iterator[Block]:
        """Every part, in the order that a decision is made."""
        yield from self._matter()
        yield from self._others()
        yield from self._compared()
        yield from self._ours()
        yield from self._conditions()
        yield from self._risks()
        yield from self._benefits()
        yield from self._costs_and_steps()
        yield from self._proposal()
        yield from self._sources()

    @property
    def place(self) -> str:
        """Our place by its name; empty where none is given."""
        loan = self.loan
        if loan.place:
            return self.vocabulary.place_name(loan.place, language=loan.language)
        return line(loan.new_place)

    @property
    def source_title(self) -> str:
        """What the source is called in the memo's language."""
        return line(self.source.card(self.loan.language).title)

    @property
    def origin(self) -> str:
        """Where the source is from."""
        return origin(self.source, self.vocabulary, self.loan.language) or self.source.id

    def word(self, key: str, **values: str) -> str:
        """A word in the memo's language."""
        return word(key, self.loan.language, **values)

    def answer(self, text: str, label: str = "") -> Text:
        """What was answered, or that it was not."""
        return Text(text, label=label) if line(text) else Text(self.word("missing"), label=label, missing=True)

    def quoted(self, text: str) -> Cell:
        """The source's own words."""
        return Cell(clipped(text, LONG), self._foreign(self.source.language))

    def _foreign(self, language: str) -> str:
        return language if language != self.loan.language else ""

    def _matter(self) -> Iterator[Block]:
        key = "memo.matter_pilot" if self.loan.status == "pilot" else "memo.matter_idea"
        yield Heading(self.word("memo.matter"))
        yield Text(
            self.word(key, place=self.place or self.word("memo.we"), source=self.source_title, origin=self.origin)
        )
        yield Heading(self.word("memo.problem"))
        yield self.answer(self.loan.problem)

    def _others(self) -> Iterator[Block]:
        source, own = self.source, self.loan.language
        card = source.card(own)
        yield Heading(self.word("memo.others"))
        if card.summary:
            yield Text(card.summary, self._foreign(card.language))
        if source.status:
            unknown = source.status_as_of in {"", schema.UNKNOWN_DATE}
            status = self.vocabulary.label("statuses", source.status, own)
            key = "memo.where_unknown" if unknown else "memo.where"
            yield Text(self.word(key, place=self.origin, status=status, date=date_text(source.status_as_of, own)))
        tables = [table for kind in ("realised", "expected") for table in self._results(kind)]
        yield from tables or [Text(self.word("memo.no_results"))]
        if source.evidence in schema.EVIDENCE:
            label = self.vocabulary.label("evidence", source.evidence, own)
            said = f"{ended(label)} {self.word(f'evidence.{source.evidence}')}"
            yield Text(said, label=self.word("memo.evidence"))
            if source.evidence_note:
                yield Text(clipped(source.evidence_note, LONG), self._foreign(source.language))

    def _results(self, kind: str) -> Iterator[Block]:
        found = [result for result in self.source.results if result.kind == kind]
        if not found:
            return
        caption = self.word("memo.realised" if kind == "realised" else "memo.hoped")
        heads = (caption, self.word("indicator"), self.word("target") if kind == "expected" else "", self.word("when"))
        told = [_parts(result, self.loan.language) for result in found[:RESULTS]]
        used = [0, *(at for at in (1, 2, 3) if any(parts[at] for parts in told))]
        rows = tuple(tuple(self.quoted(parts[at]) for at in used) for parts in told)
        value = self.word("value")
        yield Table(caption, tuple(heads[at] or value for at in used), rows)
        if len(found) > RESULTS:
            yield Text(self.word("memo.more_results"))

    def _ours(self) -> Iterator[Block]:
        yield Heading(self.word("memo.ours"))
        yield self.answer(self.loan.keep, self.word("memo.keep"))
        yield self.answer(self.loan.change, self.word("memo.change"))

    def _conditions(self) -> Iterator[Block]:
        yield Heading(self.word("memo.conditions"))
        if not self.loan.conditions:
            yield Text(self.word("memo.no_conditions"))
            return
        heads = tuple(self.word(key) for key in ("memo.condition", "memo.state", "memo.note"))
        rows = tuple(
            (self.quoted(item.text), self._state(item.state), Cell(line(item.note))) for item in self.loan.conditions
        )
        yield Table(self.word("memo.conditions"), heads, rows)

    def _state(self, state: str) -> Cell:
        return Cell(self.word(f"state.{state}")) if state else Cell(self.word("open"), missing=True)

    def _compared(self) -> Iterator[Block]:
        """What else was on the table: a decision is a choice."""
        if not self.compared:
            return
        yield Heading(self.word("memo.compared"))
        yield Links(tuple(map(self._alternative, self.compared)))

    def _alternative(self, practice: Practice) -> Link:
        card = practice.card(self.loan.language)
        status = self.vocabulary.label("statuses", practice.status, self.loan.language) if practice.status else ""
        about = " · ".join(filter(None, (origin(practice, self.vocabulary, self.loan.language), status)))
        return Link(card.title, "", about, self._foreign(card.language))

    def _risks(self) -> Iterator[Block]:
        yield Heading(self.word("memo.risks"))
        if not self.loan.lessons:
            yield Text(self.word("memo.no_lessons"))
            return
        heads = (self.word("their_lesson"), self.word("we_avoid"))
        rows = tuple((self.quoted(item.text), self._cell(item.avoid)) for item in self.loan.lessons)
        yield Table(self.word("memo.risks"), heads, rows)

    def _cell(self, text: str) -> Cell:
        return Cell(line(text)) if line(text) else Cell(self.word("open"), missing=True)

    def _benefits(self) -> Iterator[Block]:
        yield Heading(self.word("memo.benefits"))
        benefits = benefits_of(self.loan)
        if not benefits:
            yield self.answer("")
            return
        used = columns(benefits)
        heads = tuple(self.word(HEADS.get(name, name)) for name in used)
        rows = tuple(tuple(Cell(line(getattr(benefit, name))) for name in used) for benefit in benefits)
        yield Table(self.word("memo.benefits"), heads, rows)

    def _costs_and_steps(self) -> Iterator[Block]:
        loan = self.loan
        yield Heading(self.word("cost"))
        yield self.answer(loan.cost)
        yield Heading(self.word("next"))
        yield self.answer(loan.owner, self.word("owner"))
        yield self.answer(loan.next_step, self.word("next_step"))
        yield self.answer(loan.next_date, self.word("when"))

    def _proposal(self) -> Iterator[Block]:
        loan = self.loan
        title = line(loan.title) or self.source_title
        said = [self.word("memo.propose_pilot" if loan.status == "pilot" else "memo.propose_idea", title=title)]
        if line(loan.owner):
            said.append(self.word("memo.responsible", owner=line(loan.owner)))
        if line(loan.next_step):
            when = f" ({line(loan.next_date)})" if line(loan.next_date) else ""
            said.append(ended(self.word("memo.first", step=f"{line(loan.next_step).rstrip('.')}{when}")))
        yield Heading(self.word("memo.proposal"))
        yield Text(" ".join(said))
        choices = tuple(self.word(f"memo.tick_{name}") for name in ("try", "park", "reject"))
        yield Ticks(choices, self.word("memo.decided"))

    def _sources(self) -> Iterator[Block]:
        source = self.source
        foreign = self._foreign(source.language)
        whole = Link(self.source_title, self.url, self.word("memo.read_all") if self.url else self.origin)
        others = (
            Link(item.title or item.url, item.url, ", ".join(filter(None, (item.publisher, item.year))), foreign)
            for item in source.sources
        )
        yield Heading(self.word("memo.sources"))
        yield Links((whole, *others))


def _parts(result: Result, language: str) -> Sequence[str]:
    """Statement, indicator, value with its unit as `language` writes numbers, and period."""
    value = decimal_text(result.value, language)
    return result.statement, result.indicator, f"{value} {result.unit}".strip(), result.period
