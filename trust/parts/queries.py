"""Whatever somebody asks, there is an answer or a sentence, in bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import kb
from kb.config import Config
from kb.index.build import build
from trust.rows import Row, Tally, Untried

ORDER = 4
TITLE = "Questions"
ABOUT = """Whatever somebody types, pastes or sends as a question is answered, or refused in a sentence. An exception,
an answer that cannot be written as JSON, and one that takes longer than the row's limit are wrong."""
LIMIT = 600

PRACTICES = Path(__file__).parents[2] / "practices"
AWKWARD = ("", " ", "x" * 100_000, "???", "\U0001f600", "AND OR NOT", 'a:b "(* [1 TO 2]', "' OR 1=1 --", "\0", "\ud800")
SECONDS = 5.0


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Ask awkward questions of the practices that come with Praksis."""
    config = Config(root=folder, practices=PRACTICES, index=folder / "index", model="none")
    build(config)
    base = kb.KnowledgeBase(config)
    tally = Tally("Awkward questions, in words alone")
    for text in AWKWARD:
        with tally.once(repr(text[:40]), SECONDS):
            base.search(text)
    yield tally.row(f"the slowest took {tally.slowest:.2f} s, of {SECONDS:g} allowed")
