"""What each part said last, kept in build/, so that one that is run again takes its place on the page."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.files import write_whole
from trust.rows import Part, Row, Told, from_line, to_line

KEPT = Path(__file__).parents[1] / "build" / "trust"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something was run, at which commit, and how long it took."""

    when: str
    commit: str
    seconds: float


def keep_run(occasion: Occasion) -> None:
    """Keep that all parts were run."""
    KEPT.mkdir(parents=True, exist_ok=True)
    write_whole(KEPT / "run.json", json.dumps(asdict(occasion)))


def keep(told: Told, occasion: Occasion) -> None:
    """Keep what one part said."""
    KEPT.mkdir(parents=True, exist_ok=True)
    said = [*(to_line(row) for row in told.rows), *(to_line(item) for item in told.untried)]
    lines = [json.dumps(asdict(occasion)) + "\n", *said]
    write_whole(KEPT / f"{told.part.name}.jsonl", "".join(lines))


def last_run() -> Occasion | None:
    """The last run of all parts; None where there was none."""
    path = KEPT / "run.json"
    return Occasion(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def last(part: Part) -> tuple[Told, Occasion]:
    """What a part said last, and when."""
    first, *lines = (KEPT / f"{part.name}.jsonl").read_text(encoding="utf-8").splitlines()
    said = [from_line(line) for line in lines]
    rows = tuple(item for item in said if isinstance(item, Row))
    return Told(part, rows, tuple(item for item in said if not isinstance(item, Row))), Occasion(**json.loads(first))


def now() -> str:
    """The time, as the page has it."""
    return f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC"
