"""The borrowings as plain data, for `--json` and the web."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kb.spread.ties import Gap, Loan, Spread, Trade


def node_json(spread: Spread, node: str) -> dict[str, Any]:
    """A practice, or what is outside, by its name and where it is from."""
    if node in spread.outsiders:
        outsider = spread.outsiders[node]
        about = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(outsider).items()}
        return {**about, "outside": True}
    practice = spread.practices[node]
    return {
        "key": practice.id,
        "title": practice.title,
        "places": list(practice.places),
        "countries": list(spread.countries(node)),
        "language": practice.language,
        "outside": False,
    }


def loan_json(spread: Spread, loan: Loan) -> dict[str, Any]:
    """One borrowing."""
    return {**asdict(loan), "crosses_border": spread.crosses(loan)}


def spread_json(spread: Spread) -> dict[str, Any]:
    """Every borrowing of the collection."""
    nodes = dict.fromkeys(node for family in spread.families() for node in family)
    return {
        "loans": [loan_json(spread, loan) for loan in spread.loans],
        "nodes": [node_json(spread, node) for node in nodes],
        "most_borrowed": [{"key": node, "borrowers": count} for node, count in spread.most_borrowed()],
        "chains": [list(chain) for chain in spread.chains()],
        "countries": [_trade_json(trade) for trade in spread.trades(countries=True)],
        "places": [_trade_json(trade) for trade in spread.trades(countries=False)],
    }


def lineage_json(spread: Spread, practice_id: str) -> dict[str, Any]:
    """What one practice comes from, and what came of it."""
    family = spread.family(practice_id)
    own = set(family)
    return {
        "id": practice_id,
        "ancestors": list(spread.ancestors(practice_id)),
        "descendants": list(spread.descendants(practice_id)),
        "nodes": [node_json(spread, node) for node in family],
        "loans": [loan_json(spread, loan) for loan in spread.loans if loan.borrower in own],
    }


def gaps_json(place: str, gaps: list[Gap]) -> dict[str, Any]:
    """What a place has not tried."""
    found = [{"kind": gap.kind, "key": gap.key, "practices": [other.id for other in gap.practices]} for gap in gaps]
    return {"place": place, "untried": found}


def _trade_json(trade: Trade) -> dict[str, Any]:
    counts = {name: len(getattr(trade, name)) for name in ("gives", "takes", "inside")}
    return {"place": trade.place, **counts}
