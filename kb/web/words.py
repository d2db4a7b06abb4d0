"""A concept in each place's own words, side by side."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kb.search.wordings import Wording, Wordings
from kb.vocabulary import nearest
from kb.web import state
from kb.web.base import Site
from kb.web.entries import address, announce, begin, going
from kb.web.markup import Html, foreign, join, marked, practice_url, tag
from kb.web.reader import kept_parameters

PLACES = 24
"""Places that are shown; those that name the concept come first."""
SUGGESTED = 12
ALSO = 3
"""Words of a suggested concept that are shown beside its name."""


def page(site: Site) -> None:
    """What places say of the concept that the address names."""
    asked = st.query_params.get("q", "").strip()[: state.MAX_QUESTION]
    begin(site, site.t("words.title"), site.t("words.lead"), asked)
    _ask(asked, site)
    if not asked:
        with st.spinner(site.t("words.looking")):
            suggested = _suggestions(site, site.t("words.suggestions"))
        st.html(suggested)
        return
    with st.spinner(site.t("words.looking")):
        found = site.words(asked, PLACES)
    _announce(found, site)
    if found.also:
        st.html(_also(found.also, site))
    if found:
        st.html(_side_by_side(found, site))
    else:
        st.html(_nothing(asked, site))


def _ask(asked: str, site: Site) -> None:
    state.seed("concept", asked)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="ask"):
        st.text_input(
            site.t("words.label"),
            key="concept",
            type="search",
            max_chars=state.MAX_QUESTION,
            placeholder=site.t("words.placeholder"),
            on_change=_asked,
        )
        st.button(site.t("words.button"), type="primary", key="look")


def _asked() -> None:
    """Make the address say what is asked now."""
    wanted = st.session_state["concept"].strip()
    st.query_params.from_dict(({"q": wanted} if wanted else {}) | kept_parameters())


def _announce(found: Wordings, site: Site) -> None:
    """How many places speak of it, read aloud when it changes."""
    if not found:
        announce(site.t("words.none"))
    elif found.named:
        near, languages = found.total - found.named, len({wording.passage.language for wording in found})
        said = [site.plural("words.use", found.named), site.plural("words.about", near) if near else ""]
        announce(", ".join(filter(None, (*said, site.plural("words.languages", languages)))))
    else:
        announce(site.t("words.only_near"))
    if found.mode == "keyword":
        st.warning(site.t("words.keyword"))
    if found.total > len(found):
        st.html(tag("p", site.t("words.shown", shown=len(found), total=found.total), class_="more"))


def _also(also: Mapping[str, tuple[str, ...]], site: Site) -> Html:
    """The other words that were looked for."""
    tongues = _tongues(site)
    items = (
        tag("span", word, ": ", join((_marked(other, tongues, site) for other in others), ", "))
        for word, others in also.items()
    )
    return tag("p", site.t("words.also"), " ", join(items, " · "), class_="also")


def _side_by_side(found: Wordings, site: Site) -> Html:
    """Those that name the concept, and apart from them those that only come near."""
    named = [wording for wording in found if wording.named]
    near = [wording for wording in found if not wording.named]
    parts: list[Html] = []
    if named:
        parts += [tag("h2", site.t("words.named")), _cards(named, site)]
    if near:
        parts += [
            tag("h2", site.t("words.near")),
            tag("p", site.t("words.near_lead"), class_="more"),
            _cards(near, site),
        ]
    return tag("section", *parts, class_="wordings")


def _cards(wordings: list[Wording], site: Site) -> Html:
    return tag("ul", *(tag("li", _card(wording, site)) for wording in wordings), role="list", class_="sayings")


def _card(wording: Wording, site: Site) -> Html:
    """One place: who, in what language, what it says, and in which practice."""
    practice, passage = wording.practice, wording.passage
    place = site.place(wording.place) if wording.place else site.t("words.no_place")
    language = site.label("languages", passage.language)
    said = foreign(marked(passage.text, passage.highlights), passage.language, site.language, "p")
    card = practice.card(site.language)
    title = foreign(card.title, card.language, site.language)
    link = tag("a", title, href=practice_url(practice.id), target="_self")
    return tag(
        "article",
        tag("h3", place),
        tag("p", language, class_="tongue"),
        tag("blockquote", said),
        tag("p", tag("span", site.t("words.from"), class_="lead-in"), " ", link, class_="source"),
        class_="saying",
    )


def _nothing(asked: str, site: Site) -> Html:
    """What to try where nobody speaks of it."""
    known = {word.casefold(): word for concept in site.vocabulary.concepts for word in concept.all}
    near = known.get(nearest(asked.casefold(), known), "")
    tips = [site.t("words.try_shorter"), site.t("words.try_other")]
    items = [tag("li", tip) for tip in tips]
    if near and near.casefold() != asked.casefold():
        items.insert(0, tag("li", site.t("words.did_you_mean"), " ", going(near, address("ord", q=near)), "?"))
    items.append(tag("li", going(site.t("words.search"), address("./", q=asked))))
    heading = tag("h2", site.t("words.try"))
    return join((tag("section", heading, tag("ul", *items), class_="try"), _suggestions(site, site.t("words.instead"))))


def _suggestions(site: Site, heading: str) -> Html:
    """Concepts that the practices put in different words."""
    items, tongues = [], _tongues(site)
    for name, spoken in site.concepts(SUGGESTED):
        others = [word for word in spoken.words if word.casefold() != name.casefold()][:ALSO]
        named = join((_marked(word, tongues, site) for word in others), ", ")
        also = tag("span", named, class_="more") if others else ""
        items.append(tag("li", tag("a", tag("strong", name), also, href=address("ord", q=name), target="_self")))
    if not items:
        return Html()
    return tag("section", tag("h2", heading), tag("ul", *items, role="list"), class_="examples concepts")


def _tongues(site: Site) -> dict[str, str]:
    """The language of each word of the concepts; the reader's own where it is one of several."""
    found: dict[str, str] = {}
    for concept in site.vocabulary.concepts:
        for language, words in concept.words.items():
            for word in words:
                if word not in found or language == site.language:
                    found[word] = language
    return found


def _marked(word: str, tongues: Mapping[str, str], site: Site) -> Html:
    """A word, marked with its language where that is not the reader's."""
    return foreign(word, tongues.get(word, ""), site.language)
