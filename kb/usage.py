"""What is asked here, kept without who asked: an opt-in log that tells what the search should be judged by.

One JSON object a line in the index folder: a question with what it was shown, or a practice that was
opened for it. Only the date is kept, and no user, address or session; see docs/query-log.md. The log
serves the search and must never stand in its way: what cannot be written is left out.
"""

from __future__ import annotations

import datetime
import functools
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

from kb.config import Config
from kb.files import sha256
from kb.journal import append, lock_of
from kb.language.detect import guess_language
from kb.language.identities import HIDDEN, mask

MAX_QUESTION = 300
OPENED_OFTEN, ASKED_OFTEN = 3, 2
"""How many times make a full answer of a practice that was opened, and a gap of a question in vain."""
POPULAR, DAYS, RECENT = 5, 3, 90
"""How many questions of others are shown, on how many dates each must have been asked, and how far back they count."""
MAX_SHOWN = 120
"""Characters in a question that may be shown to others."""

HEADER = """\
# Proposed from the log of questions: what people asked, and what they then opened.
#
# A person must review every one of these before it is used: a practice that was opened is not
# always one that answers. Read it, set the grade (3 answers the question, 2 answers part of it,
# 1 is related) or remove it, add practices that should have been found, and fill in the type,
# such as problem, or none where nothing answers. Remove whatever points to a person.
"""
_GAPS = """\
# Asked several times, and nothing was opened: practices that are missing, or were not found.
# They are comments; a reviewer who finds the answers can take away the # signs.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question was answered with these practices."""

    at: datetime.date
    query: str
    language: str
    shown: tuple[str, ...]
    strength: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A practice was opened from the answers to a question."""

    at: datetime.date
    query: str
    id: str


Event = Shown | Opened


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may become a judged one, once a person has looked at it."""

    id: str
    text: str
    language: str
    type: str
    """For a person to fill in."""
    judgments: Mapping[str, int]
    """Opened practice to suggested grade; empty where nothing was opened."""
    asked: int


def log_path(config: Config) -> Path:
    """Where the questions asked of one index are kept."""
    return config.index / "queries.jsonl"


def record_shown(config: Config, query: str, shown: Iterable[str], strength: str) -> None:
    """Keep what a question was answered with, where the configuration asks for it; never raises."""
    if not config.query_log or not (text := _kept(query)):
        return
    language = guess_language(text, config.language)
    answer = {"shown": list(shown), "strength": strength}
    _append(log_path(config), {"event": "shown", "query": text, "language": language, **answer})


def record_opened(config: Config, query: str, practice_id: str) -> None:
    """Keep which practice was opened for a question, where the configuration asks for it; never raises."""
    if config.query_log and (text := _kept(query)):
        _append(log_path(config), {"event": "opened", "query": text, "id": practice_id})


def read_log(path: Path) -> tuple[Event, ...]:
    """What is kept, in order; a line that was cut short or tampered with is passed over, and no file is no events."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return ()
    return tuple(event for line in lines if (event := _event(line)) is not None)


def forget_log(path: Path) -> bool:
    """Delete everything that is kept; False where there was nothing."""
    found = path.exists()
    path.unlink(missing_ok=True)
    lock_of(path).unlink(missing_ok=True)
    return found


def today() -> datetime.date:
    """The date that is kept with what is asked now."""
    return datetime.datetime.now(tz=datetime.UTC).date()


def popular(log: Iterable[Event], until: datetime.date) -> tuple[Shown, ...]:
    """What may be shown to all of what others asked lately: little, and only what several days have in common.

    A question must have come on DAYS different dates of the last RECENT days, have been answered well the
    last time, be short, and hold nothing that was hidden. The log cannot tell people apart; dates it can.
    """
    newest: dict[str, Shown] = {}
    days: defaultdict[str, set[datetime.date]] = defaultdict(set)
    for event in log:
        if isinstance(event, Shown) and 0 <= (until - event.at).days < RECENT:
            key = event.query.casefold()
            newest[key] = event
            days[key].add(event.at)
    often = [
        (len(days[key]), event.at, event.query)
        for key, event in newest.items()
        if len(days[key]) >= DAYS and event.strength == "strong" and _can_be_shown(event.query)
    ]
    often.sort(key=lambda found: (-found[0], -found[1].toordinal(), found[2]))
    return tuple(newest[query.casefold()] for _, _, query in often[:POPULAR])


def candidates(log: Iterable[Event]) -> tuple[Candidate, ...]:
    """The questions worth judging, most asked first: those that led somewhere, and those asked often in vain."""
    spelled: dict[str, str] = {}
    languages: dict[str, str] = {}
    asked: Counter[str] = Counter()
    opened: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for event in log:
        key = event.query.casefold()
        spelled.setdefault(key, event.query)
        if isinstance(event, Shown):
            asked[key] += 1
            languages.setdefault(key, event.language)
        else:
            opened[key][event.id] += 1
    found = [
        Candidate(
            id=f"log-{sha256(key)[:8]}",
            text=text,
            language=languages.get(key) or guess_language(text),
            type="",
            judgments={name: 3 if times >= OPENED_OFTEN else 2 for name, times in opened[key].most_common()},
            asked=max(asked[key], 1),
        )
        for key, text in spelled.items()
        if opened[key] or asked[key] >= ASKED_OFTEN
    ]
    return tuple(sorted(found, key=lambda item: (-item.asked, item.text)))


def candidates_yaml(path: Path) -> str:
    """The candidates of a log in the layout of judged queries, each to be reviewed by a person."""
    found = candidates(read_log(path))
    led = [f"\n# Times asked: {item.asked}\n{_item(item)}" for item in found if item.judgments]
    vain = [item for item in found if not item.judgments]
    gaps = [f"#\n# Asked {item.asked} times, nothing opened:\n{indent(_item(item), '# ')}" for item in vain]
    nothing = [] if found else ["\n# There is nothing to propose yet.\n"]
    return "".join([HEADER, *nothing, *led, *([f"\n{_GAPS}", *gaps] if gaps else [])])


def _item(item: Candidate) -> str:
    import yaml

    data = asdict(item)
    del data["asked"]
    return str(yaml.safe_dump([data], allow_unicode=True, sort_keys=False, width=10**9))


def _kept(query: str) -> str:
    """A question as it may be kept; empty where nothing is left that says anything."""
    # Masked before it is cut, so that no half number is left at the end.
    text = mask(query.encode("utf-8", "replace").decode("utf-8"))[:MAX_QUESTION].rstrip()
    return text if any(char.isalpha() for char in text) else ""


def _can_be_shown(query: str) -> bool:
    """Whether a question is a question, and not a story that ended up in the box."""
    return len(query) <= MAX_SHOWN and HIDDEN not in query


def _append(path: Path, event: Mapping[str, Any]) -> None:
    """Add one line, whole; what goes wrong is said once and otherwise borne."""
    try:
        append(path, {"at": today().isoformat(), **event})
    except OSError as error:
        _warn(path, error.strerror or str(error))


@functools.cache
def _warn(path: Path, reason: str) -> None:
    """Say once in a process what is wrong; a standard error that cannot be written to is no reason to stop."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"kb: Questions cannot be kept in {path}: {reason}. The search is not affected.\n")


def _event(line: bytes) -> Event | None:
    """One line as an event, or None where it is not one."""
    with suppress(ValueError, RecursionError):
        found = json.loads(line)
        # Half a surrogate pair is no text and cannot be written out again.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
        match found:
            case {
                "event": "shown",
                "at": str(at),
                "query": str(query),
                "language": str(language),
                "shown": list(shown),
                "strength": str(strength),
            } if all(isinstance(name, str) for name in shown):
                return Shown(datetime.date.fromisoformat(at), _one_line(query), language, tuple(shown), strength)
            case {"event": "opened", "at": str(at), "query": str(query), "id": str(practice_id)}:
                return Opened(datetime.date.fromisoformat(at), _one_line(query), practice_id)
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
