"""What looks like the practice that is being written: perhaps it is there already."""

from __future__ import annotations

import streamlit as st

from kb.add.answers import Answers
from kb.practice import Practice
from kb.propose.links import edit_url
from kb.web import wording
from kb.web.base import Site
from kb.web.borrow.link import borrow_url
from kb.web.markup import Html, external, foreign, join, practice_url, tag


def show(answers: Answers, site: Site) -> None:
    """The practices that look the same, with ways to them; nothing of it stands in the writer's way."""
    heading = tag("h3", site.t("add.near"))
    told = tag("div", heading, *_told(answers, site), class_="near", aria_live="polite")
    with st.container(key="nytt-near"):
        st.html(told)


def _told(answers: Answers, site: Site) -> list[Html]:
    gist = answers.gist
    if not gist:
        return [tag("p", site.t("add.near.later"))]
    named = {item.practice for item in answers.borrowed_from}
    found = [one for one in site.alike(answers.title, gist, answers.language) if one.id not in named]
    if not found:
        return [tag("p", site.t("add.near.none"))]
    items = (tag("li", _one(practice, site)) for practice in found)
    return [tag("p", site.t("add.near.some")), tag("ul", *items, role="list"), tag("p", site.t("add.near.kept"))]


def _one(practice: Practice, site: Site) -> Html:
    card = practice.card(site.language)
    title = foreign(card.title, card.language, site.language, "a", href=practice_url(practice.id), target="_self")
    edit = edit_url(site.base.config, practice.path)
    ways = [
        external(edit, site.t("add.near.edit")) if edit else Html(),
        tag("a", site.t("add.near.borrow"), href=borrow_url(practice.id), target="_self"),
    ]
    where = tag("span", wording.places(practice, site), class_="more")
    return join((title, where, tag("span", join(ways, " · "), class_="ways")))
