"""`kb spread`: who borrowed what from whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Practices, Root, configured, harmless, print_json, terminal

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.spread.ties import Spread

SHOWN = 10
"""Lines of each list; --json has them all."""


def command(
    practice_id: Annotated[str, typer.Argument(metavar="[ID]", help="The family of one practice.")] = "",
    untried: Annotated[
        str, typer.Option("--untried", metavar="PLACE", help="What others have shared and this place has not.")
    ] = "",
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """See who borrowed what from whom, what was borrowed most, and what a place has not tried.

    \b
    Example: kb spread
    Example: kb spread netherlands-buurtzorg-neighbourhood-care
    Example: kb spread --untried no/oslo/nordstrand
    """
    from kb.base import KnowledgeBase
    from kb.spread.plain import gaps_json, lineage_json, spread_json

    base = KnowledgeBase(configured(root, practices, index))
    if practice_id:
        base.get(practice_id)
    spread = base.spread()
    place = _place(untried, base) if untried else ""
    if as_json and place:
        print_json(gaps_json(place, spread.untried(place)))
    elif as_json:
        print_json(lineage_json(spread, practice_id) if practice_id else spread_json(spread))
    else:
        lines = (
            _untried(spread, place, base)
            if place
            else _family(spread, practice_id, base)
            if practice_id
            else _overview(spread, base)
        )
        console = terminal()
        for line in lines:
            console.print(harmless(line), markup=False, highlight=False)
    if practice_id and len(spread.family(practice_id)) == 1:
        raise typer.Exit(1)


def _place(said: str, base: KnowledgeBase) -> str:
    """The key of a place that is given by its key or by its name in any language."""
    from kb.errors import UnknownFilter
    from kb.vocabulary import nearest

    words, wanted = base.vocabulary, said.strip().casefold()
    names = {key: {key, place.name.casefold(), words.place_name(key).casefold()} for key, place in words.places.items()}
    for key, labels in words.labels.get("countries", {}).items():
        names.setdefault(key, {key}).update(label.casefold() for label in labels.values())
    if found := next((key for key in sorted(names) if wanted in names[key]), ""):
        return found
    near = nearest(said, (name for known in names.values() for name in known))
    raise UnknownFilter(f"No place is called {said}.", hint=f"Did you mean {near}?" if near else "See places.yaml.")


def _overview(spread: Spread, base: KnowledgeBase) -> Iterator[str]:
    """The whole collection, a few lines of each list."""
    yield f"{len(spread.loans)} borrowings, {sum(map(spread.crosses, spread.loans))} known to have crossed a border"
    yield "\nMost borrowed"
    for node, count in spread.most_borrowed()[:SHOWN]:
        yield f"{count:4}  {_name(spread, node, base)}"
    yield "\nAcross borders"
    for chain in spread.chains()[:SHOWN]:
        yield "      " + " → ".join(_name(spread, node, base) for node in chain)
    yield "\nGives and takes"
    for trade in spread.trades(countries=True)[:SHOWN]:
        name = base.vocabulary.label("countries", trade.place, base.config.language)
        yield f"      {name}: gave {len(trade.gives)}, took {len(trade.takes)}, within {len(trade.inside)}"


def _family(spread: Spread, practice_id: str, base: KnowledgeBase) -> Iterator[str]:
    """One practice, what it comes from, and what came of it."""
    yield _name(spread, practice_id, base)
    above, below = spread.ancestors(practice_id), spread.descendants(practice_id)
    if not above and not below:
        yield "      borrowed from nobody and by nobody, as far as is told"
    if above:
        yield "\nComes from"
        yield from (f"      {_name(spread, node, base)}" for node in above)
    if below:
        yield "\nBorrowed by"
        yield from (f"      {_name(spread, node, base)}" for node in below)


def _untried(spread: Spread, place: str, base: KnowledgeBase) -> Iterator[str]:
    """What others have shared and one place has not, with one practice to begin with."""
    language = base.config.language
    gaps = spread.untried(place)
    yield f"{base.vocabulary.place_name(place, with_country=True, language=language)}: shared nothing yet of"
    for gap in gaps:
        first = gap.practices[0]
        label = base.vocabulary.label(gap.kind, gap.key, language)
        yield f"{len(gap.practices):4}  {label}  (kb show {first.id})"


def _name(spread: Spread, node: str, base: KnowledgeBase) -> str:
    """A practice by its title and first place; what is outside by its name."""
    language = base.config.language
    places = [base.vocabulary.place_name(key, with_country=True, language=language) for key in spread.places(node)]
    if node in spread.outsiders:
        outsider = spread.outsiders[node]
        about = ", ".join((*outsider.where, *places)) if outsider.title else ""
        name = outsider.title or ", ".join((*outsider.where, *places)) or outsider.url
        return f"{name} ({about})" if about else name
    title = spread.practices[node].card(language).title
    return f"{title} – {places[0]}" if places else title
