"""What was measured, on disk: one JSON file a measurement, with the occasion and every row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.machine import Occasion
from benchmarks.measure import ROOT, Row, Spread
from kb.files import write_whole

KEPT = ROOT / "benchmarks" / "results"
QUICK = ROOT / "build" / "bench"
"""What a quick run measured is too rough to replace what is kept."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one measurement."""

    occasion: Occasion
    seconds: float
    """How long all of it took."""
    rows: Sequence[Row]


def write(folder: Path, name: str, result: Result) -> None:
    """Keep a result; the one before is replaced."""
    head = {"occasion": asdict(result.occasion), "seconds": round(result.seconds, 1)}
    rows = [json.dumps(asdict(_rounded(row)), ensure_ascii=False) for row in result.rows]
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [\n' + ",\n".join(rows) + "\n]}\n"
    write_whole(folder / f"{name}.json", text)


def read(folder: Path, name: str) -> Result | None:
    """What was kept of a measurement; None where it was not run yet."""
    path = folder / f"{name}.json"
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    rows = [Row(**{**row, "spread": Spread(**row["spread"])}) for row in data["rows"]]
    return Result(Occasion(**data["occasion"]), data["seconds"], rows)


def _rounded(row: Row) -> Row:
    """Six digits say more than any clock knows."""
    found = row.spread
    quantiles = (found.p50, found.p25, found.p75, found.p95, found.p99)
    p50, p25, p75, p95, p99 = (float(f"{value:.6g}") for value in quantiles)
    return replace(row, spread=Spread(p50, p25, p75, p95, p99, found.samples))
