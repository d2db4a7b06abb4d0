"""What others asked is shown to all only where several days have it in common, and it was answered."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from usage_helpers import opened, shown, write

from kb.language.identities import HIDDEN
from kb.usage import DAYS, MAX_SHOWN, POPULAR, RECENT, popular, read_log

TODAY = datetime.date(2026, 11, 21)


def _asked(query: str, days: int = DAYS, *, back: int = 0, **changes: str) -> list[dict[str, Any]]:
    """A question on so many days in a row, the last of them so many days ago."""
    dates = [TODAY - datetime.timedelta(days=back + number) for number in range(days)]
    return [shown(query, "a", at=date.isoformat()) | changes for date in reversed(dates)]


def _popular(tmp_path: Path, *events: dict[str, Any]) -> list[str]:
    log = read_log(write(tmp_path / "log", events))
    return [asked.query for asked in popular(log, TODAY)]


def test_what_was_asked_on_most_days_comes_first_and_no_more_than_a_few(tmp_path: Path) -> None:
    often = [event for number in range(POPULAR + 2) for event in _asked(f"spørsmål {number}", DAYS + number)]
    found = _popular(tmp_path, *often)
    assert found == [f"spørsmål {number}" for number in range(POPULAR + 1, 1, -1)]


def test_one_day_counts_once_however_often_it_was_asked_then(tmp_path: Path) -> None:
    assert _popular(tmp_path, *_asked("faste team", 1) * 20, *_asked("ensomme eldre", DAYS - 1)) == []


def test_case_does_not_matter_and_what_was_written_last_is_shown(tmp_path: Path) -> None:
    older = _asked("FASTE team", DAYS - 1, back=1)
    assert _popular(tmp_path, *older, *_asked("Faste team", 1)) == ["Faste team"]


def test_what_is_old_or_not_yet_does_not_count(tmp_path: Path) -> None:
    assert _popular(tmp_path, *_asked("gammelt", 5, back=RECENT)) == []
    assert _popular(tmp_path, *_asked("i morgen", 2, back=-2)) == []


def test_what_was_not_answered_well_is_not_shown(tmp_path: Path) -> None:
    for strength in ("possible", "none"):
        assert _popular(tmp_path, *_asked("faste team", strength=strength)) == []


def test_what_held_something_hidden_or_is_a_story_is_not_shown(tmp_path: Path) -> None:
    assert _popular(tmp_path, *_asked(f"ring {HIDDEN} om faste team"), *_asked("a" * (MAX_SHOWN + 1))) == []


def test_that_a_practice_was_opened_is_no_question(tmp_path: Path) -> None:
    assert _popular(tmp_path, *[opened("faste team", "a", at=f"2026-11-1{day}") for day in range(9)]) == []
