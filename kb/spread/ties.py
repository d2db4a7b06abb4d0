"""Who borrowed what from whom, as the practices say it themselves.

A borrowing points to a practice here or to something outside: a place, a network, a practice that nobody
has described yet. What is outside is kept under the name it was given, once for each name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, pairwise

from kb import schema
from kb.practice import Borrowing, Practice
from kb.vocabulary import Vocabulary

OUTSIDE = "outside:"
"""How the key of what is outside begins; an id of a practice cannot."""

MAX_CHAINS = 2000
"""Ways through the borrowings that are looked at: beyond this nobody reads them."""


@dataclass(frozen=True, slots=True)
class Loan:
    """One borrowing: who has it, and where it came from."""

    borrower: str
    """The id of the practice that borrowed."""
    source: str
    """The id of a practice here, or the key of an outsider."""
    note: str = ""
    when: str = ""
    """When the borrower began, as it is written there; empty where it is not."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Something that was borrowed and is not described here."""

    key: str
    title: str
    """What it is called; empty where only the place is told."""
    where: tuple[str, ...] = ()
    """Where it is from, as the borrowers write it."""
    places: tuple[str, ...] = ()
    """The keys of places that the borrowers name."""
    url: str = ""
    language: str = ""
    """The language of the one who named it first."""
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trade:
    """What a place, with everything in it, gave to others and took from them."""

    place: str
    gives: tuple[Loan, ...]
    takes: tuple[Loan, ...]
    inside: tuple[Loan, ...]
    """From one part of the place to another."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An area or theme in which a place has shared nothing, and who has."""

    kind: str
    """`areas` or `themes`, as in the vocabulary."""
    key: str
    practices: tuple[Practice, ...]
    """Those of others; what is in use and best known to work comes first."""


@dataclass(frozen=True)
class Spread:
    """Every borrowing of a collection, and what can be asked of them."""

    practices: Mapping[str, Practice]
    outsiders: Mapping[str, Outsider]
    loans: tuple[Loan, ...]
    vocabulary: Vocabulary
    _from: Mapping[str, tuple[Loan, ...]] = field(default_factory=dict, repr=False)
    _to: Mapping[str, tuple[Loan, ...]] = field(default_factory=dict, repr=False)

    def sources(self, node: str) -> tuple[Loan, ...]:
        """What a practice borrowed."""
        return self._from.get(node, ())

    def borrowers(self, node: str) -> tuple[Loan, ...]:
        """Who borrowed a practice, or something outside."""
        return self._to.get(node, ())

    def ancestors(self, node: str) -> tuple[str, ...]:
        """What it comes from, the nearest first."""
        return _reached(node, lambda at: [loan.source for loan in self.sources(at)])

    def descendants(self, node: str) -> tuple[str, ...]:
        """What came of it, the nearest first."""
        return _reached(node, lambda at: [loan.borrower for loan in self.borrowers(at)])

    def family(self, node: str) -> tuple[str, ...]:
        """Everything that is tied to it by borrowings, itself first."""
        return (node, *_reached(node, self._around))

    def families(self) -> list[tuple[str, ...]]:
        """The collection's families, the largest first, each in the order of its generations."""
        seen: set[str] = set()
        found = []
        for loan in self.loans:
            if loan.source not in seen:
                family = self.family(loan.source)
                seen.update(family)
                generation = self.generations(family)
                found.append(tuple(sorted(family, key=lambda node: (generation[node], node))))
        return sorted(found, key=lambda family: (-len(family), family[0]))

    def generations(self, family: Iterable[str]) -> dict[str, int]:
        """How many borrowings lie behind each node: 0 for what was borrowed from nobody. A circle is cut once."""
        found: dict[str, int] = {}
        for node in sorted(family):
            self._generation(node, found)
        return found

    def most_borrowed(self) -> list[tuple[str, int]]:
        """What was borrowed, with by how many, the most first; those who borrowed from these decide a tie."""
        counts = {node: len({loan.borrower for loan in loans}) for node, loans in self._to.items()}
        return sorted(counts.items(), key=lambda pair: (-pair[1], -len(self.descendants(pair[0])), pair[0]))

    def countries(self, node: str) -> tuple[str, ...]:
        """The countries of a practice or of an outsider; none where they are not told."""
        if node in self.outsiders:
            return self.outsiders[node].countries
        return tuple(dict.fromkeys(place.split("/", 1)[0] for place in self.practices[node].places))

    def places(self, node: str) -> tuple[str, ...]:
        """The keys of the places of a practice or of an outsider."""
        return self.outsiders[node].places if node in self.outsiders else self.practices[node].places

    def crosses(self, loan: Loan) -> bool:
        """Whether a borrowing went from one country to another, as far as both are known."""
        there, here = self.countries(loan.source), self.countries(loan.borrower)
        return bool(there and here) and not set(there) & set(here)

    def chains(self) -> list[tuple[str, ...]]:
        """Ways from a first source to a last borrower that cross a border; the longest first."""
        starts = sorted(node for node in self._to if not self.sources(node))
        ways = islice((way for start in starts for way in self._ways(start)), MAX_CHAINS)
        crossing = [way for way in ways if self._borders(way)]
        return sorted(crossing, key=lambda way: (-self._borders(way), -len(way), way))

    def unplaced(self) -> list[Outsider]:
        """What came from outside, from where no country of the collection can be read."""
        return [outsider for outsider in self.outsiders.values() if not outsider.countries]

    def trade(self, place: str) -> Trade:
        """What a place gave and took."""
        inside = {node for node, around in self._lying_in.items() if place in around}
        return Trade(
            place,
            gives=tuple(loan for loan in self.loans if loan.source in inside and loan.borrower not in inside),
            takes=tuple(loan for loan in self.loans if loan.source not in inside and loan.borrower in inside),
            inside=tuple(loan for loan in self.loans if loan.source in inside and loan.borrower in inside),
        )

    def trades(self, *, countries: bool) -> list[Trade]:
        """The countries, or the places that practices name, that gave or took something; the most active first."""
        nodes = {*self._from, *self._to}
        named = {key for node in nodes for key in (self.countries(node) if countries else self.places(node))}
        found = [self.trade(place) for place in sorted(named) if countries or "/" in place]
        active = [trade for trade in found if trade.gives or trade.takes]
        return sorted(active, key=lambda trade: (-len(trade.gives) - len(trade.takes), trade.place))

    def untried(self, place: str) -> list[Gap]:
        """The areas and themes in which a place has shared nothing and others have, most of them first.

        What a place shares together with a larger one counts as its own; what holds for a whole country does not.
        """
        own: list[Practice] = []
        others: list[Practice] = []
        for practice in self._by_worth:
            (own if self._tried_in(practice, place) else others).append(practice)
        gaps = []
        for kind in ("areas", "themes"):
            tried = {key for practice in own for key in getattr(practice, kind)}
            having: dict[str, list[Practice]] = {}
            for practice in others:
                for key in dict.fromkeys(getattr(practice, kind)):
                    having.setdefault(key, []).append(practice)
            gaps += [Gap(kind, key, tuple(found)) for key, found in having.items() if key not in tried]
        return sorted(gaps, key=lambda gap: (gap.kind, -len(gap.practices), gap.key))

    def _worth(self, practice: Practice) -> tuple[bool, int, int, str]:
        """What is worth reading first: in use, well known to work, borrowed by many."""
        known = schema.EVIDENCE.index(practice.evidence) if practice.evidence in schema.EVIDENCE else -1
        in_use = practice.status in {"in-use", "scaled"}
        return (not in_use, -known, -len(self.borrowers(practice.id)), practice.id)

    @cached_property
    def _by_worth(self) -> tuple[Practice, ...]:
        return tuple(sorted(self.practices.values(), key=self._worth))

    @cached_property
    def _lying_in(self) -> Mapping[str, frozenset[str]]:
        """Everything that each who borrowed or lent lies in, countries too."""
        return {node: self._places_around(node) for node in (*self._from, *self._to)}

    def _places_around(self, node: str) -> frozenset[str]:
        around = (key for own in self.places(node) for key in self.vocabulary.ancestors(own))
        return frozenset((*around, *self.countries(node)))

    def _tried_in(self, practice: Practice, place: str) -> bool:
        larger = {key for key in self.vocabulary.ancestors(place) if "/" in key}
        return bool(larger & set(practice.places)) or place in self._places_around(practice.id)

    def _around(self, node: str) -> list[str]:
        return [loan.borrower for loan in self.borrowers(node)] + [loan.source for loan in self.sources(node)]

    def _generation(self, node: str, found: dict[str, int]) -> None:
        """Walk up to the first sources without recursion: a chain may be as long as the collection."""
        stack, entered = [node], {node}
        while stack:
            sources = [loan.source for loan in self.sources(stack[-1])]
            fresh = next((source for source in sources if source not in entered and source not in found), "")
            if fresh:
                entered.add(fresh)
                stack.append(fresh)
                continue
            behind = [found[source] for source in sources if source in found]
            found.setdefault(stack.pop(), 1 + max(behind) if behind else 0)

    def _ways(self, start: str) -> Iterator[tuple[str, ...]]:
        """Every way from a source to a borrower that nobody borrowed from."""
        stack: list[tuple[str, ...]] = [(start,)]
        while stack:
            way = stack.pop()
            onward = sorted({loan.borrower for loan in self.borrowers(way[-1])} - set(way), reverse=True)
            if not onward:
                yield way
            stack.extend((*way, borrower) for borrower in onward)

    def _borders(self, way: Sequence[str]) -> int:
        """How many borders a way crosses; a stretch through the unknown counts as none."""
        known = [set(self.countries(node)) for node in way if self.countries(node)]
        return sum(not there & here for there, here in pairwise(known))


def spread(practices: Iterable[Practice], vocabulary: Vocabulary) -> Spread:
    """Every borrowing that the practices tell of."""
    here = {practice.id: practice for practice in practices}
    countries = _named_countries(vocabulary)
    outsiders: dict[str, Outsider] = {}
    loans: dict[tuple[str, str], Loan] = {}
    for practice in here.values():
        for borrowing in practice.borrowed_from:
            source = borrowing.practice
            if source not in here:
                outsider = _outsider(borrowing, practice, countries)
                source = outsider.key
                outsiders[source] = _joined(outsiders.get(source), outsider)
            if source not in {OUTSIDE, practice.id}:
                loans.setdefault((practice.id, source), Loan(practice.id, source, borrowing.note, practice.started))
    return Spread(
        practices=here,
        outsiders={key: outsiders[key] for key in sorted(outsiders) if key != OUTSIDE},
        loans=tuple(loans.values()),
        vocabulary=vocabulary,
        _from=_grouped((loan.borrower, loan) for loan in loans.values()),
        _to=_grouped((loan.source, loan) for loan in loans.values()),
    )


def _grouped(pairs: Iterable[tuple[str, Loan]]) -> dict[str, tuple[Loan, ...]]:
    found: dict[str, list[Loan]] = {}
    for key, loan in pairs:
        found.setdefault(key, []).append(loan)
    return {key: tuple(loans) for key, loans in found.items()}


def _reached(node: str, step: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Every node that repeated steps lead to, the nearest first; circles end where they began."""
    found = [node]
    seen = {node}
    for at in found:
        fresh = [new for new in dict.fromkeys(step(at)) if new not in seen]
        seen.update(fresh)
        # The list grows while it is walked: what is found now is stepped from later.
        found.extend(fresh)
    return tuple(found[1:])


def _outsider(borrowing: Borrowing, practice: Practice, countries: Mapping[str, str]) -> Outsider:
    """What one borrowing says of its source; a practice that is not here stands under its title or its id."""
    title = borrowing.title or borrowing.practice
    name = title or borrowing.place or borrowing.where or borrowing.url
    parts = [part.strip().casefold() for part in borrowing.where.split(",")]
    known = [borrowing.place.split("/", 1)[0], *(countries.get(part, "") for part in parts)]
    return Outsider(
        key=OUTSIDE + " ".join(name.casefold().split()),
        title=title,
        where=(borrowing.where,) if borrowing.where else (),
        places=(borrowing.place,) if borrowing.place else (),
        url=borrowing.url,
        language=practice.language,
        countries=tuple(dict.fromkeys(country for country in known if country)),
    )


def _joined(first: Outsider | None, other: Outsider) -> Outsider:
    """What two borrowers say of the same source."""
    if first is None:
        return other
    return replace(
        first,
        where=tuple(dict.fromkeys((*first.where, *other.where))),
        places=tuple(dict.fromkeys((*first.places, *other.places))),
        url=first.url or other.url,
        countries=tuple(dict.fromkeys((*first.countries, *other.countries))),
    )


def _named_countries(vocabulary: Vocabulary) -> dict[str, str]:
    """The names of countries and places, and the one country each tells of."""
    found: dict[str, set[str]] = {}
    for key, names in vocabulary.labels.get("countries", {}).items():
        for name in names.values():
            found.setdefault(name.casefold(), set()).add(key)
    for place in vocabulary.places.values():
        found.setdefault(place.name.casefold(), set()).add(place.country)
    return {name: next(iter(keys)) for name, keys in found.items() if len(keys) == 1}
