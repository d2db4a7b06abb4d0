"""What is kept about people: the files of a day of use, held against the page that describes them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from trust.rows import Row, Untried

TESTS = Path(__file__).parents[2] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "privacy")]

ORDER = 8
TITLE = "Privacy"
ABOUT = """Three people write in a repository, with e-mail addresses in Git; somebody asks a question with an address
and a telephone number in it, and somebody sends in a practice. Every page, address and command is used, and all that is
written or shown is looked through. Wrong is a file that [privacy.md](privacy.md) does not name, and an address that is
seen anywhere."""
LIMIT = 600


def trial(folder: Path) -> Iterator[Row | Untried]:
    """The day, and what it left."""
    from privacy_day import NEVER, day

    start = time.perf_counter()
    used = day(folder / "day")
    seconds = time.perf_counter() - start
    wrong = sorted(used.unnamed() | used.elsewhere())
    files = {*used.at.files(), *used.at.opened()}
    yield Row("Files that are written", len(files), wrong=len(wrong), seconds=seconds, examples=tuple(wrong[:5]))
    places = len(used.told) + len(list(used.at.files()))
    seen = [f"{text}: {', '.join(used.seen(text))}" for text in NEVER if used.seen(text)]
    said = f"{len(NEVER)} addresses and numbers in {len(used.told)} pages and answers, and in every file"
    yield Row(
        "Pages, answers, logs and files that are looked through",
        places,
        wrong=len(seen),
        seconds=seconds,
        measured=said,
        examples=tuple(seen),
    )
