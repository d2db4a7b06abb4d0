"""One synthetic practice: sections of several real ones under the title of one, as text and as a record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from random import Random

from benchmarks.synthetic.material import Item, Material, Piece
from benchmarks.synthetic.places import PER_LANGUAGE, place_key
from kb.markdown import Block
from kb.practice import Card, Practice, Section

LANGUAGES = ("nb", "da", "sv", "en", "nn")
SHARES = (45, 25, 15, 10, 5)
"""Percent of the practices in each of the languages: rounded from those shipped."""
CARDS = ("nb", "da", "sv", "en")
TRANSLATED = 10_000
"""So many, the first ones, have cards in the other languages too: a hundred thousand practices then have a million
passages, as many as a repository would where few cards are translated."""
BORROWED, RELATED = 0.28, 0.17
"""Shares of the shipped practices that borrowed something, and that name others."""
POPULAR = 3
"""The higher, the more often the same few practices are borrowed from."""
MIXED = 0.5
"""How often a section holds items of two practices."""

MARK = re.compile(r" \((?:syntetisk|synthetic) \d+\)")
"""What every title, summary and question ends with."""
_NOTE = {
    "nb": "Syntetisk: satt sammen av deler av andre praksiser for å prøve størrelse. Ingen har gjort dette.",
    "nn": "Syntetisk: sett saman av delar av andre praksisar for å prøve storleik. Ingen har gjort dette.",
    "da": "Syntetisk: sat sammen af dele af andre praksisser for at prøve størrelse. Ingen har gjort dette.",
    "sv": "Syntetisk: satt samman av delar av andra praktiker för att pröva storlek. Ingen har gjort detta.",
    "en": "Synthetic: put together from parts of other practices to try out size. Nobody has done this.",
}
_ADAPTED = {"nb": "Slik tilpasset vi", "nn": "Slik tilpassa vi", "da": "Sådan tilpassede vi", "sv": "Så anpassade vi"}
_ADAPTED_EN = "How we adapted it"
_ASSESSED = "  feasibility: medium\n  value: medium\n  decision: pending\n"


@dataclass(frozen=True, slots=True)
class Made:
    """A synthetic practice: its files, and the record that gives the same passages as reading them."""

    practice: Practice
    markdown: str
    cards: str


def practice_id(number: int) -> str:
    return f"synthetic-{number:06d}"


def compose(material: Material, seed: int, number: int) -> Made:
    """The practice of a number: the same for the same seed, however many there are."""
    chance = Random(f"{seed} {number}")  # noqa: S311  the same at every run is the point
    language = chance.choices(LANGUAGES, SHARES)[0]
    donor = chance.choice(material.practices[language])
    borrowed = _earlier(chance, number, BORROWED)
    countries = PER_LANGUAGE[language]
    country = chance.choices(list(countries), list(countries.values()))[0]
    place = place_key(country, chance.randrange(countries[country]))
    others = CARDS if number < TRANSLATED else ()
    sections = [_section(piece, items) for piece, items in _chosen(material, donor, chance, adapted=bool(borrowed))]
    practice = replace(
        donor,
        id=practice_id(number),
        path=PurePosixPath(place, f"{practice_id(number)}.md"),
        title=_marked(donor.title, language, number, 120),
        summary=_marked(donor.summary, language, number, 300),
        places=(place,),
        questions=tuple(_marked(question, language, number) for question in donor.questions),
        related=_earlier(chance, number, RELATED),
        sections=tuple(section for section, _ in sections),
        cards={name: _card(donor.cards[name], number) for name in others if name in donor.cards and name != language},
    )
    body = "\n\n".join(f"## {section.heading}\n\n{text}" for section, text in sections)
    front = "".join(_front(practice, borrowed, number))
    comment = f"<!-- {_NOTE[language]} -->"
    return Made(practice, f"---\n{front}---\n\n{comment}\n\n{body}\n", "".join(_cards_text(practice.cards.values())))


def _earlier(chance: Random, number: int, share: float) -> tuple[str, ...]:
    """Now and then one practice of a lower number, so that there are no rings; some are named far more than others."""
    if not number or chance.random() >= share:
        return ()
    return (practice_id(int(number * chance.random() ** POPULAR)),)


def _chosen(
    material: Material, donor: Practice, chance: Random, *, adapted: bool
) -> Iterator[tuple[Piece, Sequence[Item]]]:
    """For each heading of the donor, a section that somebody wrote under it, in part or with items of another."""
    headings = [section.heading for section in donor.sections]
    adaptation = _ADAPTED.get(donor.language, _ADAPTED_EN)
    if adapted and adaptation not in headings:
        headings.append(adaptation)
    for heading in headings:
        pieces = material.pieces.get((donor.language, heading), ())
        if not pieces:
            continue
        piece = chance.choice(pieces)
        items = _some(piece.items, chance)
        if chance.random() < MIXED:
            items += [item for item in _some(chance.choice(pieces).items, chance) if item not in items]
        yield piece, items


def _some(items: Sequence[Item], chance: Random) -> list[Item]:
    """Some neighbouring items, at least half of them."""
    count = chance.randint((len(items) + 1) // 2, len(items))
    start = chance.randint(0, len(items) - count)
    return list(items[start : start + count])


def _section(piece: Piece, items: Sequence[Item]) -> tuple[Section, str]:
    text, listed = "", False
    for item in items:
        joint = "\n" if listed and item.is_listed else "\n\n"
        text += (joint if text else "") + item.markdown
        listed = item.is_listed
    blocks: tuple[Block, ...] = tuple(block for item in items for block in item.blocks)
    return replace(piece.section, level=2, parents=(), blocks=blocks), text


def _card(card: Card, number: int) -> Card:
    return replace(
        card,
        title=_marked(card.title, card.language, number, 120),
        summary=_marked(card.summary, card.language, number, 300),
        questions=tuple(_marked(question, card.language, number) for question in card.questions),
    )


def _marked(text: str, language: str, number: int, most: int = 300) -> str:
    """A text that says it is synthetic, and of which practice; cut between words where it is too long."""
    mark = f" ({'synthetic' if language == 'en' else 'syntetisk'} {number})"
    if len(text) + len(mark) > most:
        text = text[: most - len(mark)].rsplit(" ", 1)[0]
    return text + mark


def _front(practice: Practice, borrowed: Iterable[str], number: int) -> Iterator[str]:
    note = _NOTE[practice.language]
    yield f"title: {_text(practice.title)}\nsummary: {_text(practice.summary)}\nlanguage: {practice.language}\n"
    yield f"place: {practice.places[0]}\n"
    yield from _list("areas", practice.areas)
    yield from _list("themes", practice.themes)
    for key in ("status", "status_as_of", "started", "ended", "evidence"):
        if value := getattr(practice, key):
            yield f"{key}: {_text(value)}\n"
    yield f"evidence_note: {_text(note)}\n"
    if practice.results:
        yield "results:\n"
    for result in practice.results:
        given = {key: getattr(result, key) for key in ("kind", "statement", "indicator", "value", "unit", "period")}
        yield "  -" + "   ".join(f" {key}: {_text(value)}\n" for key, value in given.items() if value)
    if names := list(borrowed):
        yield "borrowed_from:\n" + "".join(f"  - practice: {name}\n    note: {_text(note)}\n" for name in names)
    yield from _list("related", practice.related)
    yield f"sources:\n  - title: {_text(note)}\n    url: https://synthetic.example/{number}\n"
    yield from _list("questions", practice.questions)
    if practice.assessment:
        yield f"assessment:\n{_ASSESSED}"


def _cards_text(cards: Iterable[Card]) -> Iterator[str]:
    for card in cards:
        yield f"{card.language}:\n  by: machine\n  title: {_text(card.title)}\n  summary: {_text(card.summary)}\n"
        yield "  questions:\n" + "".join(f"    - {_text(question)}\n" for question in card.questions)


def _list(key: str, values: Sequence[str]) -> Iterator[str]:
    if values:
        yield f"{key}:\n" + "".join(f"  - {_text(value)}\n" for value in values)


def _text(value: str) -> str:
    """A YAML scalar: JSON's double quotes mean the same."""
    return json.dumps(value, ensure_ascii=False)
