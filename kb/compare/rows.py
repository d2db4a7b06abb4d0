"""The rows of a comparison: facts by their keys, and texts in the practices' own words.

What a practice does not say stays empty, and a row that none of them has anything in is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kb import schema
from kb.compare.model import Cell, Quote, Row, Sized
from kb.index.store import Store
from kb.language.text import folded_words
from kb.practice import Practice, Result
from kb.vocabulary import Vocabulary

TOLD_APART = frozenset({"country", "kind", "status", "evidence"})
"""Facts whose differences are worth a mark: places and periods always differ."""

FRONT = 1
"""The line of what stands in the front matter."""

_WARNINGS = re.compile(
    r"\b(?:passer|egner seg|høver|eignar seg|egner sig|passar|lämpar sig)\b(?: \w+)?"
    r" (?:ikke|ikkje|inte|dårlig|dårleg|dåligt)\b"
    r"|\b(?:ikke|ikkje|inte) (?:for alle|for alt|för alla|för allt|egnet|eigna|lämplig\w*)\b"
    r"|\b(?:does|do|is|are) not (?:suit|suited|suitable|for everyone)\b"
    r"|\b(?:bør|skal man|bör|ska man) (?:man |en |ein )?(?:ikke|ikkje|inte)\b|\bshould not\b",
    re.IGNORECASE,
)
"""How a text says that something does not suit, or should not be done."""

_ENDED = re.compile(
    r"\b(?:(?:av|af)(?:slutt|slut)(?:et|ad|at|ade|ades|ede|edes)|(?:lagt|lades|lagts|blev lagt) ned|nedlagt|nedlades?"
    r"|stoppet|stoppede|stoppades|stansa|stanset|opph[øö]rt?e?|upph[öø]rde|av(?:vikl|veckl)(?:et|ades|ad|ats)"
    r"|a[vf]skaff(?:et|ades|ats|ede|edes)|discontinued|wound up|(?:was|were) (?:stopped|ended|abolished)|has ended)\b"
    r"|^(?:skäle[nt]|grunnen|årsaken|begrunnelsen|grunngivinga|grunden|årsagen|begrundelsen|the reasons?)\b",
    re.IGNORECASE,
)
"""How a text tells that something came to its end, and why."""

_WARNING_SECTIONS = frozenset({"practice", "results", "lessons", "conditions", "adaptation"})
"""The problem section says what did not suit before."""


def rows(practices: Sequence[Practice], store: Store, vocabulary: Vocabulary, language: str) -> Iterator[Row]:
    """Every row in which at least one practice has something; kinds of places only where they differ or have a size."""

    def label(kind: str, key: str) -> str:
        return vocabulary.label(kind, key, language)

    def facts(practice: Practice) -> dict[str, Cell]:
        return {
            "place": Cell(label=" · ".join(map(vocabulary.place_name, practice.places))),
            "kind": Cell(value=_kind(practice, vocabulary), places=_sizes(practice, vocabulary)),
            "country": _country(practice, label),
            "status": _labelled("statuses", practice.status, label, when=practice.status_as_of),
            "evidence": _labelled("evidence", practice.evidence, label, quotes=_note(practice)),
            "period": Cell(label=_period(practice)),
        }

    columns = [facts(practice) for practice in practices]
    found = [_row("summary", [_summary(practice, language) for practice in practices])]
    found += [_section("problem", practices), _section("practice", practices)]
    found += [_row(name, [column[name] for column in columns]) for name in columns[0]]
    for kind in reversed(schema.RESULT_KINDS):
        found += _results(kind, practices, store)
    found += [_section("conditions", practices), _section("lessons", practices)]
    found.append(_row("warnings", [_warned(practice) for practice in practices]))
    yield from (row for row in found if any(row.cells) and (row.key != "kind" or row.differs or _has_size(row)))


def _row(key: str, cells: Sequence[Cell], about: str = "") -> Row:
    values = {cell.value for cell in cells if cell.value}
    return Row(key, tuple(cells), about, differs=key in TOLD_APART and len(values) > 1)


def _has_size(row: Row) -> bool:
    return any(place.population for cell in row.cells for place in cell.places)


def _summary(practice: Practice, language: str) -> Cell:
    """What it is about in a sentence or two, in the reader's language where the card has that."""
    card = practice.card(language)
    by = "machine" if card.by == "machine" else ""
    return Cell(quotes=(Quote(card.summary, card.language, FRONT, by=by),) if card.summary else ())


def _section(key: str, practices: Sequence[Practice]) -> Row:
    return _row(key, [Cell(quotes=section_quotes(practice, key)) for practice in practices])


def section_quotes(practice: Practice, key: str) -> tuple[Quote, ...]:
    """What a practice says under one heading of the format."""
    return tuple(
        Quote(section.text, practice.language, section.blocks[0].line)
        for section in practice.section(key)
        if section.blocks
    )


def _labelled(
    kind: str, key: str, label: Callable[[str, str], str], when: str = "", quotes: tuple[Quote, ...] = ()
) -> Cell:
    return Cell(key, label(kind, key) if key else "", when if key else "", quotes)


def _country(practice: Practice, label: Callable[[str, str], str]) -> Cell:
    keys = sorted({place.split("/", 1)[0] for place in practice.places})
    return Cell(value=" ".join(keys), label=", ".join(label("countries", key) for key in keys))


def _kind(practice: Practice, vocabulary: Vocabulary) -> str:
    """How large a place it is, as far as the file of places says: that of all its places, where they agree."""
    kinds = {vocabulary.places[place].kind for place in practice.places if place in vocabulary.places}
    return next(iter(kinds)) if len(kinds) == 1 else ""


def _sizes(practice: Practice, vocabulary: Vocabulary) -> tuple[Sized, ...]:
    known = (vocabulary.places[key] for key in practice.places if key in vocabulary.places)
    return tuple(
        Sized(place.key, vocabulary.place_name(place.key), place.kind, place.population, place.population_as_of)
        for place in known
    )


def _note(practice: Practice) -> tuple[Quote, ...]:
    return (Quote(practice.evidence_note, practice.language, FRONT),) if practice.evidence_note else ()


def _period(practice: Practice) -> str:
    """From when to when it ran; an end that is not told is left open."""
    return f"{practice.started}–{practice.ended}" if practice.started or practice.ended else ""


def _results(kind: str, practices: Sequence[Practice], store: Store) -> Iterator[Row]:
    """The results of one kind: an indicator that several share has a row of its own, the rest share one."""
    found = [[result for result in practice.results if _is(result, kind)] for practice in practices]
    named = _indicators([result.indicator for results in found for result in results], store)
    shared = {
        name: result.indicator
        for name in dict.fromkeys(named.values())
        for result in (result for results in found for result in results)
        if named.get(result.indicator) == name
        and sum(any(named.get(other.indicator) == name for other in results) for results in found) > 1
    }
    for name, indicator in shared.items():
        chosen = [[result for result in results if named.get(result.indicator) == name] for results in found]
        yield _row(kind, _told(chosen, practices), indicator)
    rest = [[result for result in results if named.get(result.indicator) not in shared] for results in found]
    yield replace(_row(kind, _told(rest, practices)), rest=bool(shared))


def _is(result: Result, kind: str) -> bool:
    """What does not say that it was reached is no more than expected."""
    return (result.kind == "realised") == (kind == "realised")


def _told(found: Sequence[Sequence[Result]], practices: Sequence[Practice]) -> list[Cell]:
    return [
        Cell(quotes=tuple(Quote(result.statement, practice.language, FRONT, figure(result)) for result in results))
        for results, practice in zip(found, practices, strict=True)
    ]


def figure(result: Result, value: str = "") -> str:
    """Indicator, value and period as they are written; `value` may be the value as one reads it."""
    value = " ".join(filter(None, (value or result.value, result.unit)))
    measured = ": ".join(filter(None, (result.indicator, value)))
    return ", ".join(filter(None, (measured, result.period)))


def _indicators(names: Sequence[str], store: Store) -> dict[str, str]:
    """Each indicator and what it is called here; words for the same in other languages are called the same."""
    plain = {name: " ".join(word.folded for word in folded_words(name)) for name in names if name}
    others = store.same_words(sorted(set(plain.values())))
    return {name: min((phrase, *others.get(phrase, ()))) for name, phrase in plain.items() if phrase}


def _warned(practice: Practice) -> Cell:
    """Where not to use it: how leaders judged it, and sentences that say so or tell how a stopped one ended."""
    judged = practice.assessment
    why = judged.why if judged and judged.decision in {"park", "reject"} else ""
    quotes = [Quote(why, practice.language, FRONT)] if why else []
    for section in practice.sections:
        if section.key in _WARNING_SECTIONS:
            quotes += [
                Quote(sentence, practice.language, block.line)
                for block in section.blocks
                for sentence in re.split(r"(?<=[.!?]) (?=[A-ZÆØÅÄÖ])", block.text)
                if _WARNINGS.search(sentence) or (practice.status == "stopped" and _ENDED.search(sentence))
            ]
    return Cell(quotes=tuple(quotes))
