"""The practice as its page will look."""

from __future__ import annotations

import re

from kb.practice import parse_practice
from kb.propose.draft import Draft
from kb.web.base import Site
from kb.web.markup import Html, tag
from kb.web.practice import facts, lineage, origin
from kb.web.practice.text import head, text

_HEADING = re.compile(r"(</?h)([1-4])(?=[ >])")


def preview(drafted: Draft, site: Site) -> Html:
    """The page that the file will have, its headings under those of the form."""
    practice = parse_practice(drafted.text, drafted.path, site.vocabulary)
    borrowed = lineage.lineage(practice, site, "") if practice.borrowed_from else Html()
    told = tag("div", *text(practice, site), borrowed, origin.sources(practice, site))
    beside = tag("div", facts.table(practice, site), facts.questions(practice, site), class_="beside")
    page = tag("article", head(practice, site), told, beside, class_="practice preview")
    # What was typed is escaped, so that every heading in it is the page's own.
    return Html(_HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 2}", page))
