"""The pages of a preview: each practice as its own page shows it, and a list of what has changed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, quote, urlsplit

from kb.check import Finding, Severity
from kb.practice import Practice
from kb.preview.change import Change
from kb.propose.text import Near
from kb.said import said, table
from kb.typed import clipped
from kb.web.base import Site
from kb.web.markup import Html, foreign, join, tag
from kb.web.plain.layout import CONTENT, PRACTICE, style, void
from kb.web.plain.pages import article

WORDS = table(Path(__file__).with_name("words.yaml"))
INDEX = "index.html"
MARK = "praksis-preview"
"""Says of a page that it may be written over."""
PASSAGE = 240
"""Characters of the passage that shows why another practice is near."""
_LINK = re.compile(r'<a(?P<before>[^>]*) href="(?P<href>[^"]*)"(?P<after>[^>]*)>(?P<text>.*?)</a>', re.DOTALL)
"""Every sign that means something in HTML is escaped in what people wrote, so this finds our own links alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One practice of the change, and what is known of it before anybody has read it."""

    practice: Practice
    findings: tuple[Finding, ...] = ()
    near: tuple[Near, ...] = ()


def practice_page(found: Practice, site: Site, shown: Collection[str]) -> str:
    """The page of a practice; `shown` are the ids of those that have a page beside it."""
    back = tag("p", tag("a", f"← {_word('back', site)}", href=INDEX))
    main = tag("article", *article(found, site), class_="practice")
    return _document(site, found.card(site.language).title, join((back, _relinked(main, _leading(site, shown)))))


def index_page(change: Change, shown: Sequence[Shown], others: Iterable[Finding], site: Site) -> str:
    """What is new, changed and taken away, with what the check says and what each is like beside it."""
    by_path = {one.practice.path: one for one in shown}
    parts = [tag("h1", _word("title", site)), tag("p", _word("lead", site), class_="lead")]
    for key, paths in (("new", change.new), ("changed", change.changed)):
        parts += _part(key, (_entry(by_path[path], site, by_path) for path in paths if path in by_path), site)
    parts += _part("removed", (tag("li", tag("code", path.as_posix())) for path in change.removed), site)
    if rest := list(others):
        parts += [tag("h2", _word("elsewhere", site)), _findings(rest, site, with_path=True)]
    if not (change.shown or change.removed):
        parts.append(tag("p", _word("none", site)))
    return _document(site, _word("title", site), join(parts))


def page_of(practice_id: str) -> str:
    """The file of a practice's page."""
    return f"{practice_id}.html"


def _part(key: str, items: Iterable[Html], site: Site) -> Iterator[Html]:
    listed = list(items)
    if listed:
        yield tag("h2", _word(key, site))
        yield tag("ul", *listed, class_=key)


def _entry(one: Shown, site: Site, by_path: Mapping[PurePosixPath, Shown]) -> Html:
    card = one.practice.card(site.language)
    href = page_of(one.practice.id)
    link = foreign(card.title or one.practice.id, card.language, site.language, "a", href=href)
    path = tag("code", one.practice.path.as_posix())
    ids = {other.practice.id for other in by_path.values()}
    return tag("li", link, " ", path, _findings(one.findings, site), _near(one.near, site, ids))


def _findings(findings: Sequence[Finding], site: Site, *, with_path: bool = False) -> Html:
    """Errors before advice, each with its line and what to do."""
    if not findings:
        return tag("p", f"{_word('check', site)}: {_word('check.none', site)}")
    parts = []
    for severity in Severity:
        told = [finding for finding in findings if finding.severity is severity]
        if told:
            items = (_finding(finding, site, with_path=with_path) for finding in told)
            parts.append(tag("p", f"{_word(f'check.{severity}', site)}:") + tag("ul", *items, class_=str(severity)))
    return join(map(Html, parts))


def _finding(finding: Finding, site: Site, *, with_path: bool) -> Html:
    where = said(WORDS, "line", site.language, line=finding.line) if finding.line else ""
    place = " ".join(filter(None, (finding.path.as_posix() if with_path else "", where)))
    text = tag("span", f"{finding.message} {finding.hint}".strip(), lang="en" if site.language != "en" else "")
    return tag("li", f"{place}: " if place else "", text)


def _near(near: Sequence[Near], site: Site, shown: Collection[str]) -> Html:
    parts = []
    lead = _leading(site, shown)
    for key, is_same in (("near", True), ("near.related", False)):
        told = [one for one in near if one.is_same is is_same]
        items = (_neighbour(one, site, lead) for one in told)
        if told:
            parts.append(tag("p", f"{_word(key, site)}:") + tag("ul", *items, class_=key.replace(".", "-")))
    return join(map(Html, parts))


def _neighbour(one: Near, site: Site, lead: Callable[[str], str]) -> Html:
    card = one.practice.card(site.language)
    href = lead(f"{PRACTICE}?id={quote(one.practice.id)}")
    link = foreign(card.title, card.language, site.language, "a" if href else "strong", href=href)
    quoted = (
        foreign(f"«{clipped(one.passage, PASSAGE)}»", one.practice.language, site.language) if one.passage else Html()
    )
    return tag("li", link, " ", tag("code", one.practice.id), " ", quoted)


def _leading(site: Site, shown: Collection[str]) -> Callable[[str], str]:
    """Where a link of the app's own pages leads from a page on disk; nowhere where that is not known."""
    app = site.base.config.url.rstrip("/")

    def lead(href: str) -> str:
        try:
            parts = urlsplit(href)
        except ValueError:
            return ""
        if parts.scheme or parts.netloc or href.startswith("#"):
            return href
        asked = parse_qs(parts.query).get("id", [""])[0] if parts.path == PRACTICE else ""
        if asked in shown:
            return quote(page_of(asked))
        if asked and app:
            return f"{app}/p/{quote(asked)}"
        return f"{app}/{href.removeprefix('./')}" if app else ""

    return lead


def _relinked(page: Html, lead: Callable[[str], str]) -> Html:
    def moved(found: re.Match[str]) -> str:
        to = lead(html.unescape(found["href"]))
        if not to:
            return f"<span{found['before']}{found['after']}>{found['text']}</span>".replace(' target="_self"', "", 1)
        return f'<a{found["before"]} href="{html.escape(to)}"{found["after"]}>{found["text"]}</a>'

    return Html(_LINK.sub(moved, page))


def _document(site: Site, title: str, main: Html) -> str:
    """A whole page; the browser is told to run nothing, whatever a file may say."""
    written, digest = style()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        # `tag` would make a hyphen of the attribute's name where HTML has one already.
        Html(f'<meta http-equiv="Content-Security-Policy" content="{html.escape(allowed)}">'),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name="robots", content="noindex"),
        void("meta", name="generator", content=MARK),
        tag("title", f"{title} – {_word('title', site)}" if title != _word("title", site) else title),
        tag("style", written),
    )
    body = tag("body", tag("main", main, id=CONTENT))
    return f'<!doctype html>\n<html lang="{html.escape(site.language)}">\n{head}\n{body}\n</html>\n'


def _word(key: str, site: Site) -> str:
    return said(WORDS, key, site.language)
