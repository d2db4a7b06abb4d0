"""The questions of the form, section by section, with the source's own words beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from kb.borrow.loan import LOAN_STATUSES, STATES, Loan, missing
from kb.check.persons import check_persons
from kb.practice import Practice
from kb.web.base import Site
from kb.web.borrow.fields import BENEFIT, MAX_BENEFITS, NEW_PLACE, Values, mark
from kb.web.borrow.keeper import PREFIX
from kb.web.markup import Html, clipped, foreign, join, plain_markdown, tag
from kb.web.prose import Part, parts

Widget = Callable[..., Any]

CHECKED = "laan.checked"
"""Whether the reader has asked what is missing."""
ROWS = "laan.rows"
"""How many benefits there is room for."""
_BESIDE = (7, 4)
"""How wide the questions are, and the source beside them."""
_ANY = PurePosixPath("x.md")


@dataclass(frozen=True, slots=True)
class Form:
    """What every question needs: the source, the answers so far, and how long each text may be."""

    site: Site
    source: Practice
    loan: Loan
    limits: dict[str, int]
    values: Values

    @property
    def checked(self) -> bool:
        """Whether what is missing is told beside the fields."""
        return bool(st.session_state.get(CHECKED))

    def ask(self) -> None:
        """Every section of the form, in order."""
        told = parts(self.source, self.site.links())
        for number, (draw, keys) in enumerate(SECTIONS, 1):
            self._section(number, draw, [part for part in told if part.key in keys])

    def short(self, field: str, label: str = "", **options: Any) -> None:
        """A question that is answered on one line."""
        self._text(st.text_input, field, label, **options)

    def long(self, field: str, label: str = "", height: int = 130, **options: Any) -> None:
        """A question that is answered in some lines."""
        self._text(st.text_area, field, label, height=height, **options)

    def choose(self, widget: Widget, field: str, options: Sequence[str], default: str = "", **more: Any) -> str:
        """A question that is answered by choosing; what is chosen from the start is not kept."""
        key = self._seed(field, default or None)
        label = more.pop("label", "") or self.site.t(f"borrow.{field}")
        chosen: str = widget(label, options, key=key, **more) or ""
        self.values[field] = "" if chosen == default else chosen
        return chosen

    def required(self, name: str) -> str:
        """The label of a question that must be answered."""
        return f"{self.site.t(f'borrow.{name}')} ({self.site.t('borrow.required')})"

    def lacks(self, field: str) -> None:
        """What is missing, beside the field, once the reader has asked for it."""
        if self.checked and field in missing(self.loan):
            st.html(tag("p", self.site.t(f"borrow.lacks.{field}"), class_="fault"))

    def _section(self, number: int, draw: Callable[[Form], None], told: Sequence[Part]) -> None:
        st.html(part_heading(number, self.site))
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

    def _text(self, widget: Widget, field: str, label: str, **options: Any) -> None:
        key = self._seed(field, "")
        named = label or self.site.t(f"borrow.{field}")
        self.values[field] = widget(named, key=key, max_chars=self.limits[field], **options)
        found = list(check_persons(_ANY, self.values[field]))
        if found:
            st.html(tag("p", self.site.t(f"borrow.finding.{found[0].code}"), class_="fault"))
        self.lacks(field)

    def _seed(self, field: str, default: str | None) -> str:
        key = PREFIX + field
        if key not in st.session_state:
            st.session_state[key] = self.values.get(field) or default
        return key


def _about_us(form: Form) -> None:
    site = form.site
    names = {key: site.place(key) for key, place in site.vocabulary.places.items() if place.kind != "country"}
    places = [*sorted(names, key=lambda key: names[key].casefold()), NEW_PLACE]
    names[NEW_PLACE] = site.t("borrow.place_new")
    chosen = form.choose(
        st.selectbox,
        "place",
        places,
        label=form.required("place"),
        format_func=names.__getitem__,
        index=None,
        placeholder=site.t("borrow.place_choose"),
    )
    if chosen == NEW_PLACE:
        form.short("new_place")
        countries = list(site.vocabulary.labels.get("countries", {}))
        form.choose(
            st.selectbox,
            "country",
            countries,
            format_func=lambda key: site.label("countries", key),
            index=None,
            placeholder=site.t("borrow.country_choose"),
        )
    form.lacks("place")
    form.short("title", form.required("title"))
    form.long("problem", form.required("problem"))


def _ours(form: Form) -> None:
    form.long("keep", form.required("keep"))
    form.long("change", form.required("change"))


def _conditions(form: Form) -> None:
    site = form.site
    lead = "borrow.conditions_lead" if form.loan.conditions else "borrow.no_conditions"
    st.html(tag("p", site.t(lead)))
    for number, condition in enumerate(form.loan.conditions, 1):
        name = mark(condition.text)
        with st.container(key=f"laan-box-{name}", gap="small"):
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
        with st.container(key=f"laan-box-{name}", gap="small"):
            st.html(_point(number, lesson.text, form))
            form.long(f"l-{name}", f"{number}. {site.t('borrow.avoid')}", 80)


def _point(number: int, text: str, form: Form) -> Html:
    """Something that the source says, with the number that its questions have."""
    said = foreign(text, form.source.language, form.site.language)
    return tag("p", f"{number}. ", said, class_="point")


def _benefits(form: Form) -> None:
    site = form.site
    st.html(tag("p", site.t("borrow.benefits_lead")))
    rows = min(max(len(form.loan.benefits), st.session_state.get(ROWS, 1)), MAX_BENEFITS)
    for number in range(rows):
        with st.container(key=f"laan-box-benefit-{number}", gap="small"):
            st.html(tag("h3", site.t("borrow.benefit", number=number + 1)))
            labels = {name: site.t(f"borrow.benefit.{name}") for name in BENEFIT}
            for pair in (BENEFIT[:1], BENEFIT[1:2], BENEFIT[2:4], BENEFIT[4:]):
                for column, name in zip(st.columns(len(pair), gap="small"), pair, strict=True):
                    with column:
                        form.short(f"b-{number}-{name}", labels[name])
    if rows < MAX_BENEFITS:
        st.button(site.t("borrow.benefit_more"), on_click=_one_more, args=(rows,), key="laan-more")


def _one_more(rows: int) -> None:
    st.session_state[ROWS] = rows + 1


def _next(form: Form) -> None:
    site = form.site
    form.short("owner", form.required("owner"))
    left, right = st.columns((2, 1), gap="small")
    with left:
        form.short("next_step", form.required("next_step"))
    with right:
        form.short("next_date")
    form.choose(
        st.radio,
        "status",
        LOAN_STATUSES,
        LOAN_STATUSES[0],
        format_func=lambda status: site.t(f"borrow.status.{status}"),
    )
    languages = list(site.vocabulary.labels.get("languages", {})) or [site.language]
    form.choose(
        st.selectbox,
        "language",
        languages,
        site.language,
        format_func=lambda key: site.label("languages", key),
    )


def part_heading(number: int, site: Site) -> Html:
    """The heading of a part; a link to it takes the keyboard there too."""
    named = f"{number}. {site.t(f'borrow.part.{number}')}"
    return tag("h2", named, id=f"del-{number}", class_="step", tabindex="-1")


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
    """The sections with what is left in each, in words, as links to them."""
    said = [*_left(form), Html()]
    items = (
        tag("li", tag("a", form.site.t(f"borrow.part.{number}"), href=f"#del-{number}", target="_self"), " ", left)
        for number, left in enumerate(said, 1)
    )
    return tag("nav", tag("ol", *items), class_="steps", aria_label=form.site.t("borrow.progress"))


def _left(form: Form) -> list[Html]:
    loan, lacking = form.loan, set(missing(form.loan))
    groups = (("place", "title", "problem"), ("keep", "change"), ("owner", "next_step"))
    us, ours, after = (_lacking(form, len(lacking & set(names))) for names in groups)
    conditions = _answered(form, [bool(item.state) for item in loan.conditions])
    lessons = _answered(form, [bool(item.avoid.strip()) for item in loan.lessons])
    benefits = _status(form, "done") if loan.benefits else _status(form, "optional")
    return [us, ours, conditions, lessons, benefits, after]


def _lacking(form: Form, left: int) -> Html:
    return tag("span", form.site.plural("borrow.left", left), class_="left") if left else _status(form, "done")


def _answered(form: Form, answered: Sequence[bool]) -> Html:
    if not answered:
        return _status(form, "nothing")
    if all(answered):
        return _status(form, "done")
    return tag("span", form.site.t("borrow.left.of", done=sum(answered), total=len(answered)), class_="left")


def _status(form: Form, key: str) -> Html:
    said = form.site.t(f"borrow.left.{key}")
    return tag("span", join(("✓", said), " ") if key == "done" else said, class_=key)
