"""The templates of the forge: what a form asks is what the format has, and what is filled in becomes a draft."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from conftest import PRACTICES
from form_answers import FORMS, GITLAB, ROOT, as_gitlab, fields, filled_in, form

from kb import schema
from kb.check import Severity
from kb.importing.draft import Imported
from kb.importing.labels import key_of
from kb.importing.run import drafts, of_kind
from kb.practice import Practice, parse_practice
from kb.vocabulary import load_vocabulary
from kb.web.texts import t

WORDS = load_vocabulary(PRACTICES)
DAY = date(2026, 3, 15)
LISTS = {
    "areas": ("areas", tuple(WORDS.labels["areas"])),
    "status": ("statuses", schema.STATUSES),
    "evidence": ("evidence", schema.EVIDENCE),
    "language": ("languages", tuple(WORDS.labels["languages"])),
}
KEYS = {
    "expected": "results.expected",
    "realised": "results.realised",
    "mistake": "about.mistake",
    "lesson": "about.lesson",
}

SHARED = {
    "title": "Faste team i hjemmetjenesten",
    "place": "Bydel Nordstrand",
    "problem": "Mange ulike ansatte.\n\n- én\n- to",
    "practice": "Vi delte opp i team.",
    "lessons": "Det tok **tid**.",
    "realised": "Færre klager",
    "expected": "- Lavere fravær\n- Kortere vei",
    "status": "I bruk",
    "status_as_of": "15.3.2024",
    "evidence": "Egen evaluering",
    "areas": "Helse og omsorg, By, miljø og klima",
    "summary": "Færre ansatte hjem til hver.",
    "conditions": "Fast leder.",
    "involved": "Hjelpepleiere.",
    "sources": "Sluttrapport https://kommune.example/r\n[Sak 12](https://kommune.example/12)",
    "contact": "post@kommune.example",
    "language": "Bokmål",
}
BORROWED = {
    "borrowed_from": "https://praksis.example/p/grong-bygdemodre",
    "place": "Ullern",
    "title": "Bydelsmødre på Ullern",
    "problem": "Mødre kjenner ingen.",
    "practice": "Kvinner får opplæring.",
    "adaptation": "Vi gjør det på biblioteket.",
    "expected": "Flere i kontakt",
    "status": "Idé",
    "status_as_of": "2026",
    "areas": "Oppvekst",
    "summary": "Kort.",
    "contact": "post@kommune.example",
    "language": "Bokmål",
}


def drafted(name: str, answers: dict[str, str]) -> Imported:
    told = of_kind(".md", filled_in(name, answers).encode(), "sak.md", "sak", WORDS)
    (made,) = drafts(told, WORDS, PRACTICES, today=DAY)
    assert isinstance(made, Imported), made
    return made


def read(made: Imported) -> Practice:
    return parse_practice(made.draft.text, made.draft.path, WORDS)


def text(practice: Practice, key: str) -> str:
    return "\n".join(section.text for section in practice.section(key))


@pytest.mark.parametrize("name", FORMS)
def test_each_question_is_about_something_in_the_format(name: str) -> None:
    for key, _, attributes in fields(name):
        assert key_of(attributes["label"], WORDS) == KEYS.get(key, key)


@pytest.mark.parametrize("name", FORMS)
def test_what_can_be_chosen_is_what_the_vocabulary_has(name: str) -> None:
    for key, kind, attributes in fields(name):
        if kind == "dropdown":
            listed, keys = LISTS[key]
            assert attributes["options"] == [WORDS.label(listed, one, "nb") for one in keys]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_one_that_the_forges_take(name: str) -> None:
    loaded = form(name)
    assert {"name", "description", "body"} <= set(loaded)
    names = [item["id"] for item in loaded["body"] if "id" in item]
    labels = [item["attributes"]["label"] for item in loaded["body"] if "id" in item]
    assert len(set(names)) == len(names)
    assert len(set(labels)) == len(labels)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in names)
    assert {item["type"] for item in loaded["body"]} <= {"markdown", "input", "textarea", "dropdown", "checkboxes"}
    for _, kind, attributes in fields(name):
        options = attributes.get("options", [])
        assert bool(options) == (kind in {"dropdown", "checkboxes"})
        # These two mean something of their own to GitHub.
        assert not {"None", "none"} & {one for one in options if isinstance(one, str)}


@pytest.mark.parametrize("name", FORMS)
def test_gitlab_s_template_asks_the_same(name: str) -> None:
    assert (GITLAB / f"{form(name)['name']}.md").read_text(encoding="utf-8") == as_gitlab(name)


def test_gitlab_s_merge_request_asks_the_same() -> None:
    ours, theirs = ROOT / ".github/PULL_REQUEST_TEMPLATE.md", ROOT / ".gitlab/merge_request_templates/Default.md"
    assert ours.read_text(encoding="utf-8") == theirs.read_text(encoding="utf-8")


def test_a_shared_practice_becomes_a_draft_with_nothing_to_mend() -> None:
    made = drafted("del-en-praksis", SHARED)
    assert [finding for finding in made.draft.findings if finding.severity is Severity.ERROR] == []
    found = read(made)
    assert made.draft.path.as_posix() == "no/oslo/oslo-nordstrand-faste-team-i-hjemmetjenesten.md"
    assert (found.title, found.summary) == (SHARED["title"], SHARED["summary"])
    assert (found.places, found.areas) == (("no/oslo/nordstrand",), ("helse-omsorg", "by-miljo-klima"))
    assert (found.status, found.status_as_of, found.evidence) == ("in-use", "2024-03-15", "own-evaluation")
    assert [(one.kind, one.statement) for one in found.results] == [
        ("realised", "Færre klager"),
        ("expected", "Lavere fravær"),
        ("expected", "Kortere vei"),
    ]
    assert [(one.title, one.url) for one in found.sources] == [
        ("Sluttrapport", "https://kommune.example/r"),
        ("Sak 12", "https://kommune.example/12"),
    ]
    assert text(found, "problem") == "Mange ulike ansatte.\nén\nto"
    assert text(found, "lessons") == "Det tok tid."
    assert {section.key for section in found.sections} == {"problem", "practice", "lessons", "conditions", "involved"}


def test_what_is_not_answered_is_marked_and_never_chosen() -> None:
    made = drafted("del-en-praksis", {key: SHARED[key] for key in ("title", "place", "problem", "practice")})
    found = read(made)
    assert (found.status, found.evidence, found.areas, found.results, found.language) == ("", "", (), (), "nb")
    assert found.summary == found.status_as_of == ""
    missing = [error.at[0] for error in made.draft.errors if error.code == "missing-key"]
    assert missing == ["summary", "language", "areas", "status", "status_as_of", "evidence"]


def test_a_loan_becomes_a_draft_that_says_whom_it_is_from() -> None:
    made = drafted("lan-en-praksis", BORROWED)
    found = read(made)
    assert [error.at for error in made.draft.errors] == [("evidence",)]
    assert [one.practice for one in found.borrowed_from] == ["grong-bygdemodre"]
    assert found.status == "idea"
    assert text(found, "adaptation") == "Vi gjør det på biblioteket."
    assert [(one.kind, one.statement) for one in found.results] == [("expected", "Flere i kontakt")]


@pytest.mark.parametrize(
    ("about", "also"),
    [
        ("grong-bygdemodre", ["## Lærdommer"]),
        ("oslo-ullern-tillitsmodellen-hovedpilot", []),
        ("goteborg-svartedalen-sextimmarsdag", []),
    ],
)
def test_a_lesson_is_added_to_the_practice_that_it_is_about(about: str, also: list[str]) -> None:
    made = drafted("meld-feil-eller-lardom", {"about": about, "lesson": "Begynn med hagen.", "place": "Ullern"})
    assert made.draft.path.stem == about
    before = (PRACTICES / made.draft.path).read_text(encoding="utf-8").split("\n")
    after = made.draft.text.split("\n")
    told = "Anmält" if read(made).language == "sv" else "Meldt"
    assert [line for line in after if line not in before] == [*also, "Begynn med hagen.", f"({told}: Ullern, Oslo)"]
    assert [line for line in before if line not in after] == []
    assert "Begynn med hagen." in text(read(made), "lessons")
    assert made.draft.errors == ()


def test_a_mistake_is_marked_so_that_it_cannot_be_merged_as_it_stands() -> None:
    answers = {"about": "grong-bygdemodre", "mistake": "Det var i 2019.", "sources": "https://kommune.example/12"}
    made = drafted("meld-feil-eller-lardom", answers)
    assert "Det var i 2019." in made.draft.text
    assert "https://kommune.example/12" in made.draft.text
    assert [error.code for error in made.draft.errors] == ["template-text"]


def test_a_gitlab_template_that_is_filled_in_becomes_the_same_draft() -> None:
    lines = as_gitlab("del-en-praksis").split("\n")
    answers = {
        attributes["label"]: SHARED[key]
        for key, kind, attributes in fields("del-en-praksis")
        if kind in {"input", "textarea"}
    }
    ticked = {"I bruk", "Egen evaluering", "Helse og omsorg", "By, miljø og klima", "Bokmål"}
    written = []
    for line in lines:
        box = line.removeprefix("- [ ] ")
        written.append(f"- [x] {box}" if line.startswith("- [ ] ") and box in ticked else line)
        if line.startswith("### ") and line[4:] in answers:
            written += ["", answers[line[4:]]]
    told = of_kind(".md", "\n".join(written).encode(), "sak.md", "sak", WORDS)
    (made,) = drafts(told, WORDS, PRACTICES, today=DAY)
    assert isinstance(made, Imported)
    assert made.draft.text == drafted("del-en-praksis", SHARED).draft.text


def test_the_example_of_owners_names_what_there_is() -> None:
    example = (ROOT / ".github" / "CODEOWNERS.example").read_text(encoding="utf-8")
    rules = [line.split() for line in example.splitlines() if line and not line.startswith("#")]
    for path, *owners in rules:
        assert path == "*" or Path(ROOT, path.strip("/")).exists(), path
        assert owners
        assert all(owner.startswith("@") for owner in owners)


def test_the_pull_request_asks_little_and_in_two_languages() -> None:
    lines = (ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8").splitlines()
    boxes = [line for line in lines if line.startswith("- [ ] ")]
    assert 1 < len(boxes) <= 5
    assert all(" / " in box for box in boxes)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_guide_calls_things_what_they_are_called(language: str) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for key in ("add.title", "borrow.open"):
        assert f"*{t(key, language)}*" in guide
    for name in FORMS:
        assert f"*{form(name)['name']}*" in guide


def test_the_guide_to_workflows_names_each_of_them() -> None:
    guide = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`([a-z]+\.yml)`", guide)) == {path.name for path in (ROOT / ".github/workflows").iterdir()}
