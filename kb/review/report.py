"""What is due, as text for a terminal, as the text of an issue, or for programs."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from kb import frontmatter
from kb.check.fields import url_fault
from kb.config import Config
from kb.errors import UnreadableFile
from kb.frontmatter import Path as At
from kb.practice import Practice, read_file
from kb.propose.links import file_url
from kb.propose.text import shortened
from kb.review.due import Due, in_order
from kb.review.links import STATES, Answers
from kb.said import said, table
from kb.typed import inline, line
from kb.vocabulary import Vocabulary

WORDS = table(Path(__file__).with_name("words.yaml"))
ROOM = 60_000
"""Characters of an issue; forges refuse more than 65,536."""


@dataclass(frozen=True)
class Review:
    """What is due on a day, and all that is needed to tell of it."""

    config: Config
    vocabulary: Vocabulary
    today: datetime.date
    due: tuple[Due, ...]
    links: Answers | None = None
    """None where nobody asked."""
    _fronts: dict[str, frontmatter.FrontMatter] = field(default_factory=dict)

    def line(self, item: Due) -> int:
        """The line of the file that an item is about; 1 where it cannot be read any more."""
        practice = item.practice
        if practice.id not in self._fronts:
            try:
                text = read_file(self.config.practices / practice.path)
            except UnreadableFile:
                text = ""
            self._fronts[practice.id] = frontmatter.split(text)
        return self._fronts[practice.id].mark(*item.at).line

    def word(self, key: str, **values: object) -> str:
        """Our own words in the configured language."""
        return said(WORDS, key, self.config.language, **values)

    def what(self, item: Due) -> str:
        """What is the matter, in a few words."""
        source = item.source.card(self.config.language).title if item.source else ""
        values = {"source": source, "since": item.since, "url": item.url, "reason": item.reason}
        told = self.word(f"{item.kind}.{'what' if item.since else 'undated'}", **values)
        if item.years:
            told = self.word("age.one" if item.years == 1 else "age.other", what=told, count=item.years)
        if item.via:
            told = f"{told}; {self.word('via', via=', '.join(item.via))}"
        return f"{told} ({self.word('soon')})" if item.soon else told

    def places(self, practice: Practice) -> str:
        """Whose it is."""
        names = (self.vocabulary.place_name(key, language=self.config.language) for key in practice.places)
        return "; ".join(names)

    def grouped(self) -> Iterator[tuple[str, list[Due]]]:
        """The items by kind."""
        for kind, items in groupby(self.due, key=lambda item: item.kind):
            yield kind, list(items)

    def asked(self) -> str:
        """What came of asking for sources, in one line; empty where nobody asked."""
        if self.links is None:
            return ""
        if self.links.offline:
            asked = sum(answer.state != "unasked" for answer in self.links.found.values())
            return self.word("links.offline", count=asked)
        counts = Counter(answer.state for answer in self.links.found.values())
        told = (self.word(f"links.{state}", count=counts[state]) for state in STATES if counts[state])
        return f"{self.word('links')}: {', '.join(told) or 0}."


def source_links(practices: Iterable[Practice]) -> dict[str, list[tuple[Practice, At]]]:
    """Every address that practices give as a source or of what they borrowed, and where it stands."""
    found: dict[str, list[tuple[Practice, At]]] = {}
    for practice in practices:
        given = {
            "sources": [source.url for source in practice.sources],
            "borrowed_from": [borrowing.url for borrowing in practice.borrowed_from],
        }
        for name, urls in given.items():
            for number, url in enumerate(urls):
                if url and not url_fault(url):
                    found.setdefault(url, []).append((practice, (name, number, "url")))
    return found


def with_links(review: Review, links: Mapping[str, Sequence[tuple[Practice, At]]], answers: Answers) -> Review:
    """A review that also tells of the sources that are gone."""
    dead = (
        Due("dead-link", practice, at, url=url, reason=answers.found[url].reason)
        for url, places in links.items()
        if answers.found[url].state == "dead"
        for practice, at in places
    )
    return replace(review, due=in_order((*review.due, *dead)), links=answers)


def as_text(review: Review, prefix: str) -> Iterator[str]:
    """Lines for a terminal; `prefix` is the folder of practices as seen from there."""
    for kind, items in review.grouped():
        yield f"{review.word(kind)} ({len(items)})"
        yield f"  → {review.word(f'{kind}.do')}"
        for item in items:
            places = review.places(item.practice)
            where = f"{prefix}/{item.practice.path}:{review.line(item)}"
            yield f"  {where}: {review.what(item)}{f' – {places}' if places else ''}"
        yield ""
    if not review.due:
        yield review.word("nothing", today=review.today)
    if asked := review.asked():
        yield asked


def as_markdown(review: Review) -> str:
    """The text of an issue, with a box to tick for each item."""
    parts = [review.word("lead" if review.due else "nothing", today=review.today)]
    for kind, items in review.grouped():
        parts += [f"### {review.word(kind)} ({len(items)})", review.word(f"{kind}.do")]
        parts.append("\n".join(_box(review, item) for item in items))
    if asked := review.asked():
        parts.append(asked)
    return shortened("\n\n".join(parts) + "\n", ROOM, review.config.language)


def as_json(review: Review, prefix: str) -> dict[str, Any]:
    """Everything, for programs."""
    links = review.links
    return {
        "today": review.today.isoformat(),
        "due": [_json(review, item, prefix) for item in review.due],
        "links": None
        if links is None
        else {
            "offline": links.offline,
            "answers": [
                {"url": answer.url, "state": answer.state, "reason": answer.reason} for answer in links.found.values()
            ],
        },
    }


def _json(review: Review, item: Due, prefix: str) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "id": item.practice.id,
        "title": item.practice.title,
        "path": f"{prefix}/{item.practice.path}",
        "line": review.line(item),
        "since": item.since,
        "years": item.years,
        "soon": item.soon,
        "what": review.what(item),
        "do": review.word(f"{item.kind}.do"),
        "places": list(item.practice.places),
        "contact": item.practice.contact,
        "source": item.source.id if item.source else "",
        "via": list(item.via),
        "url": item.url,
    }


def _box(review: Review, item: Due) -> str:
    practice = item.practice
    title = _harmless(inline(practice.card(review.config.language).title)) or practice.id
    url, number = file_url(review.config, practice.path), review.line(item)
    where = f"[`{practice.path.name}:{number}`]({url}#L{number})" if url else f"`{practice.path}:{number}`"
    parts = [f"**{title}**", _harmless(inline(review.places(practice))), where]
    told = _harmless(inline(review.what(item)))
    contact = f" {review.word('contact', contact=_contact(practice.contact))}" if practice.contact else ""
    return f"- [ ] {' · '.join(filter(None, parts))}: {told}.{contact}"


def _contact(contact: str) -> str:
    """A role's address or page; it notifies nobody."""
    if not url_fault(contact):
        return f"<{contact}>"
    return f"`{line(contact).replace('`', '')}`"


def _harmless(text: str) -> str:
    """Markdown that mentions nobody."""
    return text.replace("@", "@\N{ZERO WIDTH NON-JOINER}")
