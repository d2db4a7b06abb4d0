"""Rules that look at more than one key of a practice, or at its file name and folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import PurePosixPath

from kb.check import dates
from kb.check.fields import Sheet, is_empty, texts_of
from kb.check.files import Tree
from kb.check.findings import Finding, found, shown
from kb.frontmatter import Value
from kb.schema import QUESTIONS_MAX, QUESTIONS_MIN
from kb.typed import slug

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REVIEW_DAYS = 2 * 365 + 1
_SEEN = (("status_as_of",), ("reviewed",), ("assessment", "decided"))
"""Dates on which somebody has already seen or decided something."""


def check_identity(tree: Tree, path: PurePosixPath, reported: frozenset[PurePosixPath]) -> Iterator[Finding]:
    """The file name as an id, unique in the tree."""
    if not _ID.fullmatch(path.stem):
        better = slug(path.stem)
        hint = f"Rename it to `{better}.md`." if better else "Rename it after the place and the practice."
        message = f"The file name `{shown(path.stem)}` is not an id: small letters a–z, digits and hyphens."
        yield found(path, "id-form", message, hint)
    elif path.suffix != ".md":
        yield found(path, "id-form", f"The file name ends with `{path.suffix}`.", f"Rename it to `{path.stem}.md`.")
    first, *others = tree.listing.by_folded_id[path.stem.casefold()]
    # With only some files reported, the newcomer is told even where it sorts first.
    other = first if path != first else next((o for o in others if o not in reported), None)
    if other is not None:
        message = f"The id `{shown(path.stem)}` is already used by {shown(other.as_posix())}."
        yield found(path, "duplicate-id", message, "Give this file another name; an id is never used twice.")


def check_folder(sheet: Sheet) -> Iterator[Finding]:
    """The folder against the first place: country/municipality, or the country alone."""
    place = next(iter(texts_of(sheet.document.data.get("place"))), "")
    if place not in sheet.vocabulary.places:
        return
    due = PurePosixPath(*place.split("/")[:2])
    if sheet.path.parent != due:
        message = f"The file lies in `{shown(sheet.path.parent.as_posix())}`, but its place is `{place}`."
        at = ("place", 0) if ("place", 0) in sheet.document.marks else ("place",)
        yield sheet.found("wrong-folder", at, message, f"Move it to {due}/{sheet.path.name}, or correct `place`.")


def check_together(sheet: Sheet) -> Iterator[Finding]:
    """Keys that must agree with each other and with today's date."""
    data = sheet.document.data
    yield from _dates(sheet, data)
    yield from _sources(sheet, data)
    yield from _questions(sheet, data)
    yield from _borrowed(sheet, data)
    if data.get("evidence") == "none" and (number := _realised(data)) is not None:
        message = "A result is `realised`, but `evidence` is `none`."
        hint = "Say in `evidence` how it is known, at least `experience`, or make the result `expected`."
        yield sheet.found("results-without-evidence", ("results", number), message, hint)


def _dates(sheet: Sheet, data: Mapping[str, Value]) -> Iterator[Finding]:
    started, ended = _date(data, "started"), _date(data, "ended")
    if started and ended and dates.before(ended, started):
        message = f"It ends ({ended}) before it starts ({started})."
        yield sheet.found("date-order", ("ended",), message, "Correct `started` or `ended`.")
    for at in _SEEN:
        if (day := _date(data, *at)) and dates.in_future(day, sheet.today):
            message = f"`{'.'.join(at)}` is {day}, which has not come yet."
            yield sheet.found("future-date", at, message, "Write the date on which somebody last knew.")
    reviewed = _date(data, "reviewed")
    if reviewed and sheet.today - dates.latest(reviewed) > timedelta(days=_REVIEW_DAYS):
        message = f"The text was last reviewed in {reviewed}, more than two years ago."
        yield sheet.found("review-old", ("reviewed",), message, "Check that it is still true, and write today's date.")


def _sources(sheet: Sheet, data: Mapping[str, Value]) -> Iterator[Finding]:
    if not is_empty(data.get("sources", "")):
        return
    if data.get("status") == "idea" or not is_empty(data.get("contact", "")):
        hint = "Add `sources` with title and url once something is published."
        yield sheet.found("own-practice-unsourced", ("sources",), "The practice has no sources.", hint)
    else:
        hint = "Add `sources` with title and url; for your own practice, add `contact` instead."
        yield sheet.found("missing-sources", ("sources",), "Nothing says where this is documented.", hint)


def _questions(sheet: Sheet, data: Mapping[str, Value]) -> Iterator[Finding]:
    questions = data.get("questions", [])
    count = len(questions) if isinstance(questions, list) else 1
    if not QUESTIONS_MIN <= count <= QUESTIONS_MAX:
        there = {0: "There are no questions", 1: "There is 1 question"}.get(count, f"There are {count} questions")
        message = f"{there}; {QUESTIONS_MIN} to {QUESTIONS_MAX} help others find this."
        hint = "Write them as a colleague with the problem would type them into a search."
        yield sheet.found("question-count", ("questions",), message, hint)


def _borrowed(sheet: Sheet, data: Mapping[str, Value]) -> Iterator[Finding]:
    borrowings = data.get("borrowed_from")
    for number, item in enumerate(borrowings if isinstance(borrowings, list) else []):
        if isinstance(item, dict) and all(is_empty(item.get(key, "")) for key in ("practice", "place", "where")):
            message = "The borrowing does not say from whom."
            hint = "Add `practice` with an id, `place` with a place, or `where` with a name."
            yield sheet.found("borrowed-from-nothing", ("borrowed_from", number), message, hint)


def _realised(data: Mapping[str, Value]) -> int | None:
    results = data.get("results")
    for number, item in enumerate(results if isinstance(results, list) else []):
        if isinstance(item, dict) and item.get("kind") == "realised":
            return number
    return None


def _date(data: Mapping[str, Value], *at: str) -> str:
    """The date at a path, or an empty text where there is none that exists."""
    value: Value = dict(data)
    for key in at:
        value = value.get(key, "") if isinstance(value, dict) else ""
    return value.strip() if isinstance(value, str) and dates.is_date(value.strip()) else ""
