"""The questions of the form, section by section, with the source's own words beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import streamlit as st

from kb.borrow.loan import LOAN_STATUSES, REQUIRED, STATES, Loan, missing
from kb.check.persons import check_persons
from kb.practice import Practice
from kb.typed import line
from kb.web.borrow.fields import BENEFIT, MAX_BENEFITS, TITLE, mark
from kb.web.forms import ask, steps
from kb.web.forms.keeper import Keeper
from kb.web.forms.told import fault, said
from kb.web.markup import Html, clipped, foreign, plain_markdown, tag
from kb.web.prose import Part, parts

KEEPER = Keeper("lan", "laan")
_BESIDE = (7, 4)
"""How wide the questions are, and the source beside them."""
_ANY = PurePosixPath("x.md")


@dataclass(frozen=True, slots=True)
class Form(ask.Form):
    """The form of a loan: the source, and the loan that the answers make so far."""

    source: Practice
    loan: Loan

    def label(self, field: str) -> str:
        """What a field is called."""
        return self.site.t(f"borrow.{field}")

    def is_required(self, field: str) -> bool:
        """Whether a loan cannot be decided on without it."""
        return field in REQUIRED

    def say(self, field: str) -> None:
        """Personal data and a title that is too long at once; what is missing once the reader has asked for it."""
        found = list(check_persons(_ANY, self.values[field])) if field in self.fields.texts else []
        if found:
            st.html(fault(said(found[0], self.site)))
        if field == "title" and len(line(self.values[field])) > TITLE:
            st.html(fault(self.site.t("form.finding.too-long")))
        if self.checked and field in missing(self.loan):
            st.html(fault(self.site.t(f"borrow.lacks.{field}")))

    def ask(self) -> None:
        """Every section of the form, in order."""
        told = parts(self.source, self.site.links())
        for number, (draw, keys) in enumerate(SECTIONS, 1):
            self._section(number, draw, [part for part in told if part.key in keys])

    def part(self, number: int) -> str:
        """What a part of the form is called."""
        return self.site.t(f"borrow.part.{number}")

    def _section(self, number: int, draw: Callable[[Form], None], told: Sequence[Part]) -> None:
        st.html(steps.part_heading(number, self.part(number)))
        if not told:
            draw(self)
            return
        left, right = st.columns(_BESIDE, gap="medium")
        with left:
            draw(self)
        with right:
            st.html(self._theirs(told))

    def _theirs(self, told: Sequence[Part]) -> Html:
        """What the source says itself."""
        heading = tag("h3", self.site.t("borrow.theirs"))
        texts = (
            foreign(tag("div", part.html, class_="prose"), self.source.language, self.site.language, "div")
            for part in told
        )
        return tag("div", heading, *texts, class_="theirs")


def _about_us(form: Form) -> None:
    places = [key for key, place in form.site.vocabulary.places.items() if place.kind != "country"]
    form.place(places)
    form.short("title")
    form.long("problem")


def _ours(form: Form) -> None:
    form.long("keep")
    form.long("change")


def _conditions(form: Form) -> None:
    site = form.site
    lead = "borrow.conditions_lead" if form.loan.conditions else "borrow.no_conditions"
    st.html(tag("p", site.t(lead)))
    for number, condition in enumerate(form.loan.conditions, 1):
        name = mark(condition.text)
        with form.box(f"c-{name}"):
            st.html(_point(number, condition.text, form))
            about = plain_markdown(clipped(condition.text, 120))
            form.choose(
                st.radio,
                f"c-{name}-state",
                STATES,
                label=about,
                format_func=lambda state: site.t(f"borrow.state.{state}"),
                index=None,
                horizontal=True,
                label_visibility="collapsed",
            )
            form.short(f"c-{name}-note", f"{number}. {site.t('borrow.note')}")
    form.long("cost")


def _lessons(form: Form) -> None:
    site = form.site
    if not form.loan.lessons:
        st.html(tag("p", site.t("borrow.no_lessons")))
        return
    st.html(tag("p", site.t("borrow.lessons_lead")))
    for number, lesson in enumerate(form.loan.lessons, 1):
        name = mark(lesson.text)
        with form.box(f"l-{name}"):
            st.html(_point(number, lesson.text, form))
            form.long(f"l-{name}", f"{number}. {site.t('borrow.avoid')}", 80)


def _point(number: int, text: str, form: Form) -> Html:
    """Something that the source says, with the number that its questions have."""
    said = foreign(text, form.source.language, form.site.language)
    return tag("p", f"{number}. ", said, class_="point")


def _benefits(form: Form) -> None:
    site = form.site
    st.html(tag("p", site.t("borrow.benefits_lead")))
    for number in form.rows("b", MAX_BENEFITS, site.t("borrow.benefit_more")):
        with form.box(f"benefit-{number}"):
            st.html(tag("h3", site.t("borrow.benefit", number=number + 1)))
            labels = {name: site.t(f"borrow.benefit.{name}") for name in BENEFIT}
            for pair in (BENEFIT[:1], BENEFIT[1:2], BENEFIT[2:4], BENEFIT[4:]):
                for column, name in zip(st.columns(len(pair), gap="small"), pair, strict=True):
                    with column:
                        form.short(f"b-{number}-{name}", labels[name])


def _next(form: Form) -> None:
    site = form.site
    form.short("owner")
    left, right = st.columns((2, 1), gap="small")
    with left:
        form.short("next_step")
    with right:
        form.short("next_date")
    form.choose(
        st.radio,
        "status",
        LOAN_STATUSES,
        LOAN_STATUSES[0],
        format_func=lambda status: site.t(f"borrow.status.{status}"),
    )
    form.language()


SECTIONS: tuple[tuple[Callable[[Form], None], tuple[str, ...]], ...] = (
    (_about_us, ("problem",)),
    (_ours, ("practice",)),
    (_conditions, ()),
    (_lessons, ()),
    (_benefits, ("results",)),
    (_next, ()),
)
"""How each section is asked, and which of the source's sections stands beside it."""


def progress(form: Form) -> Html:
    """The sections with what is left in each."""
    left = (*_left(form), Html())
    return steps.progress([(form.part(number), said) for number, said in enumerate(left, 1)], form.site)


def _left(form: Form) -> list[Html]:
    loan, lacking, site = form.loan, set(missing(form.loan)), form.site
    groups = (("place", "title", "problem"), ("keep", "change"), ("owner", "next_step"))
    us, ours, after = (steps.left(len(lacking & set(names)), site) for names in groups)
    conditions = _answered(form, [bool(item.state) for item in loan.conditions])
    lessons = _answered(form, [bool(item.avoid.strip()) for item in loan.lessons])
    benefits = steps.done(site) if loan.benefits else steps.optional(site)
    return [us, ours, conditions, lessons, benefits, after]


def _answered(form: Form, answered: Sequence[bool]) -> Html:
    if not answered:
        return tag("span", form.site.t("borrow.left.nothing"), class_="nothing")
    if all(answered):
        return steps.done(form.site)
    return tag("span", form.site.t("borrow.left.of", done=sum(answered), total=len(answered)), class_="left")
