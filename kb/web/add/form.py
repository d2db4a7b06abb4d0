"""The questions of the form, part by part, in the order that a leader would tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from kb import schema
from kb.add.answers import Answers
from kb.add.asked import REQUIRED
from kb.check import Finding, Severity
from kb.web import wording
from kb.web.add import near
from kb.web.add.fields import MOST, RESULTS
from kb.web.base import Site
from kb.web.forms import ask
from kb.web.forms.keeper import Keeper
from kb.web.forms.steps import part_heading
from kb.web.forms.told import ASKED_FOR, fault, said
from kb.web.forms.values import NEW_PLACE, begun
from kb.web.markup import Html, plain_markdown, tag
from kb.web.narrow import narrowed

KEEPER = Keeper("ny", "nytt")
UNANSWERED = ASKED_FOR | {"missing-sources", "borrowed-from-nothing"}
"""Findings that only say that something is not told yet: silent until the reader asks."""
LATER = frozenset({"missing-card", "own-practice-unsourced", "question-count"})
"""Advice that is given at the end alone."""
_BESIDE = (7, 4)
"""How wide the questions are, and what looks the same beside them."""


@dataclass(frozen=True, slots=True)
class Form(ask.Form):
    """The form for a new practice: the answers so far, and what is wrong with each."""

    answers: Answers
    faults: Mapping[str, tuple[Finding, ...]]
    """By the field that they are about; empty for the whole."""

    def label(self, field: str) -> str:
        """What a field is called; a row's fields are called the same in every row."""
        group, _, name = field.rpartition("-")
        kind = group.split("-")[0]
        if kind in schema.RESULT_KINDS and name not in {"statement", "indicator"}:
            kind = "results"
        return self.site.t(f"add.field.{kind}_{name}" if group else f"add.field.{name}")

    def is_required(self, field: str) -> bool:
        """Whether the format demands it, whatever else is answered."""
        return field in REQUIRED

    def say(self, field: str) -> None:
        """What is wrong with an answer at once; that there is none once the reader has asked."""
        told = dict.fromkeys(self._said(finding, field) for finding in self.faults.get(field, ()))
        for text in filter(None, told):
            st.html(text)

    def lacks(self, field: str, finding: Finding) -> Html:
        """What is missing, in words for that field."""
        if finding.code not in ASKED_FOR:
            return said(finding, self.site)
        group, _, name = field.rpartition("-")
        kind = "sources_" if group.startswith("sources") else ""
        return tag("span", self.site.t(f"add.lacks.{kind}{name}"))

    def part(self, number: int) -> str:
        """What a part of the form is called."""
        return self.site.t(f"add.part.{number}")

    def ask(self) -> None:
        """Every part of the form, in order."""
        for number, part in enumerate(PARTS, 1):
            st.html(part_heading(number, self.part(number)))
            part.draw(self)

    def about(self, field: str) -> int:
        """The number of the part where a field stands."""
        root = field.partition("-")[0]
        return next((number for number, part in enumerate(PARTS, 1) if root in part.fields), len(PARTS) + 1)

    def is_new_place(self, finding: Finding) -> bool:
        """Whether a finding only says that the place is new: the entry for places.yaml goes with the file."""
        return finding.code == "unknown-value" and finding.at[:1] == ("place",) and self.values["place"] == NEW_PLACE

    def _said(self, finding: Finding, field: str) -> Html:
        if finding.code in LATER or self.is_new_place(finding):
            return Html()
        if finding.code in UNANSWERED:
            return fault(self.lacks(field, finding)) if self.checked else Html()
        if finding.severity is Severity.WARNING:
            return tag("p", said(finding, self.site), class_="mild")
        return fault(said(finding, self.site))


def _where(form: Form) -> None:
    form.place(tuple(form.site.vocabulary.places))
    form.short("title")
    with form.fold("where", form.site.t("add.fold.where"), "together"):
        names = form.places(form.fields.several["together"])
        form.several(
            "together",
            tuple(names),
            format_func=names.__getitem__,
            placeholder=form.site.t("add.choose.places"),
        )
        form.language()


def _what(form: Form) -> None:
    left, right = st.columns(_BESIDE, gap="medium")
    with left:
        form.lead(form.site.t("add.hint.problem"))
        form.long("problem", height=150)
        form.lead(form.site.t("add.hint.practice"))
        form.long("practice", height=190)
    with right:
        near.show(form.answers, form.site)


def _how_far(form: Form) -> None:
    site = form.site
    form.choose(
        st.radio,
        "status",
        form.fields.choices["status"],
        format_func=lambda key: _told(site.label("statuses", key), site.t(f"add.status.{key}")),
        index=None,
    )
    form.short("status_as_of")
    stopped = form.values["status"] == "stopped"
    with form.fold("period", site.t("add.fold.period"), "started", "ended", unfolded=stopped):
        left, right = st.columns(2, gap="small")
        with left:
            form.short("started")
        with right:
            form.short("ended")


def _results(form: Form) -> None:
    site = form.site
    form.lead(site.t("add.hint.results"))
    for column, kind in zip(st.columns(2, gap="medium"), RESULTS, strict=True):
        with column:
            st.html(tag("h3", site.t(f"add.results.{kind}")))
            for number in form.rows(kind, MOST[kind], site.t(f"add.more.{kind}")):
                with form.box(f"{kind}-{number}"):
                    _row(form, f"{kind}-{number}", (("statement",), ("indicator",), ("value", "unit"), ("period",)))
    form.choose(
        st.radio,
        "evidence",
        form.fields.choices["evidence"],
        format_func=lambda key: _told(site.label("evidence", key), site.t(f"add.evidence.{key}")),
        index=None,
    )
    with form.fold("evidence", site.t("add.fold.evidence"), "evidence_note", "results_text"):
        form.long("evidence_note", height=80)
        form.long("results_text")


def _lessons(form: Form) -> None:
    form.lead(form.site.t("add.hint.lessons"))
    form.long("lessons", height=170)
    with form.fold("lessons", form.site.t("add.fold.lessons"), "conditions", "involved", "own_words"):
        for field in ("conditions", "involved", "own_words"):
            form.lead(form.site.t(f"add.hint.{field}"))
            form.long(field)


def _borrowed(form: Form) -> None:
    site = form.site
    form.lead(site.t("add.hint.borrowed"))
    with form.fold("borrowed", site.t("add.fold.borrowed"), "borrowed", "adaptation"):
        names = site.kept("add.practices", lambda: _practices(site))
        for number in form.rows("borrowed", MOST["borrowed"], site.t("add.more.borrowed")):
            row = f"borrowed-{number}"
            with form.box(row):
                field = f"{row}-practice"
                chosen = form.choose(
                    st.selectbox,
                    field,
                    narrowed(names, form.keeper.key(f"find-{row}"), site, form.values.get(field, "")),
                    format_func=names.__getitem__,
                    index=None,
                    placeholder=site.t("add.choose.practice"),
                )
                _row(form, row, (("note",),) if chosen else (("where", "title"), ("url",), ("note",)))
        form.lead(site.t("add.hint.adaptation"))
        form.long("adaptation")


def _practices(site: Site) -> dict[str, str]:
    """What one can have borrowed: ids and what they are called, by name."""
    names = {
        practice.id: f"{practice.card(site.language).title} – {wording.places(practice, site)}"
        for practice in site.practices()
    }
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _found(form: Form) -> None:
    site = form.site
    form.lead(site.t("add.hint.summary"))
    form.long("summary", height=90)
    for name in ("areas", "themes"):
        form.several(
            name,
            form.fields.several[name],
            format_func=lambda key, name=name: site.label(name, key),
            placeholder=site.t(f"add.choose.{name}"),
        )
    st.html(tag("h3", site.t("add.sources")))
    form.lead(site.t("add.hint.sources"))
    form.say("sources")
    for number in form.rows("sources", MOST["sources"], site.t("add.more.sources")):
        with form.box(f"sources-{number}"):
            _row(form, f"sources-{number}", (("title", "url"), ("publisher", "year")))
    form.short("contact")
    with form.fold("questions", site.t("add.fold.questions"), "questions"):
        form.lead(site.t("add.hint.questions"))
        least = schema.QUESTIONS_MIN
        for number in form.rows("questions", MOST["questions"], site.t("add.more.questions"), least):
            form.short(f"questions-{number}-text", site.t("add.question", number=number + 1))
        if len(begun(form.values, "questions", MOST["questions"])) == 1:
            st.html(tag("p", site.t("form.finding.question-count"), class_="mild"))


def _row(form: Form, row: str, lines: tuple[tuple[str, ...], ...]) -> None:
    """The fields of a row, those that belong together side by side."""
    for names in lines:
        for column, name in zip(st.columns(len(names), gap="small"), names, strict=True):
            with column:
                form.short(f"{row}-{name}")


def _told(label: str, meaning: str) -> str:
    """A choice by its name and what it means."""
    return f"**{plain_markdown(label)}.** {plain_markdown(meaning)}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the form."""

    draw: Callable[[Form], None]
    fields: tuple[str, ...]
    """The fields that stand in it, rows by their group."""


PARTS = (
    Part(_where, ("place", "new_place", "country", "title", "together", "language")),
    Part(_what, ("problem", "practice")),
    Part(_how_far, ("status", "status_as_of", "started", "ended")),
    Part(_results, ("realised", "expected", "evidence", "evidence_note", "results_text")),
    Part(_lessons, ("lessons", "conditions", "involved", "own_words")),
    Part(_borrowed, ("borrowed", "borrowed_from", "adaptation")),
    Part(_found, ("summary", "areas", "themes", "sources", "contact", "questions")),
)
"""The parts in order; what the answers become comes after them."""
