"""What the tests of the log share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kb.config import Config


def keeping(root: Path) -> Config:
    """An installation that keeps its questions."""
    index = root / "index"
    index.mkdir(parents=True, exist_ok=True)
    return Config(root=root, practices=root / "practices", index=index, model="none", query_log=True)


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a log, as they stand."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def shown(query: str, *ids: str, at: str = "2026-11-21") -> dict[str, object]:
    return {"at": at, "event": "shown", "query": query, "language": "nb", "shown": list(ids), "strength": "strong"}


def opened(query: str, practice_id: str, at: str = "2026-11-21") -> dict[str, object]:
    return {"at": at, "event": "opened", "query": query, "id": practice_id}


def write(path: Path, events: Sequence[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")
    return path
