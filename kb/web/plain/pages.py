"""A practice as a whole page of HTML, all practices as a list, and a page for what goes wrong.

What a practice says is rendered as in the app; its order is that of a reader who prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from kb.errors import KbError, Refused, TooBusy, TooOften, UnknownPractice
from kb.index.plain import shown_json
from kb.practice import Practice
from kb.repository import read_source
from kb.web.base import Site
from kb.web.errors import sentence
from kb.web.markup import Html, clipped, foreign, join, practice_url, tag
from kb.web.plain import layout, reply
from kb.web.plain.layout import alternate, document, relinked, void
from kb.web.plain.reply import Reply
from kb.web.plain.visit import Visit
from kb.web.practice import facts, lineage, origin
from kb.web.practice.text import did_you_mean, head, text
from kb.web.texts import LANGUAGES, t

ID = "id"
"""What the address of a practice calls its id."""
UP = "../"
DESCRIPTION = 200
"""Characters that search engines and link previews have room for."""


def practice(visit: Visit) -> Reply:
    """One practice, whole."""
    site = visit.site
    try:
        found = site.base.get(visit.named[ID])
    except UnknownPractice:
        return _unknown(visit)
    own = found.card(site.language)
    address = tag("p", visit.url(f"p/{found.id}"), class_="address")
    shown = tag("article", *article(found, site), address, class_="practice")
    return document(
        language=site.language,
        title=own.title,
        head=_head(found, visit),
        main=relinked(shown, "", UP),
        ways=_ways(found, site, UP),
        up=UP,
    )


def as_markdown(visit: Visit) -> Reply:
    """The practice's file as it stands."""
    base = visit.site.base
    try:
        found = base.get(visit.named[ID])
    except UnknownPractice:
        return _unknown(visit)
    written = read_source(base.config.practices, found.path).text
    return Reply(written.encode(), reply.MARKDOWN, headers={"content-language": found.language or "und"})


def as_json(visit: Visit) -> Reply:
    """The practice as `kb show --json` gives it."""
    base, practice_id = visit.site.base, visit.named[ID]
    return reply.data(shown_json(base.get(practice_id), base.borrowers(practice_id)))


def listing(visit: Visit) -> Reply:
    """Every practice, by country and place."""
    site = visit.site
    title = site.t("plain.list_title")
    head = join(
        (
            void("meta", name="description", content=site.t("plain.list_lead")),
            _canonical(visit, "p/"),
            alternate("application/atom+xml", f"{UP}feed.atom", site.t("plain.feed_title")),
        )
    )
    main = join((tag("h1", title), tag("p", site.t("plain.list_lead"), class_="lead"), *_countries(site)))
    return document(
        language=site.language,
        title=title,
        head=head,
        main=relinked(main, "", UP),
        ways=_ways(None, site, UP),
        up=UP,
    )


def failure(error: KbError | None, status: int, language: str, root: str) -> Reply:
    """What goes wrong, in the reader's language; what it was, for the one who runs the app."""
    said = t("error.unexpected", language) if error is None else sentence(error, language)
    heading = t(_heading(error, status), language)
    details = Html()
    if error is not None and not isinstance(error, Refused):
        own = tag("span", f"{error} {error.hint}".strip(), lang="en")
        details = tag("p", t("error.details", language), " ", own, class_="more")
    home = tag("p", tag("a", t("app.home", language), href=root))
    return document(
        language=language,
        title=heading,
        head=_not_indexed(),
        main=join((tag("h1", heading), tag("p", said), details, home)),
        ways="",
        up=root,
        status=status,
    )


def _heading(error: KbError | None, status: int) -> str:
    if isinstance(error, (TooOften, TooBusy)):
        return "error.wait"
    return "plain.starting" if status == 503 else "error.heading"


def _unknown(visit: Visit) -> Reply:
    """No such practice: the nearest there is, and the ways on."""
    site, practice_id = visit.site, visit.named[ID]
    title = site.t("practice.unknown")
    said = tag("p", site.t("practice.unknown_text", id=practice_id))
    near = did_you_mean(practice_id, site)
    # The address may have more parts than one, so links start at the app's own.
    onward = (
        tag("li", tag("a", site.t("plain.all"), href=f"{visit.root}p/")),
        tag("li", tag("a", site.t("app.home"), href=visit.root)),
    )
    main = join((tag("h1", title), said, relinked(near, f"{visit.root}p/", visit.root), tag("ul", *onward)))
    return document(
        language=site.language,
        title=title,
        head=_not_indexed(),
        main=main,
        ways=_ways(None, site, visit.root),
        up=visit.root,
        status=404,
    )


def article(found: Practice, site: Site) -> Iterator[Html]:
    """Head, text, and the ways on: lineage, sources, what is like it, and where the text is from."""
    yield head(found, site)
    yield from text(found, site)
    yield facts.table(found, site)
    yield lineage.lineage(found, site, "")
    yield origin.sources(found, site)
    yield lineage.related(found, site, "")
    yield lineage.similar(found, site, "")
    yield origin.about_text(found, site)


def _ways(found: Practice | None, site: Site, up: str) -> Html:
    """Other forms of the same, and other pages, seen from `up`."""
    links = []
    if found:
        name = quote(found.id)
        links += [
            tag("a", site.t("plain.in_app"), href=f"{up}{practice_url(found.id)}"),
            tag("a", "Markdown", href=f"{up}p/{name}.md", type="text/markdown"),
            tag("a", "JSON", href=f"{up}p/{name}.json", type="application/json"),
        ]
    links += [
        tag("a", site.t("plain.all"), href=f"{up}p/"),
        tag("a", site.t("plain.feed_title"), href=f"{up}feed.atom", type="application/atom+xml"),
        tag("a", site.t("plain.api"), href=f"{up}api/"),
    ]
    return join(tag("li", link) for link in links)


def _head(found: Practice, visit: Visit) -> Html:
    """What search engines, link previews and feed readers look for."""
    site, path = visit.site, f"p/{found.id}"
    own = found.card(site.language)
    about = clipped(own.summary or own.title, DESCRIPTION)
    change = site.changes().get(found.path)
    graph = {
        "og:type": "article",
        "og:site_name": site.t("app.name"),
        "og:title": own.title,
        "og:description": about,
        "og:url": visit.url(path),
        "og:locale": layout.LOCALES.get(site.language, ""),
        "article:modified_time": change.changed.isoformat() if change and change.commit else "",
    }
    return join(
        (
            void("meta", name="description", content=about),
            _canonical(visit, path),
            *(void("meta", property=name, content=content) for name, content in graph.items() if content),
            alternate("text/markdown", f"{quote(found.id)}.md"),
            alternate("application/json", f"{quote(found.id)}.json"),
            alternate("application/atom+xml", f"{UP}feed.atom", site.t("plain.feed_title")),
        )
    )


def _canonical(visit: Visit, path: str) -> Html:
    """The one address of a page, which is in the language that the reader asks for, and that of it in each language."""
    others = [(language, visit.url(path, f"lang={language}")) for language in LANGUAGES]
    others.append(("x-default", visit.url(path)))
    links = (void("link", rel="alternate", hreflang=language, href=href) for language, href in others)
    return join((void("link", rel="canonical", href=visit.url(path)), *links))


def _not_indexed() -> Html:
    return void("meta", name="robots", content="noindex")


def _countries(site: Site) -> Iterator[Html]:
    """Each country with its places, and the practices of each."""
    by_place: dict[str, dict[str, list[Practice]]] = {}
    for found in site.practices():
        place = found.places[0] if found.places else ""
        by_place.setdefault(found.country, {}).setdefault(place, []).append(found)
    named = sorted((site.label("countries", country), country) for country in by_place)
    for name, country in named:
        yield tag("h2", name or site.t("plain.no_place"))
        places = sorted(by_place[country].items(), key=lambda item: site.vocabulary.place_name(item[0]).casefold())
        for place, practices in places:
            # A country's own practices stand right under its name.
            if "/" in place:
                yield tag("h3", site.vocabulary.place_name(place))
            yield tag("ul", *(_item(found, site) for found in practices))


def _item(found: Practice, site: Site) -> Html:
    card = found.card(site.language)
    link = foreign(card.title, card.language, site.language, "a", href=practice_url(found.id))
    return tag("li", link)
