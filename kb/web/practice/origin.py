"""What the text rests on, when it was last changed, and where one mends it."""

from __future__ import annotations

from kb.changes import SHORT
from kb.practice import Practice, Source
from kb.propose.links import commit_url, edit_url, file_url
from kb.web.base import Site
from kb.web.markup import Html, external, join, tag

MOST_NAMED = 5
"""People that are named."""


def sources(practice: Practice, site: Site) -> Html:
    """What the practice is documented by."""
    items = [tag("li", _source(source)) for source in practice.sources]
    if not items:
        return Html()
    return tag("section", tag("h2", site.t("practice.sources")), tag("ul", *items), class_="part sources")


def about_text(practice: Practice, site: Site) -> Html:
    """When the text was last changed and by which commit, as far as git tells, and where its file is."""
    mend = _mend(practice, site)
    path = tag("code", str(practice.path))
    lines = (
        _changed(practice, site),
        _written_by(practice, site),
        join((tag("strong", mend, class_="mend"), path), " ") if mend else path,
    )
    shown = (tag("p", line, class_="file") for line in lines if line)
    return tag("section", tag("h2", site.t("practice.about_text")), *shown, class_="part about-text")


def tell(practice: Practice, site: Site, asked: str) -> Html:
    """An invitation to write what is not told yet, with the way to do it; nothing where there is none."""
    url = edit_url(site.base.config, practice.path) or file_url(site.base.config, practice.path)
    if not url:
        return Html()
    return tag("p", site.t(asked), " ", external(url, site.t("practice.tell")), class_="tell")


def _changed(practice: Practice, site: Site) -> Html:
    change = site.changes().get(practice.path)
    if change is None or not change.commit:
        return Html()
    day = change.changed.date().isoformat()
    commit: Html = tag("code", change.commit[:SHORT])
    if url := commit_url(site.base.config, change.commit):
        commit = external(url, commit)
    said = (site.t("practice.changed"), tag("time", site.date(day), datetime=day), site.t("practice.by_commit"), commit)
    return join(said, " ")


def _written_by(practice: Practice, site: Site) -> Html:
    """Who has written the text, as far as git tells; of many the first ones."""
    people = site.contributors().get(practice.path, ())
    if not people:
        return Html()
    named = ", ".join(people[:MOST_NAMED])
    more = len(people) - MOST_NAMED
    said = site.t("practice.and_others", names=named, count=more) if more > 0 else named
    return join((site.t("practice.written_by"), said), " ")


def _mend(practice: Practice, site: Site) -> Html:
    """The forge's page for editing the file, or the file's own where that is not known."""
    config = site.base.config
    if url := edit_url(config, practice.path):
        return external(url, site.t("practice.edit"))
    url = file_url(config, practice.path)
    return external(url, site.t("practice.file_link")) if url else Html()


def _source(source: Source) -> Html:
    title = source.title or source.url
    about = ", ".join(part for part in (source.publisher, source.year) if part)
    return join(
        (external(source.url, title) if source.url else title, tag("span", about, class_="more") if about else "")
    )
